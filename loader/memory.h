/* Memory in huge pages. */

#ifndef PYCDS_MEMORY_H
#define PYCDS_MEMORY_H

/* For Python's objects, and at first what malloc() gives.  Call before Py_Initialize(). */
void pycds_use_huge_arenas(void);

#endif
