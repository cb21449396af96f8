/* ArchiveFinder: the entry of sys.meta_path that answers for archived modules.
 *
 * A name is answered only where stock would find the very same file: its directory
 * must be on the path searched, and every entry before it must be one that the
 * archiver resolved names over (known), or else is asked the stock way first. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "finder.h"
#include "object.h"
#include "quick.h"
#include "report.h"

/* What the path searched is. */
typedef enum {
    TOP_LEVEL,          /* sys.path */
    PACKAGE,            /* a package's __path__, a list */
    NAMESPACE,          /* a namespace package's __path__ */
} path_origin;

static struct {
    PyObject *known;            /* set of str: entries of sys.path the archiver looked into */
    PyObject *hooks;            /* list: sys.path_hooks at installation */
    PyObject *spec_class, *path_finder, *loader_class, *finder;
    PyObject *origin, *set_fileattr, *locations;     /* attribute names */
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

PyObject *
pycds_make_class(const char *name, PyObject *base, PyMethodDef *methods)
{
    PyObject *cls = base == NULL
        ? PyObject_CallFunction((PyObject *)&PyType_Type, "s(){ss}", name,
                                "__module__", "_pycds")
        : PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){ss}", name, base,
                                "__module__", "_pycds");
    for (PyMethodDef *m = methods; cls != NULL && m->ml_name != NULL; m++) {
        PyObject *method = PyDescr_NewMethod((PyTypeObject *)cls, m);
        if (method == NULL || PyObject_SetAttrString(cls, m->ml_name, method) < 0) {
            Py_DecRef(cls);
            return NULL;
        }
        Py_DecRef(method);
    }
    return cls;
}

