/* A large program's archive takes milliseconds to read, and the interpreter is as long busy
 * with itself before the first import asks for it.  So a thread reads it, on a second
 * processor, from before main() to just before that import: gone when the program starts,
 * which must be able to rely on being alone (os.fork(), unshare(2)).  What time is left it
 * spends on new memory, which the kernel clears when it is touched.
 *
 * In a virtual machine the host may have to find a huge page's memory first, most of all
 * where the kernel tells it which huge pages are free and it takes them back
 * (mm/page_reporting.c).  That takes 5 ms where 0.1 are usual; single pages rarely come from
 * there.  So after one that is slow the rest comes in single pages.
 *
 * The thread is the kernel's alone.  One of the C library's would have malloc() take locks
 * for the rest of the process.  In return nothing of the library may be used in it: it has
 * no thread-local variables of its own, errno above all.  So system calls are made here. */

#define _GNU_SOURCE             /* clone() */

#include "ahead.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"

#define STACK_SIZE (16 << 10)   /* bytes */
#define PIECE ((uint64_t)2 << 20)       /* bytes: a huge page */
#define SLOW 1500000            /* nanoseconds of work for a piece; 200000 to 500000 are usual */
#define MAX_RANGES 2

static pycds_ahead *threaded;   /* what the thread works for, or NULL */

/* What it touches; written before nranges is. */
static struct {
    uint8_t *start;
    size_t size;
} ranges[MAX_RANGES];
static size_t nranges;

static int slow;

/* Of this thread, in nanoseconds: others may be kept waiting for their turn. */
static int64_t
processor_time(void)
{
    struct timespec t;
    return pycds_call(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, (long)&t, 0, 0) < 0 ? 0
           : (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
use_single_pages(void *start, size_t size)
{
    pycds_call(SYS_madvise, (long)start, (long)size, MADV_NOHUGEPAGE, 0);
}

/* To be called after work that began at a time, with what it leaves of its memory. */
static void
note_time(int64_t began, uint8_t *left, size_t size)
{
    if (processor_time() - began > SLOW) {
        __atomic_store_n(&slow, 1, __ATOMIC_SEQ_CST);
        use_single_pages(left, size);
        for (size_t i = 0; i < __atomic_load_n(&nranges, __ATOMIC_SEQ_CST); i++) {
            use_single_pages(ranges[i].start, ranges[i].size);
        }
    }
}

/* Reads the first piece that nobody reads yet.  0: there is none, or it failed. */
static int
read_piece(pycds_ahead *read)
{
    uint64_t at = __atomic_fetch_add(&read->next, PIECE, __ATOMIC_RELAXED);
    uint64_t end = at + PIECE < read->size ? at + PIECE : read->size;
    if (at >= read->size) {
        return 0;
    }
    int64_t began = processor_time();
    while (at < end) {
        long n = pycds_call(SYS_pread64, read->fd, (long)(read->to + at), (long)(end - at),
                            (long)(read->offset + at));
        if (n <= 0) {
            read->failed = 1;
            return 0;
        }
        at += (uint64_t)n;
    }
    note_time(began, read->to + end, (size_t)(read->size - end));
    return 1;
}

/* Writes a 0 where there is one: what is in use by now stays as it is. */
static void
touch(uint8_t *page)
{
    uint8_t zero = 0;
    __atomic_compare_exchange_n(page, &zero, 0, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static int
work(void *argument)
{
    pycds_ahead *read = argument;
    while (!__atomic_load_n(&read->leave, __ATOMIC_RELAXED) && read_piece(read)) {
    }
    for (size_t i = 0; i < __atomic_load_n(&nranges, __ATOMIC_SEQ_CST); i++) {
        for (size_t at = 0; at < ranges[i].size; at += PIECE) {
            if (__atomic_load_n(&read->leave, __ATOMIC_RELAXED) || pycds_huge_pages_are_slow()) {
                return 0;
            }
            int64_t began = processor_time();
            touch(ranges[i].start + at);
            note_time(began, NULL, 0);
        }
    }
    return 0;
}

static int
has_second_processor(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1;
}

void
pycds_ahead_begin(pycds_ahead *read, int fd, void *to, uint64_t offset, uint64_t size)
{
    *read = (pycds_ahead){.fd = fd, .to = to, .offset = offset, .size = size};
    void *stack = threaded != NULL || !has_second_processor() ? MAP_FAILED
                  : mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        return;
    }
    /* A signal's handler would run without thread-local variables. */
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    read->running = 1;
    int id = clone(work, (char *)stack + STACK_SIZE,
                   CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD
                   | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID, read, NULL, NULL, &read->running);
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (id < 0) {
        read->running = 0;
        munmap(stack, STACK_SIZE);
        return;
    }
    read->stack = stack;
    threaded = read;
}

/* Waits for the thread, if there is one, to do what it is at. */
static void
end_thread(pycds_ahead *read)
{
    __atomic_store_n(&read->leave, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&read->running, __ATOMIC_ACQUIRE)) {
        pycds_call(SYS_futex, (long)&read->running, FUTEX_WAIT, 1, 0);
    }
    if (read->stack != NULL) {
        munmap(read->stack, STACK_SIZE);
        read->stack = NULL;
        threaded = NULL;
    }
    nranges = 0;
}

int
pycds_ahead_end(pycds_ahead *read)
{
    while (read_piece(read)) {
    }
    end_thread(read);
    return read->failed ? -1 : 0;
}

int
pycds_huge_pages_are_slow(void)
{
    return __atomic_load_n(&slow, __ATOMIC_SEQ_CST);
}

void
pycds_ahead_touch(void *start, size_t size)
{
    if (size > 0 && nranges < MAX_RANGES) {
        ranges[nranges].start = start;
        ranges[nranges].size = size;
        __atomic_store_n(&nranges, nranges + 1, __ATOMIC_SEQ_CST);
        if (pycds_huge_pages_are_slow()) {
            use_single_pages(start, size);
        }
    }
}

void
pycds_ahead_leave_memory(void)
{
    if (threaded != NULL) {
        end_thread(threaded);
    }
}
