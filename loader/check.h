/* Bounds shared by image.c (the head) and check.c (one module). */

#ifndef PYCDS_CHECK_H
#define PYCDS_CHECK_H

#include "image.h"

#define PYCDS_HEADER_SIZE (sizeof(pycds_prefix) + sizeof(pycds_header))
#define PYCDS_OBJECT_ALIGNMENT 8
#define PYCDS_OBJECT_HEADER_LIMIT 256   /* bytes; no type, length or data is further in */

static inline int
pycds_range_ok(uint32_t offset, uint64_t size, uint64_t from, uint64_t to)
{
    return offset >= from && offset + size <= to;
}

static inline int
pycds_names_ok(const pycds_image *image, uint32_t offset, uint32_t size)
{
    const pycds_table *names = &image->header->names;
    return pycds_range_ok(offset, size, names->offset,
                          (uint64_t)names->offset + names->count);
}

#endif
