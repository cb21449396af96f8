/* Where on sys.path or on a package's __path__ a name would be found, and by whom. */

#ifndef PYCDS_SEARCH_H
#define PYCDS_SEARCH_H

#include "python.h"

/* What the path searched is. */
typedef enum {
    PYCDS_TOP_LEVEL,            /* sys.path */
    PYCDS_PACKAGE,              /* a package's __path__, a list */
    PYCDS_NAMESPACE,            /* a namespace package's __path__ */
} pycds_path_origin;

/* Remembers the state that the archiver resolved names for.  roots is how many of the
 * first entries of sys.path are the program's.  0, or -1 with an exception set. */
int pycds_search_set_up(PyObject *path_finder, const char *runfiles, const char *stdlib,
                        int roots);

/* os.path.abspath of an absolute path, in place. */
void pycds_normalize(char *path);

/* The length of the directory that the path is in; 0 for "/x" and "x". */
size_t pycds_parent_size(const char *path, size_t size);

int pycds_is_list(PyObject *object);

/* Whether someone changed how entries of sys.path are read. */
int pycds_hooks_changed(void);

/* Searches the list for the directory, NULL for none.  1: stock would get there, after the entries
 * of *others (a new list; NULL if there are none).  0: it would not.  -1: exception. */
int pycds_search(PyObject *list, pycds_path_origin origin, const char *directory, size_t size,
                 const char *name, PyObject **others);

/* Lists the entries of sys.path that the archiver did not look into, as pycds_search
 * does.  0, or -1 with an exception. */
int pycds_search_all(PyObject *list, const char *name, PyObject **others);

/* What stock finds on the entries: a new reference, None if it goes on. */
PyObject *pycds_find_as_stock(PyObject *entries, PyObject *fullname);

#endif
