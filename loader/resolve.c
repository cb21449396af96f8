/* A name of nothing costs stock a look into every entry of sys.path, and so does a
 * namespace package.  The archiver looked already; only entries that it did not know
 * are asked here.  Changed paths and path hooks send the name to stock. */

#include "resolve.h"

#include <string.h>

#include "check.h"
#include "object.h"
#include "search.h"

static struct {
    PyObject *spec_class, *path_finder;
    PyObject *path_class;       /* _NamespacePath */
    PyObject *get_spec;         /* PathFinder._get_spec */
    PyObject *locations;        /* attribute name */
} state;

int
pycds_resolve_set_up(PyObject *external, PyObject *spec_class, PyObject *path_finder)
{
    state.spec_class = spec_class;
    state.path_finder = path_finder;
    state.path_class = PyObject_GetAttrString(external, "_NamespacePath");
    state.get_spec = PyObject_GetAttrString(path_finder, "_get_spec");
    state.locations = PyUnicode_InternFromString("submodule_search_locations");
    return state.path_class == NULL || state.get_spec == NULL || state.locations == NULL
           ? -1 : 0;
}

/* Whether the entries of sys.path that the archiver did not know have nothing of the
 * name, not even a portion of a namespace package.  -1: exception. */
static int
others_have_nothing(PyObject *list, const char *name, PyObject *fullname)
{
    PyObject *others = NULL;
    if (pycds_search_all(list, name, &others) < 0) {
        pycds_drop(others);
        return -1;
    }
    if (others == NULL) {
        return 1;
    }
    PyObject *spec = PyObject_CallMethod(state.path_finder, "find_spec", "OO", fullname,
                                         others);
    pycds_drop(others);
    pycds_drop(spec);
    return spec == NULL ? -1 : spec == Py_None;
}

/* Whether path is [directory of the package that name is below]. */
static int
is_own_path(PyObject *path, const char *name)
{
    char file[PATH_MAX];
    uint32_t number;
    Py_ssize_t size;
    const char *end = strrchr(name, '.');
    pycds_archive *archive = end == NULL ? NULL
                             : pycds_find_module(name, (size_t)(end - name), &number);
    if (archive == NULL || !(archive->image.modules[number].flags & PYCDS_FLAG_PACKAGE)
        || !pycds_is_list(path) || PyList_Size(path) != 1) {
        return 0;
    }
    size_t own = pycds_parent_size(file, pycds_module_path(archive, number, file));
    const char *entry = PyUnicode_AsUTF8AndSize(PyList_GetItem(path, 0), &size);
    return entry != NULL && own > 0 && (size_t)size == own && memcmp(entry, file, own) == 0;
}

/* Whether the portion, relative to the runfiles, is the name's directory in entry. */
static int
is_portion(const pycds_archive *archive, const char *entry, size_t size, const char *name,
           const char *portion, size_t portion_size)
{
    const char *root = archive->roots[PYCDS_ROOT_RUNFILES];
    size_t root_size = root == NULL ? 0 : strlen(root), name_size = strlen(name);
    size_t below = size > root_size ? size - root_size - 1 : 0;     /* of the entry */
    return root != NULL && size >= root_size && memcmp(entry, root, root_size) == 0
           && (size == root_size || entry[root_size] == '/')
           && portion_size == below + (below > 0) + name_size
           && memcmp(portion, entry + size - below, below) == 0
           && (below == 0 || portion[below] == '/')
           && memcmp(portion + portion_size - name_size, name, name_size) == 0;
}

/* Appends the portions that lie in the entry. 0, or -1. */
static int
add_portions(const pycds_archive *archive, const pycds_module *m, const char *entry,
             size_t size, const char *name, PyObject *portions)
{
    const char *text = (const char *)archive->image.start + m->path;
    const char *end = text + m->path_size;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)((newline == NULL ? end : newline) - text);
        if (is_portion(archive, entry, size, name, text, n)) {
            char path[PATH_MAX];
            size_t root = strlen(archive->roots[PYCDS_ROOT_RUNFILES]);
            if (root + 1 + n >= sizeof(path)) {
                return -1;
            }
            memcpy(path, archive->roots[PYCDS_ROOT_RUNFILES], root);
            path[root] = '/';
            memcpy(path + root + 1, text, n);
            PyObject *portion = pycds_decode_path(path, root + 1 + n);
            int failed = portion == NULL || PyList_Append(portions, portion) < 0;
            pycds_drop(portion);
            if (failed) {
                return -1;
            }
        }
        text += n + 1;
    }
    return 0;
}

static PyObject *
namespace_spec(const pycds_archive *archive, const pycds_module *m, PyObject *list,
               const char *name, PyObject *fullname)
{
    PyObject *portions = PyList_New(0), *path = NULL, *spec = NULL;
    int ok = portions != NULL;
    for (Py_ssize_t i = 0; ok && i < PyList_Size(list); i++) {
        Py_ssize_t size;
        const char *entry = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, i), &size);
        ok = entry != NULL
             && add_portions(archive, m, entry, (size_t)size, name, portions) == 0;
    }
    if (ok && PyList_Size(portions) > 0) {
        path = PyObject_CallFunctionObjArgs(state.path_class, fullname, portions,
                                            state.get_spec, NULL);
        spec = path == NULL ? NULL
               : PyObject_CallFunctionObjArgs(state.spec_class, fullname, Py_None, NULL);
    }
    if (spec != NULL && PyObject_SetAttr(spec, state.locations, path) < 0) {
        Py_DecRef(spec);
        spec = NULL;
    }
    pycds_drop(portions);
    pycds_drop(path);
    return spec;
}

PyObject *
pycds_resolve(const pycds_archive *archive, uint32_t number, PyObject *fullname,
              PyObject *path)
{
    const pycds_image *image = &archive->image;
    const pycds_module *m = &image->modules[number];
    const char *name = PyUnicode_AsUTF8AndSize(fullname, NULL);
    if (name == NULL || pycds_hooks_changed()
        || (m->kind == PYCDS_MODULE_NAMESPACE
            && !pycds_names_ok(image, m->path, m->path_size))) {
        return NULL;
    }
    if (path != Py_None) {
        return m->kind == PYCDS_MODULE_MISSING && is_own_path(path, name)
               ? pycds_none() : NULL;
    }
    PyObject *list = PySys_GetObject("path");
    if (list == NULL || !pycds_is_list(list) || strchr(name, '.') != NULL
        || others_have_nothing(list, name, fullname) != 1) {
        return NULL;
    }
    return m->kind == PYCDS_MODULE_MISSING ? pycds_none()
           : namespace_spec(archive, m, list, name, fullname);
}
