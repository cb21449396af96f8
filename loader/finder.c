/* ArchiveFinder: the entry of sys.meta_path that answers for archived modules.
 *
 * A name is answered only where stock would find the very same file: its directory
 * must be on the path searched, and every entry before it must be one that the
 * archiver resolved names over (known), or else is asked the stock way first. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "finder.h"
#include "host.h"
#include "object.h"
#include "quick.h"
#include "report.h"
#include "resolve.h"
#include "search.h"

#define INFO_MODULE "_pycds"

static struct {
    PyObject *spec_class, *path_finder, *loader_class, *extension_class, *finder;
    PyObject *origin, *set_fileattr, *locations;     /* attribute names */
} state;

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

/* What FileFinder makes of a file: importlib's spec_from_file_location(),
 * without looking at the file. */
static PyObject *
make_spec(PyObject *fullname, PyObject *loader_class, const char *path, size_t size,
          size_t package_directory)
{
    PyObject *spec = NULL, *loader = NULL, *locations = NULL;
    PyObject *file = pycds_decode_path(path, size);

    if (file != NULL) {
        loader = PyObject_CallFunctionObjArgs(loader_class, fullname, file, NULL);
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
        pycds_drop(directory);
    }
    PyObject *temporary[] = {file, loader, locations, failed ? spec : NULL};
    for (size_t i = 0; i < sizeof(temporary) / sizeof(temporary[0]); i++) {
        pycds_drop(temporary[i]);
    }
    return failed ? NULL : spec;
}

/* A module's file, and the lengths of its parents. */
typedef struct {
    PyObject *loader_class;
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
    uint32_t kind = archive->image.modules[number].kind;
    if (kind != PYCDS_MODULE_SOURCE && kind != PYCDS_MODULE_EXTENSION) {
        return 0;
    }
    p->loader_class = kind == PYCDS_MODULE_SOURCE ? state.loader_class
                      : state.extension_class;
    p->size = pycds_module_path(archive, number, p->file);
    p->is_package = (archive->image.modules[number].flags & PYCDS_FLAG_PACKAGE) != 0;
    p->own = pycds_parent_size(p->file, p->size);
    p->directory = p->is_package ? pycds_parent_size(p->file, p->own) : p->own;
    /* Of a source nothing is needed that is not in the archive. */
    return kind == PYCDS_MODULE_SOURCE || access(p->file, F_OK) == 0;
}

static PyObject *
spec_of(const place *p, PyObject *fullname)
{
    return make_spec(fullname, p->loader_class, p->file, p->size, p->is_package ? p->own : 0);
}

PyObject *
pycds_find_simple(PyObject *fullname, PyObject *path, const char *name, size_t name_size)
{
    place p;
    PyObject *others = NULL;
    PyObject *list = path == Py_None ? PySys_GetObject("path") : path;
    uint32_t number;
    pycds_archive *archive = pycds_find_module(name, name_size, &number);
    if (archive != NULL && (archive->image.modules[number].kind == PYCDS_MODULE_NAMESPACE
                            || archive->image.modules[number].kind == PYCDS_MODULE_MISSING)) {
        /* The archiver does not know of the one module that is the loader's own. */
        return strcmp(name, INFO_MODULE) == 0 ? NULL
               : pycds_resolve(archive, number, fullname, path);
    }
    if (list == NULL || !pycds_is_list(list) || !locate(name, name_size, &p)
        || p.directory == 0 || pycds_hooks_changed()) {
        return NULL;
    }
    int found = pycds_search(list, path == Py_None ? PYCDS_TOP_LEVEL : PYCDS_PACKAGE,
                             p.file, p.directory, name, &others);
    if (others != NULL) {
        Py_DecRef(others);
        found = 0;
    }
    return found == 1 ? spec_of(&p, fullname) : NULL;
}

static PyObject *
find_archived(PyObject *fullname, PyObject *path, const char *name, size_t name_size)
{
    place p;
    if (!locate(name, name_size, &p)) {
        pycds_say("%s: not in the archive", name);
        return pycds_none();
    }
    if (p.directory == 0 || pycds_hooks_changed()) {
        pycds_say("%s: left to stock: %s", name,
                  p.directory == 0 ? "no usable path" : "sys.path_hooks has changed");
        return pycds_none();
    }

    pycds_path_origin origin = PYCDS_TOP_LEVEL;
    PyObject *list = NULL, *others = NULL, *spec = NULL;
    if (path == Py_None) {
        list = PySys_GetObject("path");
        if (list == NULL || !pycds_is_list(list)) {
            return pycds_none();
        }
        Py_IncRef(list);
    }
    else if (pycds_is_list(path)) {
        list = path;
        Py_IncRef(list);
        origin = PYCDS_PACKAGE;
    }
    else {
        list = PySequence_List(path);
        origin = PYCDS_NAMESPACE;
    }
    int found = list == NULL ? -1 : pycds_search(list, origin, p.file, p.directory,
                                                   name, &others);
    if (found == 1 && others != NULL) {
        spec = pycds_find_as_stock(others, fullname);
        found = spec == NULL ? -1 : spec == Py_None ? 1 : 2;
        if (found == 1) {
            Py_DecRef(spec);
            spec = NULL;
        }
    }
    if (found == 1) {
        spec = spec_of(&p, fullname);
    }
    else if (found == 0) {
        pycds_say("%s: left to stock: %.*s is not on the path", name,
                  (int)p.directory, p.file);
        spec = pycds_none();
    }
    else if (found == 2) {
        pycds_say("%s: stock found it earlier on the path", name);
    }
    pycds_drop(list);
    pycds_drop(others);
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
    if (strcmp(name, INFO_MODULE) == 0) {
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
    PyObject *bootstrap = pycds_get_module("_frozen_importlib");
    PyObject *external = pycds_get_module("_frozen_importlib_external");
    PyObject *finder_class = pycds_make_class("ArchiveFinder", NULL, finder_methods);
    if (bootstrap == NULL || external == NULL || finder_class == NULL) {
        return -1;
    }
    state.spec_class = PyObject_GetAttrString(bootstrap, "ModuleSpec");
    state.path_finder = PyObject_GetAttrString(external, "PathFinder");
    state.loader_class = pycds_make_loader_class(external);
    state.extension_class = PyObject_GetAttrString(external, "ExtensionFileLoader");
    state.finder = PyObject_CallFunctionObjArgs(finder_class, NULL);
    state.origin = PyUnicode_InternFromString("origin");
    state.set_fileattr = PyUnicode_InternFromString("_set_fileattr");
    state.locations = PyUnicode_InternFromString("submodule_search_locations");
    if (state.spec_class == NULL || state.path_finder == NULL
        || state.loader_class == NULL || state.extension_class == NULL || state.finder == NULL
        || state.origin == NULL || state.set_fileattr == NULL || state.locations == NULL) {
        return -1;
    }
    pycds_info_set_classes(finder_class, state.loader_class);
    if (pycds_info_early() < 0
        || pycds_search_set_up(state.path_finder, runfiles, stdlib, roots) < 0
        || pycds_resolve_set_up(external, state.spec_class, state.path_finder) < 0
        || insert_finder() < 0) {
        return -1;
    }
    pycds_install_quick(bootstrap, state.finder, state.loader_class);
    return 0;
}
