/* C code in the process that is not CPython's. */

#ifndef PYCDS_FOREIGN_H
#define PYCDS_FOREIGN_H

#include "python.h"

/* Before the program runs: the shared objects so far are the interpreter's. */
void pycds_note_shared_objects(void);

/* The path of a shared object loaded since that could make types, capsules, threads or
 * exit functions of Python; NULL if there is none.  What is below one of the directories
 * does not count: a list that ends with NULL. */
const char *pycds_foreign_code(const char *const *directories);

/* Whether the module, which may be of one that pycds_foreign_code() has just let pass,
 * has C code run when it goes. */
int pycds_frees_foreign_state(PyObject *module);

#endif
