/* Runs the functions of the interpreter's own frozen site that are worth having,
 * and leaves out .pth files, the user site directory and the customize modules.
 *
 * The body of site ends in main() unless sys.flags.no_site, so it is run with an
 * __import__ that gives it a sys whose no_site is set. */

#include "site.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "finder.h"
#include "host.h"
#include "object.h"
#include "search.h"

static PyObject *placeholder;      /* finder and loader of an empty module site */
static PyObject *real_import, *fake_sys;

static int
is_archived(const char *name)
{
    uint32_t number;
    pycds_archive *a = pycds_find_module(name, strlen(name), &number);
    return a != NULL && a->image.modules[number].kind != PYCDS_MODULE_MISSING;
}

/* pyvenv.cfg beside the interpreter or one directory up, where site looks. */
static int
is_virtual_environment(void)
{
    PyObject *object = PySys_GetObject("executable");
    const char *executable = object == NULL ? NULL
                                            : PyUnicode_AsUTF8AndSize(object, NULL);
    char path[PATH_MAX];
    if (executable == NULL) {
        PyErr_Clear();
        return 1;
    }
    size_t size = strlen(executable);
    for (int up = 0; up < 2; up++) {
        while (size > 0 && executable[size - 1] != '/') {
            size--;
        }
        int n = snprintf(path, sizeof(path), "%.*spyvenv.cfg", (int)size, executable);
        if (n < 0 || (size_t)n >= sizeof(path) || access(path, F_OK) == 0) {
            return 1;
        }
        size -= size > 0;
    }
    return 0;
}

int
pycds_site_can_be_minimal(const char **why)
{
    if (pycds_flag("interactive", 0) != 0 || pycds_flag("inspect", 0) != 0) {
        *why = "interactive";
        return 0;
    }
    if (is_archived("sitecustomize") || is_archived("usercustomize")) {
        *why = "the program has a sitecustomize or usercustomize";
        return 0;
    }
    if (is_virtual_environment()) {
        *why = "pyvenv.cfg";
        return 0;
    }
    return 1;
}

/* __import__ of site's body. */
static PyObject *
site_import(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    PyObject *name = PyTuple_GetItem(args, 0);
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    if (text == NULL) {
        return NULL;
    }
    if (strcmp(text, "sys") == 0 && fake_sys != NULL) {
        Py_IncRef(fake_sys);
        return fake_sys;
    }
    return PyObject_Call(real_import, args, kwargs);
}

static PyMethodDef import_method = {
    "__import__", (PyCFunction)(void (*)(void))site_import,
    METH_VARARGS | METH_KEYWORDS, NULL,
};

/* A module sys with flags.no_site set. */
static PyObject *
make_fake_sys(void)
{
    PyObject *sys = pycds_get_module("sys");
    PyObject *fake = PyModule_New("sys");
    PyObject *implementation = PySys_GetObject("implementation");
    PyObject *type = implementation == NULL ? NULL : PyObject_Type(implementation);
    PyObject *flags = type == NULL ? NULL : PyObject_CallFunctionObjArgs(type, NULL);
    if (sys == NULL || fake == NULL || flags == NULL
        || PyDict_Update(PyModule_GetDict(fake), PyModule_GetDict(sys)) < 0
        || PyObject_SetAttrString(flags, "no_site", Py_True) < 0
        || PyObject_SetAttrString(fake, "flags", flags) < 0) {
        pycds_drop(fake);
        fake = NULL;
    }
    pycds_drop(sys);
    pycds_drop(type);
    pycds_drop(flags);
    return fake;
}

