/* Functions of importlib._bootstrap in C: _find_spec(), module_from_spec() and
 * _init_module_attrs().
 *
 * They cost most of an archived import, and they run no code of the module.  Those
 * that are below a running module stay importlib's own, so frames, tracebacks, locks
 * and the state of sys.modules are stock's.  Whatever is not an archived module in an
 * ordinary situation goes to the function replaced. */

#include "quick.h"

#include <stdio.h>
#include <string.h>

#include "finder.h"
#include "host.h"
#include "lock.h"
#include "object.h"
#include "watch.h"

#define MAX_FINDERS 8       /* stock has two before ours */

/* __name__, __doc__, __package__, __loader__, __spec__ (Objects/moduleobject.c). */
#define NEW_MODULE_ATTRIBUTES 5

static struct {
    PyObject *find_spec, *init_module_attrs, *module_from_spec;     /* the functions replaced */
    PyObject *path_finder;      /* follows our finder */
    PyObject *create_module;    /* of the loaders' class */
    PyObject *sys;                              /* dict of the module sys */
    PyObject *spec_class, *loader_class;
    PyObject *finders[MAX_FINDERS];             /* sys.meta_path up to ours */
    int nfinders;
    PyObject *elsewhere;        /* set: names that finders before ours answer to */
} state;

/* _find_spec() for the finders after PathFinder alone; made when there is one. */
static struct {
    PyObject *find_spec, *sys;
} rest;

/* What stock's _init_module_attrs() does, which differs between versions: seen when
 * it first makes an archived module. */
static struct {
    int known;
    int sets_package;           /* __package__ */
    int sets_cached;            /* __cached__ */
    char cached_end[64];        /* what follows the stem in it: cpython-311.pyc */
} stock;

static struct {
    PyObject *name, *loader, *origin, *locations, *set_fileattr, *cached;   /* of a spec */
    PyObject *m_loader, *m_package, *m_spec, *m_path, *m_file, *m_cached;   /* a module */
    PyObject *meta_path, *modules, *pycache_prefix;                         /* of sys */
    PyObject *dict, *create_module;
} names;

/* Whether the finders that would be asked are those of the start. */
static int
finders_are_as_before(void)
{
    PyObject *list = PyDict_GetItemWithError(state.sys, names.meta_path);
    if (list == NULL || !pycds_has_exact_type(list, (PyObject *)&PyList_Type)
        || PyList_Size(list) < state.nfinders) {
        return 0;
    }
    for (int i = 0; i < state.nfinders; i++) {
        if (PyList_GetItem(list, i) != state.finders[i]) {
            return 0;
        }
    }
    return 1;
}

/* Makes rest.find_spec: stock's code, so that frames and tracebacks are stock's, with
 * another sys of which it reads meta_path and modules.  0, or -1. */
static int
make_rest(void)
{
    PyObject *globals = PyObject_GetAttrString(state.find_spec, "__globals__");
    PyObject *code = PyObject_GetAttrString(state.find_spec, "__code__");
    PyObject *function_class = PyObject_Type(state.find_spec);
    PyObject *copy = globals == NULL ? NULL : PyDict_Copy(globals);
    rest.sys = PyModule_New("sys");
    if (code != NULL && function_class != NULL && copy != NULL && rest.sys != NULL
        && PyDict_SetItemString(copy, "sys", rest.sys) == 0) {
        rest.find_spec = PyObject_CallFunctionObjArgs(function_class, code, copy, NULL);
    }
    PyObject *temporary[] = {globals, code, function_class, copy};
    for (size_t i = 0; i < sizeof(temporary) / sizeof(temporary[0]); i++) {
        pycds_drop(temporary[i]);
    }
    return rest.find_spec == NULL ? -1 : 0;
}

/* Has stock ask the finders after PathFinder.  Returns 1 with what stock returns in
 * *spec, NULL with an exception; 0 if all are to be asked. */
