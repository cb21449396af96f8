/* System calls without the C library. */

#ifndef PYCDS_KERNEL_H
#define PYCDS_KERNEL_H

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

/* The result is the kernel's: an error is a negative number, and errno is not touched. */
static inline long
pycds_call6(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "+a"(number)
                     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return number;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
#error "only for x86-64 and AArch64"
#endif
}

/* Of at most four arguments. */
static inline long
pycds_call(long number, long a, long b, long c, long d)
{
    return pycds_call6(number, a, b, c, d, 0, 0);
}

/* Of this thread, in nanoseconds: others may be kept waiting for their turn. */
static inline int64_t
pycds_processor_time(void)
{
    struct timespec t;
    return pycds_call(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, (long)&t, 0, 0) < 0 ? 0
           : (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#endif
