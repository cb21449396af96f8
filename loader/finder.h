/* What preload.c, finder.c, loader.c and info.c share. */

#ifndef PYCDS_FINDER_H
#define PYCDS_FINDER_H

#include "archive.h"

/* Puts an ArchiveFinder on sys.meta_path, just before PathFinder.  roots is how many
 * of the first entries of sys.path the archiver resolved names over.  0, or -1
 * with an exception set. */
int pycds_install_finder(const char *runfiles, const char *stdlib, int roots);

/* As ArchiveFinder.find_spec(name, path), but answers only where nobody else would be
 * asked.  text is the name, one that an archive knows.  New reference, None where nobody
 * would find anything; or NULL, perhaps without an exception. */
PyObject *pycds_find_simple(PyObject *name, PyObject *path, const char *text, size_t size);

/* A class made as a class statement of module _pycds would make it, with C methods.
 * methods ends with a null name.  New reference, or NULL. */
PyObject *pycds_make_class(const char *name, PyObject *base, PyMethodDef *methods);

/* The class ArchiveLoader.  New reference, or NULL. */
PyObject *pycds_make_loader_class(PyObject *external);

/* The module _pycds.  New reference, or NULL. */
PyObject *pycds_make_info_module(void);
void pycds_info_set_classes(PyObject *finder, PyObject *loader);
/* Remembers sys.modules' names, before the first archived import. */
int pycds_info_early(void);
/* Remembers that the module's code was handed out to be run. */
void pycds_info_imported(PyObject *name);

#endif