/* Whether someone changed how entries of sys.path are read. */
static int
hooks_changed(void)
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
         path_origin origin)
{
    if (origin == TOP_LEVEL) {
        return PySet_Contains(state.known, entry) == 1;
    }
    if (origin == PACKAGE) {
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
    if (root != NULL) {
        Py_DecRef(root);
    }
    return result;
}

static int
is_exact_list(PyObject *object)
{
    return pycds_has_exact_type(object, (PyObject *)&PyList_Type);
}

/* Searches the list for the directory.  1: stock would get there, after the entries
 * of *others (a new list; NULL if there are none).  0: it would not.  -1: exception. */
static int
search(PyObject *list, path_origin origin, const char *directory, size_t size,
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
        if ((size_t)entry_size == size && memcmp(text, directory, size) == 0) {
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

/* What stock finds on the entries: a new reference, None if it goes on. */
static PyObject *
find_as_stock(PyObject *entries, PyObject *fullname)
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

/* What FileFinder makes of a source file: importlib's spec_from_file_location(),
 * without looking at the file. */
static PyObject *
make_spec(PyObject *fullname, const char *path, size_t size, size_t package_directory)
{
    PyObject *spec = NULL, *loader = NULL, *locations = NULL;
    PyObject *file = pycds_decode_path(path, size);

    if (file != NULL) {
        loader = PyObject_CallFunctionObjArgs(state.loader_class, fullname, file, NULL);
    }
    if (loader != NULL) {
        spec = PyObject_CallFunctionObjArgs(state.spec_class, fullname, loader, NULL);
    }
    int failed = spec == NULL || PyObject_SetAttr(spec, state.origin, file) < 0
                 || PyObject_SetAttr(spec, state.set_fileattr, Py_True) < 0;
    if (!failed && package_directory > 0) {
        PyObject *directory = pycds_decode_path(path, package_directory);
        locations = PyList_New(0);
        failed = directory == NULL || locations == NULL
                 || PyList_Append(locations, directory) < 0
                 || PyObject_SetAttr(spec, state.locations, locations) < 0;
        if (directory != NULL) {
            Py_DecRef(directory);
        }
    }
    PyObject *temporary[] = {file, loader, locations, failed ? spec : NULL};
    for (size_t i = 0; i < sizeof(temporary) / sizeof(temporary[0]); i++) {
        if (temporary[i] != NULL) {
            Py_DecRef(temporary[i]);
        }
    }
    return failed ? NULL : spec;
}

static size_t
parent_size(const char *path, size_t size)
{
    while (size > 0 && path[size - 1] != '/') {
        size--;
    }
    return size > 0 ? size - 1 : 0;
}

/* An archived module's file, and the lengths of its parents. */
typedef struct {
    char file[PATH_MAX];
    size_t size;
    size_t own;                 /* of the directory the file is in */
    size_t directory;           /* of the entry to search for; 0: none */
    int is_package;
} place;

/* 0 if the name is in no archive. */
static int
locate(const char *name, size_t name_size, place *p)
{
    uint32_t number;
    pycds_archive *archive = pycds_find_module(name, name_size, &number);
    if (archive == NULL || archive->states[number] == PYCDS_REFUSED) {
        return 0;
    }
    p->size = pycds_module_path(archive, number, p->file);
    p->is_package = (archive->image.modules[number].flags & PYCDS_FLAG_PACKAGE) != 0;
    p->own = parent_size(p->file, p->size);
    p->directory = p->is_package ? parent_size(p->file, p->own) : p->own;
    return 1;
}

PyObject *
pycds_find_simple(PyObject *fullname, PyObject *path, const char *name, size_t name_size)
{
    place p;
    PyObject *others = NULL;
    PyObject *list = path == Py_None ? PySys_GetObject("path") : path;
    if (list == NULL || !is_exact_list(list) || !locate(name, name_size, &p)
        || p.directory == 0 || hooks_changed()) {
        return NULL;
    }
    int found = search(list, path == Py_None ? TOP_LEVEL : PACKAGE, p.file, p.directory,
                       name, &others);
    if (others != NULL) {
        Py_DecRef(others);
        found = 0;
    }
    return found == 1 ? make_spec(fullname, p.file, p.size, p.is_package ? p.own : 0) : NULL;
}

static PyObject *
find_archived(PyObject *fullname, PyObject *path, const char *name, size_t name_size)
{
    place p;
    if (!locate(name, name_size, &p)) {
        pycds_say("%s: not in the archive", name);
        return pycds_none();
    }
    if (p.directory == 0 || hooks_changed()) {
        pycds_say("%s: left to stock: %s", name,
                  p.directory == 0 ? "no usable path" : "sys.path_hooks has changed");
        return pycds_none();
    }

    path_origin origin = TOP_LEVEL;
    PyObject *list = NULL, *others = NULL, *spec = NULL;
    if (path == Py_None) {
        list = PySys_GetObject("path");
        if (list == NULL || !is_exact_list(list)) {
            return pycds_none();
        }
        Py_IncRef(list);
    }
    else if (is_exact_list(path)) {
        list = path;
        Py_IncRef(list);
        origin = PACKAGE;
    }
    else {
        list = PySequence_List(path);
        origin = NAMESPACE;
    }
    int found = list == NULL ? -1 : search(list, origin, p.file, p.directory, name,
                                            &others);
    if (found == 1 && others != NULL) {
        spec = find_as_stock(others, fullname);
        found = spec == NULL ? -1 : spec == Py_None ? 1 : 2;
        if (found == 1) {
            Py_DecRef(spec);
            spec = NULL;
        }
    }
    if (found == 1) {
        spec = make_spec(fullname, p.file, p.size, p.is_package ? p.own : 0);
    }
    else if (found == 0) {
        pycds_say("%s: left to stock: %.*s is not on the path", name,
                  (int)p.directory, p.file);
        spec = pycds_none();
    }
    else if (found == 2) {
        pycds_say("%s: stock found it earlier on the path", name);
    }
    if (list != NULL) {
        Py_DecRef(list);
    }
    if (others != NULL) {
        Py_DecRef(others);
    }
    return spec;
}

/* find_spec(fullname, path=None, target=None) */
static PyObject *
finder_find_spec(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"fullname", "path", "target", NULL};
    PyObject *fullname, *path = Py_None, *target = Py_None;
    Py_ssize_t size;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:find_spec", names,
                                     &fullname, &path, &target)) {
        return NULL;
    }
    const char *name = PyUnicode_AsUTF8AndSize(fullname, &size);
    if (name == NULL) {
        PyErr_Clear();
        return pycds_none();
    }
    if (strcmp(name, "_pycds") == 0) {
        return PyObject_CallFunctionObjArgs(state.spec_class, fullname, self, NULL);
    }
    if (target != Py_None) {
        return pycds_none();          /* a reload: the source counts */
    }
    return find_archived(fullname, path, name, (size_t)size);
}

