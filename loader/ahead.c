/* A large program's archive takes milliseconds to read, and the interpreter is as long busy
 * with itself before the first import asks for it.  So a thread reads it, on a second
 * processor, from before main() to just before that import: gone when the program starts,
 * which must be able to rely on being alone (os.fork(), unshare(2)).
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
#include <unistd.h>

#define STACK_SIZE (16 << 10)   /* bytes */
#define PIECE ((uint64_t)2 << 20)       /* bytes: a huge page */

/* A system call whose error is its result, a negative number: errno is not touched. */
static long
call(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
#else
#error "no system calls for this processor"
#endif
}

/* Each thread takes one piece after the other. */
static int
read_pieces(void *argument)
{
    pycds_ahead *read = argument;
    uint64_t at;
    while ((at = __atomic_fetch_add(&read->next, PIECE, __ATOMIC_RELAXED)) < read->size) {
        uint64_t end = read->size - at < PIECE ? read->size : at + PIECE;
        while (at < end) {
            long n = call(SYS_pread64, read->fd, (long)(read->to + at), (long)(end - at),
                          (long)(read->offset + at));
            if (n <= 0) {
                read->failed = 1;
                return 0;
            }
            at += (uint64_t)n;
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
    void *stack = !has_second_processor() ? MAP_FAILED
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
    int id = clone(read_pieces, (char *)stack + STACK_SIZE,
                   CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD
                   | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID, read, NULL, NULL, &read->running);
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (id < 0) {
        read->running = 0;
        munmap(stack, STACK_SIZE);
        return;
    }
    read->stack = stack;
}

int
pycds_ahead_end(pycds_ahead *read)
{
    read_pieces(read);
    while (__atomic_load_n(&read->running, __ATOMIC_ACQUIRE)) {
        call(SYS_futex, (long)&read->running, FUTEX_WAIT, 1, 0);
    }
    if (read->stack != NULL) {
        munmap(read->stack, STACK_SIZE);
        read->stack = NULL;
    }
    return read->failed ? -1 : 0;
}
