/* The program's own file, run from the archive. */

#ifndef PYCDS_RUN_H
#define PYCDS_RUN_H

#include "python.h"

/* Runs the program if it is the file at that path, as the audit event cpython.run_file
 * announces it.  0: nothing was done.  -1: it has run, and the exception that ended it is
 * set, SystemExit(0) at its end. */
int pycds_run_file(PyObject *path);

#endif
