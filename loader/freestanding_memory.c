/* Memory, sorting and the environment, for freestanding.c. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALIGNMENT 16                    /* of malloc()'s blocks */
#define FIRST_MEMORY (64 << 10)         /* bytes that need no system call */
#define MORE_MEMORY (1 << 20)
#define ENVIRONMENT_ROOM 16             /* for what setenv() adds */

extern char **environ;

/* Blocks one after the other, each after its size; none is used again. */
void *
malloc(size_t size)
{
    static char first[FIRST_MEMORY] __attribute__((aligned(ALIGNMENT)));
    static char *next = first, *limit = first + FIRST_MEMORY;
    if (size > PTRDIFF_MAX - 2 * MORE_MEMORY) {
        errno = ENOMEM;
        return NULL;
    }
    size_t whole = (size + 2 * ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (whole > (size_t)(limit - next)) {
        char *more = sbrk((intptr_t)(whole + MORE_MEMORY));
        if (more == (char *)-1) {
            return NULL;
        }
        limit = more + whole + MORE_MEMORY;
        next = more + (-(uintptr_t)more & (ALIGNMENT - 1));
    }
    char *block = next + ALIGNMENT;
    memcpy(next, &size, sizeof(size));
    next += whole;
    return block;
}

void
free(void *block)
{
    (void)block;
}

void *
realloc(void *block, size_t size)
{
    void *result = malloc(size);
    if (result != NULL && block != NULL) {
        size_t old;
        memcpy(&old, (char *)block - ALIGNMENT, sizeof(old));
        memcpy(result, block, old < size ? old : size);
    }
    return result;
}

/* Shell's sort: not stable, and quick enough for the names of a directory. */
void
qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *items = base;
    for (size_t gap = count; gap > 1;) {
        gap = gap < 5 ? 1 : gap * 5 / 11;
        for (size_t i = gap; i < count; i++) {
            for (size_t j = i; j >= gap; j -= gap) {
                char *a = items + (j - gap) * size, *b = items + j * size;
                if (compare(a, b) <= 0) {
                    break;
                }
                for (size_t k = 0; k < size; k++) {
                    char c = a[k];
                    a[k] = b[k];
                    b[k] = c;
                }
            }
        }
    }
}

/* The place in environ of the first NAME=..., or of the null pointer at its end. */
static char **
find_variable(const char *name, size_t size)
{
    char **p = environ;
    while (*p != NULL && (strncmp(*p, name, size) != 0 || (*p)[size] != '=')) {
        p++;
    }
    return p;
}

char *
getenv(const char *name)
{
    size_t size = strlen(name);
    char *found = *find_variable(name, size);
    return found != NULL && size > 0 ? found + size + 1 : NULL;
}

int
setenv(const char *name, const char *value, int replace)
{
    static char **own;                  /* environ with room at its end */
    static size_t room;
    size_t size = strlen(name);
    if (size == 0 || strchr(name, '=') != NULL) {
        errno = EINVAL;
        return -1;
    }
    char **place = find_variable(name, size);
    if (*place != NULL && !replace) {
        return 0;
    }
    char *text = malloc(size + strlen(value) + 2);
    if (text == NULL) {
        return -1;
    }
    stpcpy(stpcpy(stpcpy(text, name), "="), value);
    if (*place == NULL) {
        size_t count = (size_t)(place - environ);
        if (environ != own || count + 2 > room) {
            room = count + ENVIRONMENT_ROOM;
            char **larger = malloc(room * sizeof(char *));
            if (larger == NULL) {
                return -1;
            }
            memcpy(larger, environ, count * sizeof(char *));
            environ = own = larger;
        }
        place = environ + count;
        place[1] = NULL;
    }
    *place = text;
    return 0;
}
