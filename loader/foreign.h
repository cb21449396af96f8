/* C code in the process that has a say at its end. */

#ifndef PYCDS_FOREIGN_H
#define PYCDS_FOREIGN_H

#include "python.h"

/* Before the program runs: the shared objects so far are the interpreter's. */
void pycds_note_shared_objects(void);

/* The path of a shared object loaded since that could make types, capsules, threads or
 * exit functions of Python; NULL if there is none.  What is in the directory own, the
 * standard library's, or of a known package does not count. */
const char *pycds_foreign_code(const char *own);

/* Whether the module, which may be of one that pycds_foreign_code() has just let pass,
 * has C code run when it goes. */
int pycds_frees_foreign_state(PyObject *module);

/* The name of an imported module of CPython whose objects say or write something when
 * they go, and need not be known to the collector; or NULL. */
const char *pycds_talkative_module(void);

/* Whether the module is such a one, or a _sqlite3 that sys.modules does not have. */
int pycds_is_talkative(PyObject *module);

/* Every audit event goes through here. */
void pycds_foreign_audit_event(const char *event, PyObject *args);

/* Whether the program has got hold, through ctypes, of a function of the C API that has
 * code run at the end. */
int pycds_has_telling_function(void);

#endif
