/* What of a program is left at its end.  No function runs code of the program or leaves
 * an exception set, but for those that say so. */

#ifndef PYCDS_LEFTOVERS_H
#define PYCDS_LEFTOVERS_H

#include "python.h"

/* NULL if nothing could be seen of the interpreter's finalization: no object is left
 * that does more than give memory back when it goes, and nobody looks.  Else why not, for
 * people; valid until the next call.  gc: the module. */
const char *pycds_leftovers(PyObject *gc);

/* To be called when the interpreter is finalized after all: pycds_leftovers() keeps what it
 * has looked at, since to let go of it takes time that a process which ends can save. */
void pycds_forget_leftovers(void);

/* Finds the types of _io and the standard streams, before the next three. */
void pycds_find_streams(void);

typedef enum {
    PYCDS_STREAM_NONE,          /* not a type of streams */
    PYCDS_STREAM_SILENT,        /* its objects only give memory back */
    PYCDS_STREAM_OPEN,          /* its objects have to be asked */
    PYCDS_STREAM_OTHER,         /* one that is not looked into */
} pycds_stream_kind;

pycds_stream_kind pycds_find_stream_kind(PyTypeObject *type);
/* Whether the stream's finalizer does nothing that is seen: closes a file descriptor, as
 * the kernel will, after a repr() for a warning that nobody sees; or less.  0 if its type
 * is not PYCDS_STREAM_OPEN. */
int pycds_stream_is_harmless(PyObject *stream);
/* Whether file is an _io.TextIOWrapper or an _io.StringIO, not of a class derived from
 * them. */
int pycds_is_plain_text_stream(PyObject *file);

/* Before the program runs.  gc: the module. */
void pycds_note_start(PyObject *gc);

/* What of the interpreter's surroundings sees its finalization, or NULL. */
const char *pycds_observer(PyObject *gc);

/* Before the next two: -1 if the interpreter is not as expected.  gc: the module; stdlib:
 * the directory of the standard library. */
int pycds_prepare_references(PyObject *gc, const char *stdlib);
/* Whether the weak reference, or proxy, has no callback, or one that does nothing but
 * take an entry out of the container it is in. */
int pycds_reference_is_harmless(PyObject *reference);
int pycds_proxy_is_harmless(PyObject *proxy);

/* Finds the classes of the standard library, those of them that are imported and whose
 * finalizers were not changed, before the next two. */
void pycds_find_known_classes(const char *stdlib);
int pycds_is_known_class(PyObject *type);
/* Whether the object, which is of such a class, is closed or done. */
int pycds_known_is_harmless(PyObject *object);

/* Finds the packages whose code was gone through, in the versions it was, before the next
 * two and pycds_foreign_code(). */
void pycds_find_packages(void);
/* The directory of such a package, or NULL if it is not imported or of another version. */
const char *pycds_package_directory(const char *name);
/* Whether the path is that of such a package's shared object. */
int pycds_is_of_known_package(const char *path);

/* Before the next three: finds the types of _sqlite3, if it is imported. */
void pycds_find_databases(void);

typedef enum {
    PYCDS_DATABASE_NONE,        /* not a type of _sqlite3 */
    PYCDS_DATABASE_CONNECTION,
    PYCDS_DATABASE_CURSOR,
    PYCDS_DATABASE_OTHER,       /* one that is not looked into */
} pycds_database_kind;

pycds_database_kind pycds_find_database_kind(PyTypeObject *type);
/* Whether the connection is closed, or nothing is seen of its being closed.  To be asked
 * of each object of such a type. */
int pycds_connection_is_harmless(PyObject *connection);
int pycds_cursor_is_harmless(void);

/* Every audit event goes through here. */
void pycds_database_audit_event(const char *event);

/* Whether the attribute is the str of directory and wanted. */
int pycds_text_is(PyObject *object, const char *name, const char *directory, const char *wanted);

/* Whether a list is one of filters of warnings, perhaps one that is no longer in force but
 * that the interpreter goes back to when the module warnings is gone, and lets
 * ResourceWarnings be shown. */
int pycds_shows_resource_warnings(PyObject *list);

/* sys.modules[module].name, borrowed, or NULL if there is none.  What is looked up is not
 * held: the finalization that may follow would not free what can be reached from it. */
PyObject *pycds_find_imported(const char *module, const char *name);

/* Whether the attribute is that very object.  May run the code of a property. */
int pycds_attribute_is(PyObject *object, const char *name, PyObject *wanted);

#endif
