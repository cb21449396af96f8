/* A large program's archive takes milliseconds to copy, and its imports spend as much again
 * on page faults.  So a thread does that work on a second processor, from before main() on.
 * Until the first import from the archive it copies what imports write to into huge pages;
 * then it gives what is not copied its pages where the file is mapped, as the first write to
 * each would, gives the heap and arenas their memory, and prepares modules for their import.
 * What it has not begun others do, and wait for little else.  It ends when all is done, some
 * tens of milliseconds later, or when somebody must be alone.
 *
 * In a virtual machine the host may have to find a huge page's memory first, most of all
 * where the kernel tells it which huge pages are free and it takes them back
 * (mm/page_reporting.c).  That takes 5 ms where 0.1 are usual; single pages rarely come from
 * there.  So huge pages are asked for when one was quick to have, and not before.
 *
 * The thread is the kernel's alone.  One of the C library's would have malloc() take locks
 * for the rest of the process.  In return nothing of the library may be used in it: it has
 * no thread-local variables of its own, errno above all.  So system calls are made here. */

#define _GNU_SOURCE             /* clone() */

#include "ahead.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  /* Linux 5.14; to older ones it is an error */
#endif

#define STACK_SIZE (16 << 10)   /* bytes */
#define PIECE ((uint64_t)2 << 20)       /* bytes: a huge page */
#define BATCH ((uint64_t)64 << 10)      /* bytes: who maps memory waits for that long */
#define SLOW 1500000            /* nanoseconds of work for a piece; 200000 to 500000 are usual */
#define LITTLE ((uint64_t)8 << 20)      /* bytes */
#define PATIENCE 3000000        /* nanoseconds */
#define CLOSED ((uint64_t)1 << 63)      /* in copied: no more will be */
#define MAX_RANGES 2

/* In told. */
#define READY 1                 /* to take steps */
#define LEAVE 2

static pycds_ahead *_Atomic threaded;   /* what the thread works for, or NULL */

/* What gets memory; written before nranges is. */
static struct {
    uint8_t *start;
    uint64_t size;
} ranges[MAX_RANGES];
static _Atomic size_t nranges;

static _Atomic enum {
    UNKNOWN,
    QUICK,
    SLOW_TO_HAVE,
} huge_pages;

static void
advise(size_t range)
{
    pycds_call(SYS_madvise, (long)ranges[range].start, (long)ranges[range].size,
               huge_pages == SLOW_TO_HAVE ? MADV_NOHUGEPAGE : MADV_HUGEPAGE, 0);
}

/* To be called after work on a piece that was to be a huge page. */
static void
note_time(int64_t time)
{
    const unsigned int was = huge_pages;
    if (time > SLOW) {
        huge_pages = SLOW_TO_HAVE;
    }
    else if (was == UNKNOWN) {
        huge_pages = QUICK;
    }
    for (size_t i = 0; huge_pages != was && i < nranges; i++) {
        advise(i);
    }
}

/* 0: it failed, or there is no more to copy. */
static int
copy_piece(pycds_ahead *ahead)
{
    uint64_t start = ahead->copied, at = start;
    uint64_t end = at + PIECE < ahead->size ? at + PIECE : ahead->size;
    if (start & CLOSED || start == ahead->size) {
        return 0;
    }
    int64_t began = pycds_processor_time();
    while (at < end) {
        long n = pycds_call(SYS_pread64, ahead->fd, (long)(ahead->to + at), (long)(end - at),
                            (long)(ahead->offset + at));
        if (n <= 0) {
            return 0;
        }
        at += (uint64_t)n;
    }
    note_time(pycds_processor_time() - began);
    return atomic_compare_exchange_strong(&ahead->copied, &start, end);
}

/* How many bytes are copied, which is final. */
static uint64_t
close_copy(pycds_ahead *ahead)
{
    return atomic_fetch_or(&ahead->copied, CLOSED) & ~CLOSED;
}

/* Copies, in the one thread that is the first to ask for it. */
static int
copy(pycds_ahead *ahead)
{
    if (atomic_exchange(&ahead->begun, 1)) {
        return 0;
    }
    while (!(ahead->told & LEAVE) && huge_pages != SLOW_TO_HAVE && copy_piece(ahead)) {
    }
    uint64_t copied = close_copy(ahead);
    if (copied < ahead->size) {
        pycds_call(SYS_munmap, (long)(ahead->to + copied), (long)(ahead->room - copied), 0, 0);
    }
    return 1;
}

/* Has the kernel do what writing to each page would, without the signal for a page that
 * is not there. */