static PyObject *
finder_create_module(PyObject *self, PyObject *spec)
{
    (void)self;
    (void)spec;
    return pycds_make_info_module();
}

static PyObject *
finder_exec_module(PyObject *self, PyObject *module)
{
    (void)self;
    (void)module;
    return pycds_none();
}

static PyMethodDef finder_methods[] = {
    {"find_spec", (PyCFunction)(void (*)(void))finder_find_spec,
     METH_VARARGS | METH_KEYWORDS,
     "find_spec($self, fullname, path=None, target=None)\n--\n\n"
     "The spec of an archived module, where stock would find the same file; else None."},
    {"create_module", finder_create_module, METH_O,
     "create_module($self, spec, /)\n--\n\nMakes the module _pycds."},
    {"exec_module", finder_exec_module, METH_O,
     "exec_module($self, module, /)\n--\n\nNothing is left to do for the module _pycds."},
    {NULL, NULL, 0, NULL},
};

static int
add_known(const char *text)
{
    PyObject *entry = pycds_decode_path(text, strlen(text));
    int result = entry == NULL ? -1 : PySet_Add(state.known, entry);
    if (entry != NULL) {
        Py_DecRef(entry);
    }
    return result;
}

/* The archiver resolved names over the launcher's entries, which lead sys.path, and
 * over the standard library's.  A zip file of the standard library counts as looked
 * into only where there is none. */
static int
find_known(const char *runfiles, const char *stdlib, int roots)
{
    PyObject *path = PySys_GetObject("path");
    Py_ssize_t n = path == NULL ? 0 : PyList_Size(path);
    size_t runfiles_size = strlen(runfiles);
    char text[PATH_MAX];

    state.known = PySet_New(NULL);
    if (state.known == NULL) {
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
             (int)parent_size(stdlib, strlen(stdlib)), stdlib, Py_Version >> 16 & 0xff);
    return access(text, F_OK) == 0 ? 0 : add_known(text);
}

static int
insert_finder(void)
{
    PyObject *meta_path = PySys_GetObject("meta_path");
    Py_ssize_t n = meta_path == NULL ? 0 : PyList_Size(meta_path);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (PyList_GetItem(meta_path, i) == state.path_finder) {
            return PyList_Insert(meta_path, i, state.finder);
        }
    }
    PyErr_Format(PyExc_ImportError, "PathFinder is not on sys.meta_path");
    return -1;
}

int
pycds_install_finder(const char *runfiles, const char *stdlib, int roots)
{
    PyObject *bootstrap = PyImport_ImportModule("_frozen_importlib");
    PyObject *external = PyImport_ImportModule("_frozen_importlib_external");
    PyObject *hooks = PySys_GetObject("path_hooks");
    PyObject *finder_class = pycds_make_class("ArchiveFinder", NULL, finder_methods);
    if (bootstrap == NULL || external == NULL || hooks == NULL || finder_class == NULL) {
        return -1;
    }
    state.hooks = PySequence_List(hooks);
    state.spec_class = PyObject_GetAttrString(bootstrap, "ModuleSpec");
    state.path_finder = PyObject_GetAttrString(external, "PathFinder");
    state.loader_class = pycds_make_loader_class(external);
    state.finder = PyObject_CallFunctionObjArgs(finder_class, NULL);
    state.origin = PyUnicode_InternFromString("origin");
    state.set_fileattr = PyUnicode_InternFromString("_set_fileattr");
    state.locations = PyUnicode_InternFromString("submodule_search_locations");
    if (state.hooks == NULL || state.spec_class == NULL || state.path_finder == NULL
        || state.loader_class == NULL || state.finder == NULL
        || state.origin == NULL || state.set_fileattr == NULL || state.locations == NULL) {
        return -1;
    }
    pycds_info_set_classes(finder_class, state.loader_class);
    if (pycds_info_early() < 0 || find_known(runfiles, stdlib, roots) < 0) {
        return -1;
    }
    if (insert_finder() < 0) {
        return -1;
    }
    pycds_install_quick(bootstrap, state.finder, state.loader_class);
    return 0;
}
