/* Copies files ahead, whole ones and cut ones, and looks at what is left of the thread. */

#define _GNU_SOURCE             /* sched_setaffinity() */

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/ahead.h"

#define SIZE ((size_t)9 << 20)  /* of the file: pieces of 2 MiB, the last one is shorter */
#define PIECE ((size_t)2 << 20)
#define PAGE ((size_t)4096)
#define ROUNDS 20
#define PROCESSES 10

static const char *const events[] = {"os.fork", "os.forkpty", "subprocess.Popen"};

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

/* No byte of the range is mapped. */
static int
is_unmapped(char *start, size_t size)
{
    unsigned char vec;
    for (size_t at = 0; at < size; at += PAGE) {
        if (mincore(start + at, 1, &vec) == 0) {
            return 0;
        }
    }
    return 1;
}

static char *
map(int fd, size_t offset, size_t size)
{
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0), fd,
                (off_t)offset);
}

/* Copies, counted in all processes. */
static struct {
    int whole, cut;
} *count;

/* Copies, and writes to what is left of the file's mapping while that is populated. */
static void
test_copy(int fd, int nprocessors)
{
    for (int round = 0; round < ROUNDS; round++) {
        const size_t offset = PAGE * (size_t)round * 10, size = SIZE - 2 * offset, room = size + PAGE;
        char *to = map(-1, 0, room), *place = map(fd, offset, size);
        pycds_ahead ahead = {.fd = fd, .offset = offset, .size = size, .place = (uint8_t *)place,
                             .to = (uint8_t *)to, .room = room};
        pycds_ahead_begin(&ahead);
        for (volatile int i = 0; i < round * 5000; i++) {
        }
        const size_t copied = pycds_ahead_take(&ahead);
        expect(copied == size || (copied < size && copied % PIECE == 0), "a whole number of pieces", round);
        expect(has_file((uint64_t *)to, offset, copied), "the copy", round);
        for (size_t at = copied; at < size; at += PAGE) {
            place[at] = 1;
        }
        if (round % 2) {
            pycds_ahead_leave();
        }
        for (size_t at = 0; at < size; at += PAGE) {
            const uint64_t *page = (uint64_t *)(place + at);
            expect(at < copied ? page[0] == word_at(offset + at) : place[at] == 1, "a page's start", round);
            expect(has_file(page + 1, offset + at + 8, PAGE - 8), "a page", round);
        }
        pycds_ahead_leave();
        expect(count_threads() == 1, "the thread has gone", round);
        if (copied < size) {
            expect(is_unmapped(to + copied, room - copied), "what has no copy is unmapped", round);
            expect(nprocessors > 1 || pycds_huge_pages_are_slow(), "one processor copies all", round);
            count->cut++;
        }
        else {
            expect(to[size] == 0, "nothing after it is written", round);
            count->whole++;
        }
        munmap(place, size);
        munmap(to, copied < size ? copied : room);
    }
}

/* What is not there gives no signal and no copy. */
static void
test_failures(int fd)
{
    for (int round = 0; round < ROUNDS; round++) {
        const size_t offset = SIZE - PAGE * (size_t)(round % 3);
        char *to = map(-1, 0, SIZE), *place = map(fd, offset, SIZE), *gone = map(-1, 0, SIZE);
        munmap(gone, SIZE);
        pycds_ahead cases[] = {
            {.fd = fd, .offset = offset, .size = SIZE, .place = (uint8_t *)place, .to = (uint8_t *)to, .room = SIZE},
            {.fd = -1, .size = SIZE, .place = (uint8_t *)place, .to = (uint8_t *)to, .room = SIZE},
            {.fd = fd, .size = SIZE, .place = (uint8_t *)gone, .to = (uint8_t *)gone, .room = SIZE},
        };
        pycds_ahead *ahead = &cases[round % 3];
        pycds_ahead_begin(ahead);
        pycds_ahead_give(gone, SIZE);
        expect(pycds_ahead_take(ahead) == 0, "no copy", round);
        pycds_ahead_leave();
        expect(count_threads() == 1, "the thread has gone after a failure", round);
        munmap(place, SIZE);
        if (round % 3 == 2) {
            munmap(to, SIZE);
        }
    }
}

/* Memory that is given keeps what others write to it meanwhile, and may go afterwards. */
static void
test_give(int fd)
{
    for (int round = 0; round < ROUNDS; round++) {
        char *to = map(-1, 0, PAGE), *place = map(fd, 0, PAGE);
        uint64_t *memory = (uint64_t *)map(-1, 0, SIZE);
        pycds_ahead ahead = {.fd = fd, .size = PAGE, .place = (uint8_t *)place, .to = (uint8_t *)to, .room = PAGE};
        pycds_ahead_begin(&ahead);
        pycds_ahead_give(memory, SIZE / 2);
        pycds_ahead_give((char *)memory + SIZE / 2, SIZE / 2);
        const size_t copied = pycds_ahead_take(&ahead);
        if (fork() == 0) {
            pycds_ahead_leave();        /* comes back, without such a thread */
            _exit(0);
        }
        for (size_t i = 0; i < SIZE / 8; i += PAGE / 8) {
            memory[i] = i % 1024 == 0 ? 0 : i;
            memory[i + 1] = i;
        }
        int ok = 1;
        for (size_t i = 0; i < SIZE / 8; i += PAGE / 8) {
            ok = ok && memory[i] == (i % 1024 == 0 ? 0 : i) && memory[i + 1] == i;
        }
        expect(ok, "memory that is given", round);
        wait(NULL);
        pycds_ahead_audit_event("import");
        pycds_ahead_audit_event(events[round % 3]);
        munmap(memory, SIZE);
        expect(count_threads() == 1, events[round % 3], round);
        expect(copied == 0 || has_file((uint64_t *)to, 0, copied), "what is copied beside", round);
        munmap(to, copied);
        munmap(place, PAGE);
    }
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
    cpu_set_t all, one;
    sched_getaffinity(0, sizeof(all), &all);
    unlink(path);
    count = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    /* Once huge pages were slow to have a process does without. */
    for (int i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            test_copy(fd, CPU_COUNT(&all));
            test_failures(fd);
            test_give(fd);
            return nfailed != 0;
        }
        int status = -1;
        wait(&status);
        expect(status == 0, "a process's status", i);
    }
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (sched_setaffinity(0, sizeof(one), &one) < 0) {
        perror("sched_setaffinity");
        return 2;
    }
    test_copy(fd, 1);
    printf("ahead_test: %d whole copies, %d cut short; %d failed\n", count->whole, count->cut, nfailed);
    return nfailed != 0;
}
