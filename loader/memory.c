#define _DEFAULT_SOURCE
/* An import touches thousands of new pages, and a page fault costs more than most things
 * done with the page.  The interpreter takes memory for small objects in arenas of 1 MiB;
 * here two of them come from one huge page, where the kernel gives one on request
 * (/sys/kernel/mm/transparent_hugepage/enabled: madvise or always).  A small program's
 * few arenas are left as they are: part of a huge page would be wasted. */

#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "python.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define PAGE ((size_t)4096)
#define SMALL_PROGRAM 3         /* arenas */

static PyObjectArenaAllocator stock;
static char *rest;              /* the part of a huge page that is not handed out yet */
static size_t rest_size;
static int narenas;             /* handed out so far, at most SMALL_PROGRAM */
static char *first;             /* place for the first arena, or NULL */

/* A huge page's range of addresses, or NULL. */
static char *
map_huge(void)
{
    char *p = mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    size_t before = -(uintptr_t)p % HUGE_PAGE;
    if (before > 0) {
        munmap(p, before);
    }
    munmap(p + before + HUGE_PAGE, HUGE_PAGE - before);
    madvise(p + before, HUGE_PAGE, MADV_HUGEPAGE);
    return p + before;
}

/* Arenas are made and freed with the GIL held (Objects/obmalloc.c). */
static void *
alloc_arena(void *ctx, size_t size)
{
    (void)ctx;
    if (first != NULL && size == HUGE_PAGE / 2) {
        void *arena = first;
        first = NULL;
        narenas++;
        return arena;
    }
    if (narenas < SMALL_PROGRAM || size > HUGE_PAGE || HUGE_PAGE % size != 0) {
        narenas += narenas < SMALL_PROGRAM;
        return stock.alloc(stock.ctx, size);
    }
    if (rest_size < size) {
        rest = map_huge();
        rest_size = rest == NULL ? 0 : HUGE_PAGE;
    }
    if (rest == NULL) {
        return stock.alloc(stock.ctx, size);
    }
    void *arena = rest;
    rest += size;
    rest_size -= size;
    return arena;
}

static void
free_arena(void *ctx, void *arena, size_t size)
{
    (void)ctx;
    stock.free(stock.ctx, arena, size);     /* munmap(), for ours as well */
}

/* The first arena and the heap share a huge page. */
static void
share_huge_page(void)
{
    const size_t room = HUGE_PAGE + 2 * PAGE;
    char *volatile large = malloc(room + PAGE);
    free(large);
    char *end = sbrk(0);
    size_t before = -(uintptr_t)end % HUGE_PAGE;
    if (end == (char *)-1 || before < PAGE) {
        return;
    }
    sbrk((intptr_t)(before - PAGE));
    char *p = malloc(room), *page = end + before;
    if (p == NULL || p > page || p + room < page + HUGE_PAGE) {
        free(p);
        return;
    }
    madvise(page, HUGE_PAGE, MADV_HUGEPAGE);
    char *q = realloc(p, (size_t)(page + HUGE_PAGE / 2 - p));
    if (q == p) {
        first = page;
    }
}

void
pycds_use_huge_arenas(void)
{
    share_huge_page();
    if (PyObject_GetArenaAllocator == NULL || PyObject_SetArenaAllocator == NULL) {
        return;
    }
    PyObject_GetArenaAllocator(&stock);
    PyObjectArenaAllocator ours = {stock.ctx, alloc_arena, free_arena};
    PyObject_SetArenaAllocator(&ours);
}
