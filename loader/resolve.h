/* Names that are no archived module's: namespace packages and names of nothing. */

#ifndef PYCDS_RESOLVE_H
#define PYCDS_RESOLVE_H

#include "archive.h"

/* Remembers what specs of namespace packages are made with; external is
 * importlib._bootstrap_external.  0, or -1 with an exception set. */
int pycds_resolve_set_up(PyObject *external, PyObject *spec_class, PyObject *path_finder);

/* What PathFinder.find_spec(fullname, path) gives for a name of kind NAMESPACE or MISSING,
 * without searching what the archiver searched: a spec, or None.  NULL, perhaps with an
 * exception: stock has to search. */
PyObject *pycds_resolve(const pycds_archive *archive, uint32_t number, PyObject *fullname,
                        PyObject *path);

#endif