static int
ask_the_rest(PyObject *name, PyObject *path, PyObject **spec)
{
    PyObject *list = PySequence_List(PyDict_GetItemWithError(state.sys, names.meta_path));
    PyObject *modules = PyDict_GetItemWithError(state.sys, names.modules);
    PyObject *finders = PyList_New(0);
    Py_ssize_t n = list == NULL ? 0 : PyList_Size(list);
    int ok = finders != NULL && modules != NULL && n > state.nfinders
             && PyList_GetItem(list, state.nfinders) == state.path_finder;
    for (Py_ssize_t i = state.nfinders + 1; ok && i < n; i++) {
        ok = PyList_Append(finders, PyList_GetItem(list, i)) == 0;
    }
    if (ok && n == state.nfinders + 1) {
        *spec = pycds_none();
    }
    else if (ok) {
        ok = (rest.find_spec != NULL || make_rest() == 0)
             && PyObject_SetAttr(rest.sys, names.meta_path, finders) == 0
             && PyObject_SetAttr(rest.sys, names.modules, modules) == 0;
        if (ok) {
            *spec = PyObject_CallFunctionObjArgs(rest.find_spec, name, path, Py_None,
                                                 NULL);
        }
    }
    pycds_drop(list);
    pycds_drop(finders);
    return ok;
}

/* The spec of a module that the archive knows, or None if the finders up to PathFinder
 * have none.  NULL: stock's to find. */
static PyObject *
find(PyObject *name, PyObject *path)
{
    uint32_t number;
    Py_ssize_t size;
    if (!pycds_has_exact_type(name, (PyObject *)&PyUnicode_Type)) {
        return NULL;
    }
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (text == NULL) {
        return NULL;
    }
    PyObject *modules = PyDict_GetItemWithError(state.sys, names.modules);
    if (pycds_find_module(text, (size_t)size, &number) == NULL || modules == NULL
        || !pycds_has_exact_type(modules, (PyObject *)&PyDict_Type)
        || PyDict_GetItemWithError(modules, name) != NULL       /* a reload */
        || PySet_Contains(state.elsewhere, name) != 0 || !finders_are_as_before()
        || pycds_is_watched()) {
        return NULL;
    }
    return pycds_find_simple(name, path, text, (size_t)size);
}

/* _find_spec(name, path, target=None) */
static PyObject *
quick_find_spec(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    if (kwargs == NULL && PyTuple_Size(args) == 2) {
        PyObject *name = PyTuple_GetItem(args, 0), *path = PyTuple_GetItem(args, 1);
        PyObject *spec = find(name, path);
        if (spec != NULL && spec != Py_None) {
            return spec;
        }
        pycds_drop(spec);
        if (spec != NULL && ask_the_rest(name, path, &spec)) {
            return spec;
        }
        PyErr_Clear();
    }
    return PyObject_Call(state.find_spec, args, kwargs);
}

/* The length of the directory and of the stem of a path to a .py file; 0 if it is
 * none, or if stock would see another stem. */
static int
split_source(const char *path, size_t size, size_t *directory, size_t *stem)
{
    if (size < 5 || memcmp(path + size - 3, ".py", 3) != 0) {
        return 0;
    }
    *directory = size - 3;
    while (*directory > 0 && path[*directory - 1] != '/') {
        --*directory;
    }
    if (*directory < 2 || *directory >= size - 3) {
        return 0;
    }
    *stem = size - 3 - *directory;
    --*directory;
    return 1;
}

/* importlib.util.cache_from_source(origin).  New reference, or NULL. */
static PyObject *
cache_from_source(PyObject *origin)
{
    char text[PATH_MAX + sizeof(stock.cached_end) + 32];
    size_t directory, stem;
    Py_ssize_t size;
    const char *path = PyUnicode_AsUTF8AndSize(origin, &size);
    if (path == NULL || size >= PATH_MAX
        || !split_source(path, (size_t)size, &directory, &stem)) {
        return NULL;
    }
    int n = snprintf(text, sizeof(text), "%.*s/__pycache__/%.*s.%s", (int)directory, path,
                     (int)stem, path + directory + 1, stock.cached_end);
    return PyUnicode_FromStringAndSize(text, n);
}

