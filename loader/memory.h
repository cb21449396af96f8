/* Memory in huge pages. */

#ifndef PYCDS_MEMORY_H
#define PYCDS_MEMORY_H

#include <stdint.h>

/* Whether the process may have only so much address space (RLIMIT_AS,
 * RLIMIT_DATA). */
int pycds_address_space_is_scarce(void);

/* Has Python's objects in huge pages, and what malloc() gives at first: as much as a
 * program's imports need that patch so many bytes of tuples.  Call before Py_Initialize(). */
void pycds_use_huge_pages(uint64_t patched);

#endif