/* The globals of site after its body has run without main().  New reference. */
static PyObject *
run_site_body(void)
{
    PyObject *imp = pycds_get_module("_imp");
    PyObject *code = imp == NULL ? NULL
                     : PyObject_CallMethod(imp, "get_frozen_object", "s", "site");
    PyObject *builtins = PyDict_Copy(PyEval_GetBuiltins());
    PyObject *import = PyCFunction_NewEx(&import_method, NULL, NULL);
    PyObject *sys = pycds_get_module("sys");
    PyObject *globals = PyDict_New();
    PyObject *name = PyUnicode_FromString("site");
    PyObject *result = NULL;

    fake_sys = make_fake_sys();
    if (code != NULL && builtins != NULL && import != NULL && sys != NULL && globals != NULL
        && name != NULL && fake_sys != NULL
        && (real_import = PyDict_GetItemString(builtins, "__import__")) != NULL
        && (Py_IncRef(real_import), 1)
        && PyDict_SetItemString(builtins, "__import__", import) == 0
        && PyDict_SetItemString(globals, "__builtins__", builtins) == 0
        && PyDict_SetItemString(globals, "__name__", name) == 0) {
        result = PyEval_EvalCode(code, globals, globals);
    }
    if (result != NULL && (PyDict_SetItemString(builtins, "__import__", real_import) < 0
                           || PyDict_SetItemString(globals, "sys", sys) < 0)) {
        pycds_drop(result);
        result = NULL;
    }
    if (result == NULL) {
        pycds_drop(globals);
        globals = NULL;
    }
    pycds_drop(imp);
    pycds_drop(code);
    pycds_drop(builtins);
    pycds_drop(import);
    pycds_drop(sys);
    pycds_drop(name);
    pycds_drop(result);
    pycds_drop(fake_sys);
    fake_sys = NULL;
    return globals;
}

static int
call(PyObject *globals, const char *name)
{
    PyObject *function = PyDict_GetItemString(globals, name);
    PyObject *result = function == NULL ? NULL
                       : PyObject_CallFunctionObjArgs(function, NULL);
    pycds_drop(result);
    return result == NULL ? -1 : 0;
}

/* os.path.abspath() of a str, or NULL if its answer needs more than the text; without an
 * exception. */
static PyObject *
make_absolute(PyObject *path)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(path, &size);
    char normal[PATH_MAX];
    if (text == NULL || text[0] != '/' || size >= PATH_MAX || strlen(text) != (size_t)size) {
        PyErr_Clear();
        return NULL;
    }
    pycds_normalize(strcpy(normal, text));
    if (strcmp(normal, text) == 0) {
        Py_IncRef(path);
        return path;
    }
    PyObject *result = PyUnicode_FromString(normal);
    PyErr_Clear();
    return result;
}

/* What removeduppaths() makes of sys.path; NULL if that is to be asked, without an
 * exception.  *same: it has the same entries. */
static PyObject *
make_clean(PyObject *path, int *same)
{
    PyObject *list = PyList_New(0), *seen = PySet_New(NULL);
    int ok = list != NULL && seen != NULL;
    *same = 1;
    for (Py_ssize_t i = 0; ok && i < PyList_Size(path); i++) {
        PyObject *entry = PyList_GetItem(path, i), *absolute = make_absolute(entry);
        const int known = absolute == NULL ? -1 : PySet_Contains(seen, absolute);
        ok = known == 1 || (known == 0 && PySet_Add(seen, absolute) == 0
                            && PyList_Append(list, absolute) == 0);
        *same = *same && known == 0 && absolute == entry;
        pycds_drop(absolute);
    }
    pycds_drop(seen);
    PyErr_Clear();
    if (!ok) {
        pycds_drop(list);
        return NULL;
    }
    return list;
}

static int
attribute_is_absolute(PyObject *dict, const char *name)
{
    PyObject *value = PyDict_GetItemString(dict, name);
    PyObject *absolute = value == NULL || value == Py_None ? value : make_absolute(value);
    if (absolute != NULL && absolute != Py_None) {
        Py_DecRef(absolute);
    }
    return absolute == value;
}

/* Whether abs_paths() would change nothing. */
static int
modules_are_absolute(void)
{
    PyObject *modules = PyImport_GetModuleDict(), *name, *module;
    Py_ssize_t position = 0;
    int result = 1;
    while (result && PyDict_Next(modules, &position, &name, &module)) {
        PyObject *dict = pycds_has_exact_type(module, (PyObject *)&PyModule_Type)
                         ? PyModule_GetDict(module) : NULL;
        result = dict != NULL && attribute_is_absolute(dict, "__file__")
                 && attribute_is_absolute(dict, "__cached__");
    }
    return result;
}

/* removeduppaths() itself, which knows the working directory. */
static int
ask_for_clean(PyObject *globals, PyObject *path, int *same)
{
    PyObject *before = PySequence_List(path);
    int result = before == NULL ? -1 : call(globals, "removeduppaths");
    *same = result == 0 && PyObject_RichCompareBool(before, path, Py_EQ) == 1;
    pycds_drop(before);
    return result;
}