static int
populate(pycds_ahead *ahead, uint8_t *start, uint64_t size, int may_be_huge)
{
    for (uint64_t at = 0, n; at < size; at += n) {
        const int huge = may_be_huge && huge_pages == QUICK;
        const int64_t began = huge ? pycds_processor_time() : 0;
        n = huge ? PIECE : BATCH;
        n = n < size - at ? n : size - at;
        if (ahead->told & LEAVE
            || pycds_call(SYS_madvise, (long)(start + at), (long)n, MADV_POPULATE_WRITE, 0) < 0) {
            return 0;
        }
        if (huge) {
            note_time(pycds_processor_time() - began);
        }
    }
    return 1;
}

static void
wait_until_told(pycds_ahead *ahead)
{
    while (ahead->told == 0) {
        pycds_call(SYS_futex, (long)&ahead->told, FUTEX_WAIT, 0, 0);
    }
}

static int
work(void *argument)
{
    pycds_ahead *ahead = argument;
    if (!copy(ahead)) {
        wait_until_told(ahead);         /* somebody else copies: until that is done */
    }
    uint64_t copied = close_copy(ahead);
    int ok = populate(ahead, ahead->place + copied, ahead->size - copied, 0);
    for (size_t i = 0; ok && i < nranges; i++) {
        ok = populate(ahead, ranges[i].start, ranges[i].size, 1);
    }
    wait_until_told(ahead);
    while (ahead->step != NULL && !(ahead->told & LEAVE) && ahead->step(ahead->of)) {
    }
    return 0;
}

static void
tell(pycds_ahead *ahead, int what)
{
    atomic_fetch_or(&ahead->told, what);
    pycds_call(SYS_futex, (long)&ahead->told, FUTEX_WAKE, 1, 0);
}

static int
has_second_processor(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1;
}

void
pycds_ahead_begin(pycds_ahead *ahead)
{
    ahead->process = getpid();
    ahead->stack = threaded != NULL || !has_second_processor() ? MAP_FAILED
                   : mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (ahead->stack == MAP_FAILED) {
        return;
    }
    /* A signal's handler would run without thread-local variables. */
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    ahead->running = 1;
    /* Valgrind takes what shares less for no thread. */
    int id = clone(work, (char *)ahead->stack + STACK_SIZE,
                   CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD
                   | CLONE_CHILD_CLEARTID, ahead, NULL, NULL, (int *)&ahead->running);
    sigprocmask(SIG_SETMASK, &old, NULL);
    ahead->id = id;
    if (id < 0) {
        ahead->running = 0;
        munmap(ahead->stack, STACK_SIZE);
        return;
    }
    threaded = ahead;
}

uint64_t
pycds_ahead_take(pycds_ahead *ahead)
{
    const int64_t began = pycds_processor_time();
    copy(ahead);
    /* A little that is left is quicker to wait for than to do page by page. */
    for (uint64_t copied = ahead->copied; huge_pages == QUICK && copied < ahead->size
         && ahead->size - copied <= LITTLE && pycds_processor_time() - began < PATIENCE;
         copied = ahead->copied) {
        sched_yield();
    }
    return close_copy(ahead);
}

void
pycds_ahead_ready(pycds_ahead *ahead)
{
    if (threaded == ahead) {
        tell(ahead, READY);
    }
}

void
pycds_huge_page_took(int64_t time)
{
    if (threaded == NULL) {
        note_time(time);
    }
}

int
pycds_huge_pages_are_slow(void)
{
    return huge_pages == SLOW_TO_HAVE;
}

void
pycds_ahead_give(void *start, size_t size)
{
    const size_t i = nranges;
    if (size == 0 || i == MAX_RANGES) {
        return;
    }
    ranges[i].start = start;
    ranges[i].size = size;
    nranges = i + 1;
    if (threaded == NULL || huge_pages != UNKNOWN) {
        advise(i);
    }
}

int
pycds_ahead_is_stuck(const pycds_ahead *ahead)
{
    return threaded != ahead || ahead->process != getpid();
}

void
pycds_ahead_leave(void)
{
    pycds_ahead *ahead = threaded;
    if (ahead == NULL) {
        return;
    }
    if (ahead->process == getpid()) {   /* else a child's, which has no such thread */
        tell(ahead, LEAVE);
        while (ahead->running) {
            pycds_call(SYS_futex, (long)&ahead->running, FUTEX_WAIT, 1, 0);
        }
        /* It has left our memory, and now the process. */
        while (pycds_call(SYS_tgkill, ahead->process, ahead->id, 0, 0) == 0) {
            sched_yield();
        }
    }
    if (atomic_exchange(&threaded, NULL) != NULL) {
        munmap(ahead->stack, STACK_SIZE);
        nranges = 0;
    }
}

void
pycds_ahead_audit_event(const char *event)
{
    pycds_ahead *ahead = threaded;
    if (ahead != NULL
        && (!ahead->running || strcmp(event, "os.fork") == 0 || strcmp(event, "os.forkpty") == 0
            || strcmp(event, "subprocess.Popen") == 0)) {
        pycds_ahead_leave();
    }
}