/* Remembers what stock did with a module.  Stays unknown if it is nothing known. */
static void
learn(PyObject *spec, PyObject *module)
{
    PyObject *dict = PyModule_GetDict(module);
    PyObject *origin = PyObject_GetAttr(spec, names.origin);
    PyObject *package = PyDict_GetItemWithError(dict, names.m_package);
    PyObject *cached = PyDict_GetItemWithError(dict, names.m_cached);
    size_t directory, stem;
    Py_ssize_t size, cached_size;
    const char *path = origin == NULL ? NULL : PyUnicode_AsUTF8AndSize(origin, &size);
    if (path != NULL && split_source(path, (size_t)size, &directory, &stem)) {
        stock.sets_package = package != NULL && package != Py_None;
        stock.sets_cached = cached != NULL;
        stock.known = 1;
    }
    if (stock.known && stock.sets_cached) {
        const char *text = PyUnicode_AsUTF8AndSize(cached, &cached_size);
        size_t start = directory + strlen("/__pycache__/") + stem + 1;
        size_t end_size = text == NULL || (size_t)cached_size <= start
                          ? 0 : (size_t)cached_size - start;
        stock.known = 0;
        if (end_size > 0 && end_size < sizeof(stock.cached_end)) {
            memcpy(stock.cached_end, text + start, end_size + 1);
            PyObject *again = cache_from_source(origin);
            const char *ours = again == NULL ? NULL : PyUnicode_AsUTF8AndSize(again, NULL);
            stock.known = ours != NULL && strcmp(ours, text) == 0;
            pycds_drop(again);
        }
    }
    pycds_drop(origin);
    PyErr_Clear();
}

/* ModuleSpec.parent.  New reference, or NULL. */
static PyObject *
parent_of(PyObject *name, int is_package)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    if (text == NULL) {
        return NULL;
    }
    if (is_package) {
        Py_IncRef(name);
        return name;
    }
    while (size > 0 && text[size - 1] != '.') {
        size--;
    }
    return PyUnicode_FromStringAndSize(text, size > 0 ? size - 1 : 0);
}

/* ModuleSpec.cached, of a spec that has a location.  New reference, or NULL. */
static PyObject *
cached_of(PyObject *spec, PyObject *origin)
{
    PyObject *cached = PyObject_GetAttr(spec, names.cached);
    if (cached != Py_None) {
        return cached;
    }
    Py_DecRef(cached);
    cached = cache_from_source(origin);
    if (cached != NULL && PyObject_SetAttr(spec, names.cached, cached) < 0) {
        pycds_drop(cached);
        return NULL;
    }
    return cached;
}

int
pycds_sets_cached(void)
{
    return stock.known ? stock.sets_cached : -1;
}

/* Whether the module is as _new_module() makes it, and its spec as the finder does. */
static int
is_fresh(PyObject *spec, PyObject *module)
{
    if (!pycds_has_exact_type(spec, state.spec_class)
        || !pycds_has_exact_type(module, (PyObject *)&PyModule_Type)) {
        return 0;
    }
    PyObject *dict = PyModule_GetDict(module);
    PyObject *loader = PyObject_GetAttr(spec, names.loader);
    PyObject *located = PyObject_GetAttr(spec, names.set_fileattr);
    int result = loader != NULL && located == Py_True
                 && pycds_has_exact_type(loader, state.loader_class)
                 && PyDict_Size(dict) == NEW_MODULE_ATTRIBUTES
                 && PyDict_GetItemWithError(dict, names.m_loader) == Py_None
                 && PyDict_GetItemWithError(dict, names.m_package) == Py_None
                 && PyDict_GetItemWithError(dict, names.m_spec) == Py_None
                 && PyDict_GetItemWithError(state.sys, names.pycache_prefix) == Py_None;
    pycds_drop(loader);
    pycds_drop(located);
    return result;
}

