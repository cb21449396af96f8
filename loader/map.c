/* Maps an archive: all of the file at once, and over it what will be written, read into
 * huge pages. */

#define _GNU_SOURCE             /* mremap() */

#include "map.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "prepare.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000    /* Linux 4.17; older kernels take it as a hint */
#endif

#define FILE_SIZE_LIMIT ((uint64_t)1 << 32)
#define ADDRESS_LIMIT ((uint64_t)1 << 47)

/* A reserved range of addresses in which what is at offset hot can be in huge pages, or
 * NULL. */
static uint8_t *
reserve(uint64_t size, uint32_t hot)
{
    const uint64_t room = size + PYCDS_HUGE_PAGE_SIZE;
    uint8_t *p = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    uint64_t before = -((uint64_t)(uintptr_t)p + hot) % PYCDS_HUGE_PAGE_SIZE;
    before -= before % PYCDS_PAGE_SIZE;
    if (before > 0) {
        munmap(p, before);
    }
    if (room - before > size) {
        munmap(p + before + size, room - before - size);
    }
    return p + before;
}

int
pycds_map_file(pycds_image *image, int fd, const pycds_header *header, unsigned int flags,
         pycds_refusal *refusal)
{
    const int protection = PROT_READ | PROT_WRITE;
    const uint64_t base = header->base;
    void *p = MAP_FAILED;

    if (base % PYCDS_PAGE_SIZE != 0 || base == 0
        || base > ADDRESS_LIMIT - FILE_SIZE_LIMIT) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_BASE, PYCDS_PAGE_SIZE, base);
    }
    if (!(flags & PYCDS_OPEN_RELOCATE)) {
        p = mmap((void *)(uintptr_t)base, image->size, protection,
                 MAP_PRIVATE | MAP_FIXED_NOREPLACE, fd, 0);
        if (p != MAP_FAILED && (uintptr_t)p != base) {
            munmap(p, image->size);
            p = MAP_FAILED;
        }
    }
    if (p == MAP_FAILED) {
        void *place = reserve(image->size, header->hot);
        p = mmap(place, image->size, protection,
                 MAP_PRIVATE | (place != NULL ? MAP_FIXED : 0), fd, 0);
    }
    if (p == MAP_FAILED) {
        return pycds_refuse(refusal, PYCDS_REFUSE_MAP, "a private mapping of the file",
                            strerror(errno));
    }
    image->start = p;
    image->mapped = image->size;
    image->delta = (uint64_t)(uintptr_t)p - base;
    return 0;
}

/* How many bytes after the hot part may be taken to complete its last huge page: none
 * unless the better part of it is used, and nothing follows in the file. */
static uint64_t
take_tail(const pycds_image *image, uint64_t end)
{
    uint64_t more = -(uint64_t)(uintptr_t)(image->start + end) % PYCDS_HUGE_PAGE_SIZE;
    if (end != image->size || more > PYCDS_HUGE_PAGE_SIZE / 2) {
        return 0;
    }
    uint8_t *wanted = image->start + end;
    uint8_t *p = mmap(wanted, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS
                      | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (p != MAP_FAILED && p != wanted) {
        munmap(p, more);
    }
    return p == wanted ? more : 0;
}

/* Unmaps what take_tail() took. */
static void
give_up_tail(const pycds_image *image)
{
    const uint64_t size = image->header->hot_size;
    if (image->hot_size > size) {
        munmap(image->start + image->size, image->hot_size - size);
    }
}

void
pycds_map_hot_begin(pycds_image *image)
{
    const uint32_t offset = image->header->hot, size = image->header->hot_size;
    if (size < PYCDS_HUGE_PAGE_SIZE / 2) {
        return;
    }
    const uint64_t all = size + take_tail(image, (uint64_t)offset + size);
    uint8_t *p = reserve(all, 0);
    image->hot_size = all;
    if (p == NULL
        || mmap(p, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
           == MAP_FAILED) {
        if (p != NULL) {
            munmap(p, all);
        }
        give_up_tail(image);
        return;
    }
    madvise(p, all - all % PYCDS_HUGE_PAGE_SIZE, MADV_HUGEPAGE);
    image->hot = p;
    image->ahead = (pycds_ahead){.fd = image->fd, .offset = offset, .size = size,
                                 .place = image->start + offset, .to = p, .room = all,
                                 .step = pycds_prepare_next, .of = image};
    pycds_ahead_begin(&image->ahead);
}

void
pycds_map_hot_end(pycds_image *image)
{
    const uint32_t offset = image->header->hot;
    uint8_t *p = image->hot;
    if (p == NULL) {
        return;
    }
    image->hot = NULL;
    uint64_t copied = pycds_ahead_take(&image->ahead);
    const int all = copied == image->header->hot_size;
    if (all) {
        copied = image->hot_size;
        image->mapped = offset + copied > image->mapped ? offset + copied : image->mapped;
    }
    else {
        give_up_tail(image);
    }
    /* The file's pages stay in their place if this fails. */
    if (copied > 0
        && mremap(p, copied, copied, MREMAP_MAYMOVE | MREMAP_FIXED, image->start + offset)
           == MAP_FAILED) {
        munmap(p, copied);
    }
}
