/* A connection of _sqlite3 that is still open is closed when it goes.  That writes to a
 * file: a journal is rolled back or merged.  In memory nobody sees it, unless a statement
 * is not done, which has the program's aggregates called, or the connection ends its
 * transaction with a statement of its own, which may be traced, or an extension was loaded
 * (Modules/_sqlite/connection.c and cursor.c, 3.11 to 3.15). */

#include "leftovers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "object.h"

static struct {
    PyObject *connection, *cursor, *blob;   /* types, NULL if not imported */
    PyObject *in_transaction, *autocommit;  /* of Connection; the second from 3.12 on */
    int open, cursors;          /* whether there is one */
    int extensions;             /* whether they may have been loaded */
} state;

void
pycds_find_databases(void)
{
    state.connection = pycds_find_imported("_sqlite3", "Connection");
    state.cursor = pycds_find_imported("_sqlite3", "Cursor");
    state.blob = pycds_find_imported("_sqlite3", "Blob");
    state.open = state.cursors = 0;
    if (state.connection != NULL) {
        state.in_transaction = PyObject_GetAttrString(state.connection, "in_transaction");
        state.autocommit = PyObject_GetAttrString(state.connection, "autocommit");
        pycds_drop(state.in_transaction);       /* the type keeps them */
        pycds_drop(state.autocommit);
    }
    PyErr_Clear();
}

pycds_database_kind
pycds_find_database_kind(PyTypeObject *type)
{
    if (pycds_is_subtype(type, state.blob)) {
        return PYCDS_DATABASE_OTHER;
    }
    if (pycds_is_subtype(type, state.cursor)) {
        return PyType_GetSlot(type, Py_tp_finalize) == NULL ? PYCDS_DATABASE_CURSOR
                                                            : PYCDS_DATABASE_OTHER;
    }
    if (!pycds_is_subtype(type, state.connection)) {
        return PYCDS_DATABASE_NONE;
    }
    return pycds_has_slot_of(type, Py_tp_finalize, state.connection)
           && PyType_GetSlot(type, Py_tp_del) == NULL
           ? PYCDS_DATABASE_CONNECTION : PYCDS_DATABASE_OTHER;
}

/* Whether no file is open for reading and writing, as SQLite opens a database.  The
 * standard streams may be. */
static int
is_in_memory(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int result = directory != NULL;
    for (struct dirent *entry; result && (entry = readdir(directory)) != NULL;) {
        int fd = atoi(entry->d_name);
        struct stat st;
        result = fd < 3 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)
                 || (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDWR;
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return result;
}

/* connection.NAME without code of the program.  New reference, NULL if it is closed. */
static PyObject *
get(PyObject *member, PyObject *connection)
{
    PyObject *value = PyObject_CallMethod(member, "__get__", "O", connection);
    PyErr_Clear();
    return value;
}

int
pycds_connection_is_harmless(PyObject *connection)
{
    PyObject *value = state.in_transaction == NULL ? pycds_none()
                      : get(state.in_transaction, connection);
    pycds_drop(value);
    if (value == NULL) {
        return 1;
    }
    if (state.autocommit != NULL) {
        value = get(state.autocommit, connection);
        pycds_drop(value);
        if (value == NULL || value == &_Py_FalseStruct) {
            return 0;
        }
    }
    state.open = 1;
    return state.in_transaction != NULL && !state.cursors && !state.extensions
           && pycds_has_exact_type(connection, state.connection) && is_in_memory();
}

int
pycds_cursor_is_harmless(void)
{
    state.cursors = 1;
    return !state.open;
}

void
pycds_database_audit_event(const char *event)
{
    if (event[0] == 's' && strcmp(event, "sqlite3.enable_load_extension") == 0) {
        state.extensions = 1;
    }
}
