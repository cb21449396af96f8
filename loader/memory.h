/* Memory in huge pages. */

#ifndef PYCDS_MEMORY_H
#define PYCDS_MEMORY_H

#include <stdint.h>

/* For Python's objects, and what malloc() gives at first: about as many bytes as heap says.
 * Call before Py_Initialize(). */
void pycds_use_huge_arenas(uint64_t heap);

#endif
