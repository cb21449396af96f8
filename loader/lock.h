/* importlib's module lock, made only where a second thread asks for it. */

#ifndef PYCDS_LOCK_H
#define PYCDS_LOCK_H

#include "python.h"

/* Replaces _ModuleLockManager of importlib._bootstrap.  Leaves no exception. */
void pycds_install_lock(PyObject *bootstrap);

#endif
