/* The program itself: its file, run from the archive, or its module. */

#ifndef PYCDS_RUN_H
#define PYCDS_RUN_H

#include "archive.h"

/* Has CPython not look whether the program's file is a directory or an archive to import
 * from, if it is about to run the main file of ours.  Call with sys.argv set, and without an
 * exception, before any code that could add to sys.path_hooks. */
void pycds_run_expect(void);

/* Runs the program if it is the file at that path, as the audit event cpython.run_file
 * announces it.  0: nothing was done.  -1: it has run, and an exception is set: what ended it,
 * or SystemExit with the exit status if there is nothing left to show. */
int pycds_run_file(PyObject *path);

/* Runs the module that the audit event cpython.run_module announces, as CPython does, to
 * know how it ends.  As pycds_run_file(). */
int pycds_run_module(PyObject *name);

/* Whether the program is that module.  Should it be imported by its name, too, it has
 * other code objects there. */
int pycds_has_run(const pycds_archive *archive, uint32_t number);

#endif
