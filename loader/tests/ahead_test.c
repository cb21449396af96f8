/* Reads files ahead, whole ones and cut ones, and looks at what is left of the thread. */

#define _GNU_SOURCE             /* sched_setaffinity() */

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loader/ahead.h"

#define SIZE ((size_t)9 << 20)  /* of the file: pieces of 2 MiB, the last one is shorter */
#define ROUNDS 200

static int nfailed;

static void
expect(int ok, const char *what, int round)
{
    if (!ok) {
        printf("FAILED: %s, round %d\n", what, round);
        nfailed++;
    }
}

static uint64_t
word_at(size_t offset)
{
    return (offset + 1) * 0x9e3779b97f4a7c15u;
}

static int
count_threads(void)
{
    int n = 0;
    DIR *directory = opendir("/proc/self/task");
    if (directory == NULL) {
        return -1;
    }
    for (struct dirent *e; (e = readdir(directory)) != NULL;) {
        n += e->d_name[0] != '.';
    }
    closedir(directory);
    return n;
}

/* Threads leave /proc a moment after they have ended for those who wait for them. */
static int
is_alone(void)
{
    for (int i = 0; i < 1000; i++) {
        if (count_threads() == 1) {
            return 1;
        }
        usleep(1000);
    }
    return 0;
}

static int
has_file(const uint64_t *words, size_t offset, size_t size)
{
    for (size_t i = 0; i < size / 8; i++) {
        if (words[i] != word_at(offset + 8 * i)) {
            return 0;
        }
    }
    return 1;
}

static void
test_all(int fd, const char *what)
{
    uint64_t *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int round = 0; round < ROUNDS; round++) {
        const size_t offset = 4096 * (size_t)round, size = SIZE - 2 * offset;
        pycds_ahead read;
        memset(memory, 0, SIZE);
        pycds_ahead_begin(&read, fd, memory, offset, size);
        for (volatile int i = 0; i < round * 500; i++) {
        }
        expect(pycds_ahead_end(&read) == 0, what, round);
        expect(has_file(memory, offset, size), what, round);
        expect(size == SIZE || memory[size / 8] == 0, "nothing after it is written", round);
    }
    munmap(memory, SIZE);
    expect(is_alone(), "the thread has gone", 0);
}

static void
test_failures(int fd)
{
    char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pycds_ahead read;
    for (int round = 0; round < ROUNDS; round++) {
        pycds_ahead_begin(&read, fd, memory, (uint64_t)round * 4096 + 4096, SIZE);
        expect(pycds_ahead_end(&read) < 0, "a file that is shorter", round);
        pycds_ahead_begin(&read, -1, memory, 0, SIZE);
        expect(pycds_ahead_end(&read) < 0, "no file", round);
    }
    pycds_ahead_begin(&read, fd, NULL, 0, SIZE);
    expect(pycds_ahead_end(&read) < 0, "no memory", 0);
    pycds_ahead_begin(&read, fd, memory, 0, 0);
    expect(pycds_ahead_end(&read) == 0, "nothing", 0);
    munmap(memory, SIZE);
    expect(is_alone(), "the thread has gone after failures", 0);
}

/* Memory that is touched keeps what others write to it meanwhile, and may go afterwards. */
static void
test_touch(int fd)
{
    char *to = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        pycds_ahead read;
        pycds_ahead_begin(&read, fd, to, 0, 4096);
        pycds_ahead_touch(memory, SIZE / 2);
        pycds_ahead_touch((char *)memory + SIZE / 2, SIZE / 2);
        for (size_t i = 0; i < SIZE / 8; i += 512) {
            memory[i] = i % 1024 == 0 ? 0 : i;
            memory[i + 1] = i;
        }
        int ok = 1;
        for (size_t i = 0; i < SIZE / 8; i += 512) {
            ok = ok && memory[i] == (i % 1024 == 0 ? 0 : i) && memory[i + 1] == i;
        }
        expect(ok, "memory that is touched", round);
        if (round % 2) {
            pycds_ahead_leave_memory();
        }
        else {
            expect(pycds_ahead_end(&read) == 0, "the end of touching", round);
        }
        munmap(memory, SIZE);
        expect(pycds_ahead_end(&read) == 0, "another end", round);
        expect(has_file((uint64_t *)to, 0, 4096), "what is read beside", round);
    }
    pycds_ahead_touch(to, SIZE);        /* nobody to do it */
    pycds_ahead_leave_memory();
    munmap(to, SIZE);
    expect(is_alone(), "the thread has gone after touching", 0);
}

int
main(void)
{
    char path[512];
    const char *directory = getenv("TEST_TMPDIR");
    snprintf(path, sizeof(path), "%s/ahead_test.%ld", directory ? directory : "/tmp", (long)getpid());
    FILE *f = fopen(path, "wb");
    for (size_t offset = 0; f != NULL && offset < SIZE; offset += 8) {
        uint64_t word = word_at(offset);
        fwrite(&word, sizeof(word), 1, f);
    }
    if (f == NULL || fclose(f) != 0) {
        perror(path);
        return 2;
    }
    int fd = open(path, O_RDONLY);
    unlink(path);
    test_all(fd, "all processors");
    test_failures(fd);
    test_touch(fd);

    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof(one), &one) < 0) {
        perror("sched_setaffinity");
        return 2;
    }
    test_all(fd, "one processor");
    printf("ahead_test: %d failed\n", nfailed);
    return nfailed != 0;
}
