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

/* removeduppaths() and abs_paths(), as site.main() has them, where there is
 * something to do: most often sys.path is clean already. */
static int
clean_sys_path(PyObject *globals)
{
    PyObject *path = PySys_GetObject("path");
    PyObject *before = path == NULL ? NULL : PySequence_List(path);
    if (before == NULL || call(globals, "removeduppaths") < 0) {
        pycds_drop(before);
        return -1;
    }
    Py_ssize_t n = PyList_Size(before);
    int same = PyList_Size(path) == n;
    for (Py_ssize_t i = 0; same && i < n; i++) {
        const char *a = PyUnicode_AsUTF8AndSize(PyList_GetItem(before, i), NULL);
        const char *b = PyUnicode_AsUTF8AndSize(PyList_GetItem(path, i), NULL);
        same = a != NULL && b != NULL && strcmp(a, b) == 0;
    }
    PyErr_Clear();
    pycds_drop(before);
    return same ? 0 : call(globals, "abs_paths");
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
