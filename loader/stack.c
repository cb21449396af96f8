/* From 3.14 on the interpreter asks at its start how much stack it has
 * (Python/ceval.c, hardware_stack_limits()).  For the first thread glibc reads
 * /proc/self/maps line by line to learn where the stack ends: 2 % of a small program's time.
 * But the kernel has put the program's file name at that end, and says where the name is
 * (Linux fs/exec.c, bprm_mm_init() and AT_EXECFN).  So the interpreter's question is
 * answered here, with what glibc would find (nptl/pthread_getattr_np.c); all others are
 * glibc's. */

#define _GNU_SOURCE             /* pthread_getattr_np(), RTLD_NEXT */

#include "stack.h"

#include <limits.h>            /* __GLIBC__ */

#ifdef __GLIBC__

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

/* The kernel leaves at least that much below a stack free of other mappings
 * (arch/x86/mm/mmap.c, mmap_base(); mm/util.c), and a pointer above the name. */
#define MAX_SIZE ((uintptr_t)128 << 20)
#define ABOVE_NAME sizeof(void *)

/* Before glibc 2.34 in another library, which the interpreter has. */
extern __typeof(dlsym) dlsym __attribute__((weak));

/* The dynamic linker's: where the first thread began. */
extern void *__libc_stack_end __attribute__((weak));

static pthread_t asker;
static _Atomic int expected;

void
pycds_stack_expect(void)
{
    asker = pthread_self();
    expected = 1;
}

/* *lowest and *size of the first thread's stack.  0, or -1 if glibc has to be asked. */
static int
find_stack(void **lowest, size_t *size)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const char *name = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    struct rlimit limit;
    if (&__libc_stack_end == NULL || name == NULL || getrlimit(RLIMIT_STACK, &limit) < 0
        || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > MAX_SIZE) {
        return -1;
    }
    const uintptr_t end = (uintptr_t)name + strlen(name) + 1 + ABOVE_NAME;
    /* glibc leaves arguments and environment out, and their size with them. */
    const uintptr_t first = ((uintptr_t)__libc_stack_end & -page) + page;
    if (end % page != 0 || first > end || end - first >= limit.rlim_cur) {
        return -1;
    }
    *size = (limit.rlim_cur - (end - first)) & -page;
    *lowest = (void *)(first - *size);
    return *size >= (size_t)sysconf(_SC_THREAD_STACK_MIN) ? 0 : -1;
}

static int
answer(pthread_attr_t *attributes)
{
    void *lowest;
    size_t size;
    cpu_set_t processors;
    if (find_stack(&lowest, &size) < 0 || pthread_attr_init(attributes) != 0) {
        return -1;
    }
    if (pthread_attr_setguardsize(attributes, 0) == 0
        && pthread_attr_setstack(attributes, lowest, size) == 0
        && pthread_getaffinity_np(asker, sizeof(processors), &processors) == 0
        && pthread_attr_setaffinity_np(attributes, sizeof(processors), &processors) == 0) {
        return 0;
    }
    pthread_attr_destroy(attributes);
    return -1;
}

__attribute__((visibility("default"))) int
pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    if (expected && pthread_equal(thread, asker) && atomic_exchange(&expected, 0)
        && answer(attributes) == 0) {
        return 0;
    }
    int (*next)(pthread_t, pthread_attr_t *) = NULL;
    if (&dlsym != NULL) {
        *(void **)&next = dlsym(RTLD_NEXT, "pthread_getattr_np");
    }
    return next != NULL ? next(thread, attributes) : ENOSYS;
}

#else
void
pycds_stack_expect(void)
{
}
#endif
