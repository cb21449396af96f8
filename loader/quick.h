/* Shortcuts in importlib: see quick.c. */

#ifndef PYCDS_QUICK_H
#define PYCDS_QUICK_H

#include "python.h"

/* Puts the shortcuts in place.  finder is on sys.meta_path, loader_class is its
 * loaders' class.  Where it fails, imports go on as before; no exception is left. */
void pycds_install_quick(PyObject *bootstrap, PyObject *finder, PyObject *loader_class);

/* Whether this version of CPython sets __cached__; known once a module was imported. */
int pycds_sets_cached(void);

#endif
