/* Where on sys.path or on a package's __path__ a name would be found, and by whom. */

#include "search.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "object.h"

static struct {
    PyObject *known;            /* set of str: entries of sys.path the archiver looked into */
    PyObject *hooks;            /* list: sys.path_hooks at installation */
    PyObject *path_finder;
} state;

void
pycds_normalize(char *path)
{
    size_t lead = path[0] == '/' && path[1] == '/' && path[2] != '/' ? 2 : 1;
    char *out = path + lead;
    const char *in = path + lead;
    while (*in != '\0') {
        size_t n = strcspn(in, "/");
        if (n == 2 && in[0] == '.' && in[1] == '.') {
            while (out > path + lead && *--out != '/') {
            }
        }
        else if (n > 0 && !(n == 1 && in[0] == '.')) {
            if (out > path + lead) {
                *out++ = '/';
            }
            memmove(out, in, n);
            out += n;
        }
        in += n;
        in += *in == '/';
    }
    *out = '\0';
}

size_t
pycds_parent_size(const char *path, size_t size)
{
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    return size > 0 ? size - 1 : 0;
}

int
pycds_hooks_changed(void)
{
    PyObject *hooks = PySys_GetObject("path_hooks");
    Py_ssize_t n = PyList_Size(state.hooks);
    if (hooks == NULL || PyList_Size(hooks) < n) {
        PyErr_Clear();
        return 1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (PyList_GetItem(hooks, i) != PyList_GetItem(state.hooks, i)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the archiver looked into entry when it resolved the name: for a portion
 * of a namespace package, whether it is that package's directory in a known one. */
static int
is_known(PyObject *entry, const char *text, size_t size, const char *name,
         pycds_path_origin origin)
{
    if (origin == PYCDS_TOP_LEVEL) {
        return PySet_Contains(state.known, entry) == 1;
    }
    if (origin == PYCDS_PACKAGE) {
        return 0;
    }
    const char *end = strrchr(name, '.');
    size_t parent = end == NULL ? 0 : (size_t)(end - name);
    if (parent == 0 || size < parent + 1 || text[size - parent - 1] != '/') {
        return 0;
    }
    for (size_t i = 0; i < parent; i++) {
        if (text[size - parent + i] != (name[i] == '.' ? '/' : name[i])) {
            return 0;
        }
    }
    PyObject *root = PyUnicode_FromStringAndSize(text, (Py_ssize_t)(size - parent - 1));
    int result = root != NULL && PySet_Contains(state.known, root) == 1;
    pycds_drop(root);
    return result;
}

int
pycds_is_list(PyObject *object)
{
    return pycds_has_exact_type(object, (PyObject *)&PyList_Type);
}

int
pycds_search(PyObject *list, pycds_path_origin origin, const char *directory, size_t size,
       const char *name, PyObject **others)
{
    Py_ssize_t n = PyList_Size(list);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *entry = PyList_GetItem(list, i);
        Py_ssize_t entry_size;
        const char *text = PyUnicode_AsUTF8AndSize(entry, &entry_size);
        if (text == NULL) {
            PyErr_Clear();
            return 0;           /* no str, or not UTF-8: leave it to stock */
        }
        if (directory != NULL && (size_t)entry_size == size
            && memcmp(text, directory, size) == 0) {
            return 1;
        }
        if (is_known(entry, text, (size_t)entry_size, name, origin)) {
            continue;
        }
        if (*others == NULL && (*others = PyList_New(0)) == NULL) {
            return -1;
        }
        if (PyList_Append(*others, entry) < 0) {
            return -1;
        }
    }
    PyErr_Clear();
    return 0;
}

PyObject *
pycds_find_as_stock(PyObject *entries, PyObject *fullname)
{
    PyObject *spec = PyObject_CallMethod(state.path_finder, "find_spec", "OO",
                                         fullname, entries);
    if (spec == NULL || spec == Py_None) {
        return spec;
    }
    /* Without a loader it is a directory that could be a portion of a namespace
     * package, if no later entry had the module. */
    PyObject *loader = PyObject_GetAttrString(spec, "loader");
    if (loader == NULL || loader == Py_None) {
        Py_DecRef(spec);
        spec = loader;
    }
    else {
        Py_DecRef(loader);
    }
    return spec;
}

static int
add_known(const char *text)
{
    PyObject *entry = pycds_decode_path(text, strlen(text));
    int result = entry == NULL ? -1 : PySet_Add(state.known, entry);
    pycds_drop(entry);
    return result;
}

/* The archiver resolved names over the launcher's entries, which lead sys.path, and
 * over the standard library's.  A zip file of the standard library counts as looked
 * into only where there is none. */
int
pycds_search_set_up(PyObject *path_finder, const char *runfiles, const char *stdlib, int roots)
{
    PyObject *hooks = PySys_GetObject("path_hooks");
    PyObject *path = PySys_GetObject("path");
    Py_ssize_t n = path == NULL ? 0 : PyList_Size(path);
    size_t runfiles_size = strlen(runfiles);
    char text[PATH_MAX];

    state.path_finder = path_finder;
    state.hooks = hooks == NULL ? NULL : PySequence_List(hooks);
    state.known = PySet_New(NULL);
    if (state.known == NULL || state.hooks == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < n && i < roots; i++) {
        const char *entry = PyUnicode_AsUTF8AndSize(PyList_GetItem(path, i), NULL);
        if (entry == NULL || strncmp(entry, runfiles, runfiles_size) != 0) {
            PyErr_Clear();
            break;              /* PYTHONPATH is not in use: -E or -I */
        }
        if (add_known(entry) < 0) {
            return -1;
        }
    }
    if (stdlib == NULL || strlen(stdlib) + 16 >= sizeof(text)) {
        return 0;
    }
    strcpy(text, stdlib);
    strcat(text, "/lib-dynload");
    if (add_known(stdlib) < 0 || add_known(text) < 0) {
        return -1;
    }
    snprintf(text, sizeof(text), "%.*s/python3%lu.zip",
             (int)pycds_parent_size(stdlib, strlen(stdlib)), stdlib, Py_Version >> 16 & 0xff);
    return access(text, F_OK) == 0 ? 0 : add_known(text);
}

int
pycds_search_all(PyObject *list, const char *name, PyObject **others)
{
    return pycds_search(list, PYCDS_TOP_LEVEL, NULL, 0, name, others);
}
