/* A libpython for early_test.py: ENTRIES entries whose pointers the dynamic linker relocates,
 * and as many zeros. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FACTOR 2654435761u

typedef struct {
    const void *self;
    uint64_t number;
} entry;

#define ONE(number) {&TABLE[number], (uint64_t)(number) * FACTOR},
#define FOUR(number) ONE(number) ONE(number + 1) ONE(number + 2) ONE(number + 3)
#define SIXTEEN(number) FOUR(number) FOUR(number + 4) FOUR(number + 8) FOUR(number + 12)
#define MANY4(number) SIXTEEN(number) SIXTEEN(number + 16) SIXTEEN(number + 32) SIXTEEN(number + 48)
#define MANY5(number) MANY4(number) MANY4(number + 64) MANY4(number + 128) MANY4(number + 192)
#define MANY6(number) MANY5(number) MANY5(number + 256) MANY5(number + 512) MANY5(number + 768)
#define MANY7(number) MANY6(number) MANY6(number + 1024) MANY6(number + 2048) MANY6(number + 3072)
#define MANY8(number) MANY7(number) MANY7(number + 4096) MANY7(number + 8192) MANY7(number + 12288)
#ifdef SMALL
#define ENTRIES 16384
#define ALL MANY8(0)
#else
#define ENTRIES 65536
#define ALL MANY8(0) MANY8(16384) MANY8(32768) MANY8(49152)
#endif

/* One is protected when it is relocated, the other is not. */
#define TABLE constant
static const entry constant[ENTRIES] = {ALL};
#undef TABLE
#define TABLE variable
static entry variable[ENTRIES] = {ALL};
static entry zeros[ENTRIES];

static int
is_right(const entry *table)
{
    for (uint64_t i = 0; i < ENTRIES; i++) {
        if (table[i].self != table + i || table[i].number != i * FACTOR) {
            return 0;
        }
    }
    return 1;
}

static int
are_zeros(void)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        if (zeros[i].self != NULL || zeros[i].number != 0) {
            return 0;
        }
    }
    return 1;
}

/* What the process's map says of the page of an address: "rw-p file" and the like. */
static void
print_map(const void *address)
{
    char line[4096], access[5], file[4096];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
        uintptr_t start, end;
        int n = sscanf(line, "%lx-%lx %4s %*s %*s %*s %4095s", &start, &end, access, file);
        if (n >= 3 && (uintptr_t)address >= start && (uintptr_t)address < end) {
            printf(", %s %s", access, n > 3 ? "file" : "memory");
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
}

/* To be called from main(). */
__attribute__((visibility("default")))
void
show_data(void)
{
    int right = is_right(constant) && is_right(variable) && are_zeros();
    printf("%s", right ? "right" : "wrong");
    print_map(constant);
    print_map(variable);
    memset(variable, 1, sizeof(variable));
    memset(zeros, 1, sizeof(zeros));
    printf("\n");
}
