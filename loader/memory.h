/* Memory for Python's objects in huge pages. */

#ifndef PYCDS_MEMORY_H
#define PYCDS_MEMORY_H

/* Call before Py_Initialize(). */
void pycds_use_huge_arenas(void);

#endif