/* Sets a fresh module's attributes in stock's order.  0, or -1 for stock to do it. */
static int
set_attributes(PyObject *spec, PyObject *module)
{
    PyObject *dict = PyModule_GetDict(module);
    PyObject *name = PyObject_GetAttr(spec, names.name);
    PyObject *loader = PyObject_GetAttr(spec, names.loader);
    PyObject *origin = PyObject_GetAttr(spec, names.origin);
    PyObject *locations = PyObject_GetAttr(spec, names.locations);
    PyObject *parent = NULL, *cached = NULL;
    int is_package = locations != Py_None;
    int ok = name != NULL && loader != NULL && origin != NULL && locations != NULL
             && (parent = parent_of(name, is_package)) != NULL
             && (!stock.sets_cached || (cached = cached_of(spec, origin)) != NULL)
             && PyDict_SetItem(dict, names.m_loader, loader) == 0
             && (!stock.sets_package || PyDict_SetItem(dict, names.m_package, parent) == 0)
             && PyDict_SetItem(dict, names.m_spec, spec) == 0
             && (!is_package || PyDict_SetItem(dict, names.m_path, locations) == 0)
             && PyDict_SetItem(dict, names.m_file, origin) == 0
             && (!stock.sets_cached || PyDict_SetItem(dict, names.m_cached, cached) == 0);
    PyObject *temporary[] = {name, loader, origin, locations, parent, cached};
    for (size_t i = 0; i < sizeof(temporary) / sizeof(temporary[0]); i++) {
        pycds_drop(temporary[i]);
    }
    return ok ? 0 : -1;
}

/* _init_module_attrs(spec, module, *, override=False) */
static PyObject *
quick_init_module_attrs(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    if (kwargs != NULL || PyTuple_Size(args) != 2) {
        return PyObject_Call(state.init_module_attrs, args, kwargs);
    }
    PyObject *spec = PyTuple_GetItem(args, 0), *module = PyTuple_GetItem(args, 1);
    int fresh = is_fresh(spec, module) && !pycds_is_watched();
    if (fresh && stock.known && set_attributes(spec, module) == 0) {
        Py_IncRef(module);
        return module;
    }
    PyErr_Clear();
    PyObject *result = PyObject_Call(state.init_module_attrs, args, kwargs);
    if (fresh && result != NULL && !stock.known) {
        learn(spec, module);
    }
    return result;
}

/* Whether the spec is the finder's, so that its loader leaves making the module to
 * importlib: create_module() is the class's own, which gives None. */
static int
has_plain_loader(PyObject *spec)
{
    PyObject *loader = pycds_has_exact_type(spec, state.spec_class)
                       ? PyObject_GetAttr(spec, names.loader) : NULL;
    PyObject *dict = loader != NULL && pycds_has_exact_type(loader, state.loader_class)
                     ? PyObject_GetAttr(loader, names.dict) : NULL;
    PyObject *create = dict == NULL ? NULL
                       : PyObject_GetAttr(state.loader_class, names.create_module);
    int result = create != NULL && create == state.create_module
                 && PyDict_GetItemWithError(dict, names.create_module) == NULL;
    pycds_drop(loader);
    pycds_drop(dict);
    pycds_drop(create);
    return result;
}

/* module_from_spec(spec) */
static PyObject *
quick_module_from_spec(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    PyObject *spec = kwargs == NULL && PyTuple_Size(args) == 1 ? PyTuple_GetItem(args, 0) : NULL;
    if (spec != NULL && stock.known && has_plain_loader(spec) && !pycds_is_watched()) {
        PyObject *name = PyObject_GetAttr(spec, names.name);
        PyObject *module = name == NULL ? NULL
            : PyObject_CallFunctionObjArgs((PyObject *)&PyModule_Type, name, NULL);
        pycds_drop(name);
        if (module != NULL && is_fresh(spec, module) && set_attributes(spec, module) == 0) {
            return module;
        }
        pycds_drop(module);
    }
    PyErr_Clear();
    return PyObject_Call(state.module_from_spec, args, kwargs);
}

static PyMethodDef module_from_spec_definition = {
    "module_from_spec", (PyCFunction)(void (*)(void))quick_module_from_spec,
    METH_VARARGS | METH_KEYWORDS,
    "module_from_spec($module, /, spec)\n--\n\nCreate a module based on the provided spec.",
};

static PyMethodDef find_spec_definition = {
    "_find_spec", (PyCFunction)(void (*)(void))quick_find_spec,
    METH_VARARGS | METH_KEYWORDS,
    "_find_spec($module, /, name, path, target=None)\n--\n\nFind a module's spec.",
};

static PyMethodDef init_module_attrs_definition = {
    "_init_module_attrs", (PyCFunction)(void (*)(void))quick_init_module_attrs,
    METH_VARARGS | METH_KEYWORDS, NULL,
};