/* removeduppaths() and abs_paths(), as site.main() has them. */
static int
clean_sys_path(PyObject *globals)
{
    PyObject *path = PySys_GetObject("path");
    if (path == NULL || !pycds_is_list(path)) {
        return -1;
    }
    int same;
    PyObject *clean = make_clean(path, &same);
    int result = clean == NULL ? ask_for_clean(globals, path, &same)
                 : same ? 0 : PyList_SetSlice(path, 0, PyList_Size(path), clean);
    if (result == 0 && !same && !modules_are_absolute()) {
        result = call(globals, "abs_paths");
    }
    PyErr_Clear();
    pycds_drop(clean);
    return result;
}

/* The directories of getsitepackages() that exist, without their .pth files. */
static int
add_site_packages(PyObject *globals)
{
    PyObject *function = PyDict_GetItemString(globals, "getsitepackages");
    PyObject *found = function == NULL ? NULL
                      : PyObject_CallFunctionObjArgs(function, NULL);
    PyObject *path = PySys_GetObject("path");
    Py_ssize_t n = found == NULL || path == NULL ? -1 : PyList_Size(found);
    int result = n < 0 ? -1 : 0;
    for (Py_ssize_t i = 0; i < n && result == 0; i++) {
        PyObject *directory = PyList_GetItem(found, i);
        const char *text = PyUnicode_AsUTF8AndSize(directory, NULL);
        if (text == NULL) {
            result = -1;
        }
        else if (access(text, F_OK) == 0 && PySequence_Contains(path, directory) == 0) {
            result = PyList_Append(path, directory);
        }
    }
    pycds_drop(found);
    return result;
}

static PyObject *
placeholder_find_spec(PyObject *self, PyObject *args)
{
    PyObject *name, *path, *target;
    if (!PyArg_ParseTuple(args, "O|OO:find_spec", &name, &path, &target)) {
        return NULL;
    }
    const char *text = PyUnicode_AsUTF8AndSize(name, NULL);
    if (text == NULL || strcmp(text, "site") != 0) {
        PyErr_Clear();
        return pycds_none();
    }
    PyObject *bootstrap = pycds_get_module("_frozen_importlib");
    PyObject *spec = bootstrap == NULL ? NULL
                     : PyObject_CallMethod(bootstrap, "ModuleSpec", "OO", name, self);
    pycds_drop(bootstrap);
    return spec;
}

static PyObject *
placeholder_load(PyObject *self, PyObject *argument)
{
    (void)self;
    (void)argument;
    return pycds_none();
}

static PyMethodDef placeholder_methods[] = {
    {"find_spec", placeholder_find_spec, METH_VARARGS, NULL},
    {"create_module", placeholder_load, METH_O, NULL},
    {"exec_module", placeholder_load, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

/* Up to 3.14 a module in sys.modules would do; 3.15 announces an import only after
 * it has looked there (importlib._bootstrap, _find_and_load_unlocked()). */
static int
add_placeholder(void)
{
    PyObject *meta_path = PySys_GetObject("meta_path");
    PyObject *cls = pycds_make_class("SitePlaceholder", NULL, placeholder_methods);
    placeholder = cls == NULL ? NULL : PyObject_CallFunctionObjArgs(cls, NULL);
    pycds_drop(cls);
    return meta_path == NULL || placeholder == NULL
           ? -1 : PyList_Insert(meta_path, 0, placeholder);
}

int
pycds_site_minimal(void)
{
    PyObject *globals = run_site_body();
    int ok = globals != NULL && clean_sys_path(globals) == 0
             && add_site_packages(globals) == 0 && call(globals, "setquit") == 0
             && call(globals, "setcopyright") == 0 && call(globals, "sethelper") == 0
             && (pycds_flag("isolated", 0) != 0 || call(globals, "enablerlcompleter") == 0)
             && add_placeholder() == 0;
    pycds_drop(globals);
    PyErr_Clear();
    return ok ? 0 : -1;
}

void
pycds_site_done(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *meta_path = PySys_GetObject("meta_path");
    PyObject *site = PyDict_GetItemString(modules, "site");
    if (placeholder == NULL) {
        return;
    }
    PyObject *loader = site == NULL ? NULL : PyObject_GetAttrString(site, "__loader__");
    if (loader == placeholder) {
        PyDict_DelItemString(modules, "site");
    }
    if (meta_path != NULL) {
        PyObject *result = PyObject_CallMethod(meta_path, "remove", "O", placeholder);
        pycds_drop(result);
    }
    PyErr_Clear();
    pycds_drop(loader);
    pycds_drop(placeholder);
    placeholder = NULL;
}
