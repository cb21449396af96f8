/* A start touches hundreds of new pages and an import thousands, and a page fault costs more
 * than most things done with the page: a huge page of 2 MiB costs as much as 40 to 110 single
 * ones.  The kernel gives one on request (/sys/kernel/mm/transparent_hugepage/enabled:
 * madvise or always); where it does not, nothing is lost.
 *
 * The interpreter takes memory for small objects in arenas of 1 MiB, and other memory from
 * malloc().  A small program needs a little more than 1 MiB of each, so its first arena and
 * its heap share a huge page.  Its next arenas are left as they are, as part of a huge page
 * would be wasted; a larger program's come from huge pages, two from each, and its heap
 * goes on in huge pages as far as its imports will need it. */

#define _DEFAULT_SOURCE         /* sbrk() */

#include "memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ahead.h"
#include "gc.h"
#include "huge.h"
#include "image.h"
#include "python.h"

#define HUGE_PAGE PYCDS_HUGE_PAGE_SIZE
#define HALF (HUGE_PAGE / 2)
#define BLOCK ((size_t)120 << 10)    /* malloc() maps larger ones: mallopt(3), M_MMAP_THRESHOLD */
#define SMALL_PROGRAM 3         /* arenas */
#define LARGE_PROGRAM ((size_t)8 << 20)         /* bytes from malloc() */
#define MAX_PATCHED ((size_t)32 << 20)

static PyObjectArenaAllocator stock;
/* Interpreters that do not share a GIL ask for arenas at the same time. */
static _Atomic(char *) first;   /* place of the first arena, or NULL */
static _Atomic(char *) pool;    /* place of the next ones, up to pool_end */
static char *pool_end;
static _Atomic(char *) half;    /* the second half of a huge page, or NULL */
static _Atomic size_t narenas;  /* handed out so far */

/* Has malloc() go on in the second half of a page of 2 MiB, whose first half is for the first
 * arena, and in more of them.  malloc() does not take much memory at once, and writes to
 * its start: so it gets it in blocks, each with a link to the one before, and then all of
 * the memory is given back but for that start.  The break is moved once more so that
 * malloc() does not give its own back, too. */
static void
share_huge_page(size_t more)
{
    char *end = sbrk(0), start[PYCDS_PAGE_SIZE];
    size_t before = -(uintptr_t)end % HUGE_PAGE;
    if (end == (char *)-1 || sbrk((intptr_t)(before + HALF)) != end) {
        return;
    }
    char *page = end + before, *half = page + HALF, *after = page + HUGE_PAGE + more;
    char *last = NULL, *block;
    size_t left = (HALF + more) / BLOCK + 2;
    while ((block = malloc(BLOCK)) != NULL) {
        *(char **)block = last;
        last = block;
        if (last + BLOCK >= after || left-- == 0) {
            break;
        }
    }
    int ok = last > half && last < after && last + BLOCK >= after
             && sbrk(PYCDS_PAGE_SIZE) != (char *)-1;
    while (last != NULL) {
        block = last;
        last = *(char **)block;
        free(block);
    }
    /* What is slow to have is 5 ms at once: large programs wait until that is known. */
    if (ok && (pycds_huge_pages_are_slow() || more > LARGE_PROGRAM
               || madvise(page, HUGE_PAGE, MADV_HUGEPAGE) == 0)) {
        memcpy(start, half, sizeof(start));
        madvise(page, (size_t)(after - page), MADV_DONTNEED);
        memcpy(half, start, sizeof(start));
        first = page;
    }
}

static char *
take_half(void)
{
    char *arena = atomic_exchange(&half, NULL);
    if (arena != NULL || pycds_huge_pages_are_slow() || (arena = pycds_map_huge(1)) == NULL) {
        return arena;
    }
    madvise(arena, HUGE_PAGE, MADV_HUGEPAGE);
    char *other = atomic_exchange(&half, arena + HALF);
    if (other != NULL) {
        munmap(other, HALF);
    }
    return arena;
}

static void *
alloc_arena(void *ctx, size_t size)
{
    (void)ctx;
    char *arena = NULL;
    pycds_gc_pause();           /* the first sign of an interpreter */
    if (size == HALF) {
        const size_t before = atomic_fetch_add(&narenas, 1);
        if ((arena = atomic_exchange(&first, NULL)) == NULL && pool < pool_end) {
            arena = atomic_fetch_add(&pool, HALF);
            arena = arena < pool_end ? arena : NULL;
        }
        if (arena == NULL && before >= SMALL_PROGRAM) {
            arena = take_half();
        }
    }
    return arena != NULL ? arena : stock.alloc(stock.ctx, size);
}

static void
free_arena(void *ctx, void *arena, size_t size)
{
    (void)ctx;
    pycds_ahead_leave();
    stock.free(stock.ctx, arena, size);     /* munmap(), for ours as well */
}

int
pycds_address_space_is_scarce(void)
{
    struct rlimit space, data;
    return getrlimit(RLIMIT_AS, &space) < 0 || space.rlim_cur != RLIM_INFINITY
           || getrlimit(RLIMIT_DATA, &data) < 0 || data.rlim_cur != RLIM_INFINITY;
}

/* In seven programs under 3.11 and 3.14 malloc() is asked for 1.8 to 2.8 times what is patched.
 * They make 5 arenas where that is 0.8 MiB, 8 to 10 where it is 3, 23 to 29 where it is 9. */
void
pycds_use_huge_pages(uint64_t patched)
{
    if (PyObject_GetArenaAllocator == NULL || PyObject_SetArenaAllocator == NULL) {
        return;
    }
    patched = patched < MAX_PATCHED ? patched : MAX_PATCHED;
    const size_t needed = patched * 5 / 2, more = (needed + HALF) / HUGE_PAGE * HUGE_PAGE;
    const int is_small = needed < HALF;
    if (!pycds_address_space_is_scarce()) {
        share_huge_page(is_small ? 0 : more);
    }
    if (!is_small && first != NULL) {
        const size_t count = 1 + patched * 5 / 4 / HALF;
        narenas = SMALL_PROGRAM;
        pool = pycds_map_huge(count);
        pool_end = pool == NULL ? NULL : pool + count * HUGE_PAGE;
        pycds_ahead_give(pool, (size_t)(pool_end - pool));
        pycds_ahead_give(first + HUGE_PAGE, more);
    }
    PyObject_GetArenaAllocator(&stock);
    PyObjectArenaAllocator ours = {stock.ctx, alloc_arena, free_arena};
    PyObject_SetArenaAllocator(&ours);
}
