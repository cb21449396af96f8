/* Memory in huge pages. */

#ifndef PYCDS_MEMORY_H
#define PYCDS_MEMORY_H

#include <stdint.h>

/* Has Python's objects in huge pages, and what malloc() gives at first: as much as a
 * program's imports need that patch so many bytes of tuples.  Call before Py_Initialize(). */
void pycds_use_huge_pages(uint64_t patched);

#endif
