/* The mappings of an archive. */

#ifndef PYCDS_MAP_H
#define PYCDS_MAP_H

#include "image.h"

/* Maps the whole file at the preferred base, else where the kernel likes.  0, or -1 with
 * *refusal filled in. */
int pycds_map_file(pycds_image *image, int fd, const pycds_header *header,
                   unsigned int flags, pycds_refusal *refusal);

/* Put private copies of the pages of the hot part in place of the file's.  They are
 * written one after the other, and a copy made at each first write costs several times
 * what copying all of them costs, into huge pages above all.  The pages stay the file's
 * where there are few, and where anything fails.  The first begins to copy, from a file
 * that stays open until the second, which puts in place what is copied by then: nothing may
 * be written to the part before. */
void pycds_map_hot_begin(pycds_image *image);
void pycds_map_hot_end(pycds_image *image);

#endif