static int
make_names(void)
{
    const struct { PyObject **name; const char *text; } all[] = {
        {&names.name, "name"}, {&names.loader, "loader"}, {&names.origin, "origin"},
        {&names.locations, "submodule_search_locations"},
        {&names.set_fileattr, "_set_fileattr"}, {&names.cached, "_cached"},
        {&names.m_loader, "__loader__"}, {&names.m_package, "__package__"},
        {&names.m_spec, "__spec__"}, {&names.m_path, "__path__"},
        {&names.m_file, "__file__"}, {&names.m_cached, "__cached__"},
        {&names.meta_path, "meta_path"}, {&names.modules, "modules"},
        {&names.pycache_prefix, "pycache_prefix"}, {&names.dict, "__dict__"},
        {&names.create_module, "create_module"},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        *all[i].name = PyUnicode_InternFromString(all[i].text);
        if (*all[i].name == NULL) {
            return -1;
        }
    }
    return 0;
}

/* The names that BuiltinImporter and FrozenImporter answer to. */
static PyObject *
find_elsewhere(PyObject *bootstrap)
{
    PyObject *imp = PyObject_GetAttrString(bootstrap, "_imp");
    PyObject *frozen = imp == NULL ? NULL
                       : PyObject_CallMethod(imp, "_frozen_module_names", NULL);
    PyObject *set = frozen == NULL ? NULL : PySet_New(frozen);
    PyObject *builtin = PySys_GetObject("builtin_module_names");
    PyObject *result = set == NULL || builtin == NULL ? NULL
                       : PyObject_CallMethod(set, "update", "O", builtin);
    pycds_drop(imp);
    pycds_drop(frozen);
    if (result == NULL) {
        pycds_drop(set);
        return NULL;
    }
    pycds_drop(result);
    return set;
}

/* Remembers sys.meta_path up to our finder.  What follows is not asked. */
static int
remember_finders(PyObject *finder)
{
    PyObject *list = PySys_GetObject("meta_path");
    Py_ssize_t n = list == NULL ? 0 : PyList_Size(list);
    for (Py_ssize_t i = 0; i < n && i < MAX_FINDERS; i++) {
        state.finders[i] = PyList_GetItem(list, i);
        Py_IncRef(state.finders[i]);
        if (state.finders[i] == finder) {
            state.nfinders = (int)i + 1;
            state.path_finder = PyList_GetItem(list, i + 1);
            return state.path_finder == NULL ? -1 : 0;
        }
    }
    return -1;
}

/* Replaces a global of the module; *original is what it was. */
static int
replace(PyObject *module, PyMethodDef *definition, PyObject **original)
{
    *original = PyObject_GetAttrString(module, definition->ml_name);
    PyObject *name = PyObject_GetAttrString(module, "__name__");
    PyObject *function = name == NULL ? NULL : PyCFunction_NewEx(definition, NULL, name);
    int result = *original == NULL || function == NULL ? -1
                 : PyObject_SetAttrString(module, definition->ml_name, function);
    pycds_drop(name);
    pycds_drop(function);
    return result;
}

void
pycds_install_quick(PyObject *bootstrap, PyObject *finder, PyObject *loader_class)
{
    PyObject *sys = pycds_get_module("sys");
    state.loader_class = loader_class;
    state.spec_class = PyObject_GetAttrString(bootstrap, "ModuleSpec");
    state.elsewhere = find_elsewhere(bootstrap);
    state.create_module = PyObject_GetAttrString(loader_class, "create_module");
    if (sys != NULL && state.spec_class != NULL && state.elsewhere != NULL
        && make_names() == 0 && pycds_find_watchers() == 0 && remember_finders(finder) == 0) {
        state.sys = PyModule_GetDict(sys);      /* the module lives as long as the process */
        if (replace(bootstrap, &find_spec_definition, &state.find_spec) == 0) {
            replace(bootstrap, &init_module_attrs_definition, &state.init_module_attrs);
            replace(bootstrap, &module_from_spec_definition, &state.module_from_spec);
            pycds_install_lock(bootstrap);
        }
    }
    PyErr_Clear();
}
