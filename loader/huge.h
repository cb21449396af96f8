/* Address space in whole huge pages. */

#ifndef PYCDS_HUGE_H
#define PYCDS_HUGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "format.h"
#include "kernel.h"

/* The range of addresses of so many huge pages, or NULL. */
static inline char *
pycds_map_huge(size_t count)
{
    const size_t page = PYCDS_HUGE_PAGE_SIZE, size = count * page;
    const long p = pycds_call6(SYS_mmap, 0, (long)(size + page), PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p < 0) {
        return NULL;
    }
    const size_t before = -(size_t)p % page;
    if (before > 0) {
        pycds_call(SYS_munmap, p, (long)before, 0, 0);
    }
    char *start = (char *)p + before;
    pycds_call(SYS_munmap, (long)(start + size), (long)(page - before), 0, 0);
    return start;
}

#endif
