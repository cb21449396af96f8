/* A weak reference may have a function called when its referent goes.  Those that the
 * standard library and known packages give to their own containers take an entry out of
 * a container and do nothing else; any other function may do anything. */

#include "leftovers.h"

#include <string.h>

#include "object.h"

#define NKNOWN_C 3

static struct {
    PyObject *name;             /* "__callback__" */
    PyObject *member;           /* the attribute of that name of weak references */
    PyObject *keyed;            /* weakref.KeyedRef, or NULL */
    PyObject *finalize;         /* weakref.finalize, or NULL if it was not imported */
    PyObject *pending;          /* its registry, or NULL */
    PyObject *gc;
    const char *stdlib;         /* directory */
    void *known_c[NKNOWN_C];    /* C functions once they are met: all classes have one */
} state;

int
pycds_attribute_is(PyObject *object, const char *name, PyObject *wanted)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    pycds_drop(value);
    PyErr_Clear();
    return value == wanted;
}

int
pycds_text_is(PyObject *object, const char *name, const char *directory, const char *wanted)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    const char *text = value == NULL ? NULL : PyUnicode_AsUTF8AndSize(value, NULL);
    size_t size = strlen(directory);
    int result = text != NULL && strncmp(text, directory, size) == 0
                 && strcmp(text + size, wanted) == 0;
    pycds_drop(value);
    PyErr_Clear();
    return result;
}

/* Of WeakSet, of WeakKeyDictionary and WeakValueDictionary, of logging's handlers; and
 * those of packages. */
static int
function_is_harmless(PyObject *function)
{
    static const struct { const char *package, *file, *name; } known[] = {
        {NULL, "/_weakrefset.py", "_remove"},
        {NULL, "/weakref.py", "remove"},
        {NULL, "/logging/__init__.py", "_removeHandlerRef"},
        {"sqlalchemy", "/event/registry.py", "_collection_gced"},
        {"sqlalchemy", "/orm/clsregistry.py", "_remove_item"},
        {"sqlalchemy", "/orm/state.py", "_cleanup"},
        {"sqlalchemy", "/util/_collections.py", "_remove"},
    };
    PyObject *code = PyObject_GetAttrString(function, "__code__");
    int result = 0;
    for (size_t i = 0; code != NULL && !result && i < sizeof(known) / sizeof(known[0]); i++) {
        const char *directory = known[i].package == NULL ? state.stdlib
                                : pycds_package_directory(known[i].package);
        result = directory != NULL && pycds_text_is(code, "co_name", "", known[i].name)
                 && pycds_text_is(code, "co_filename", directory, known[i].file);
    }
    pycds_drop(code);
    PyErr_Clear();
    return result;
}

/* Whether a function is WeakMethod's that notes that the method is gone, and has no
 * callback to call. */
static int
is_of_weak_method(PyObject *function)
{
    PyObject *code = PyObject_GetAttrString(function, "__code__");
    PyObject *names = code == NULL ? NULL : PyObject_GetAttrString(code, "co_freevars");
    PyObject *cells = names == NULL ? NULL : PyObject_GetAttrString(function, "__closure__");
    PyObject *callback = NULL;
    if (cells != NULL && pycds_text_is(code, "co_name", "", "_cb")
        && pycds_text_is(code, "co_filename", state.stdlib, "/weakref.py")
        && PyTuple_Size(names) == 2 && PyTuple_Size(cells) == 2) {
        const char *first = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(names, 0), NULL);
        callback = first == NULL || strcmp(first, "callback") != 0 ? NULL
                   : PyObject_GetAttrString(PyTuple_GetItem(cells, 0), "cell_contents");
    }
    int result = callback == Py_None;
    pycds_drop(code);
    pycds_drop(names);
    pycds_drop(cells);
    pycds_drop(callback);
    PyErr_Clear();
    return result;
}

/* Whether a dict finds the object without code of the program. */
static int
hash_is_silent(PyObject *key)
{
    PyObject *type = pycds_type(key);
    Py_ssize_t size = type == (PyObject *)&PyTuple_Type ? PyTuple_Size(key) : 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        if (!hash_is_silent(PyTuple_GetItem(key, i))) {
            return 0;
        }
    }
    return key == Py_None || type == (PyObject *)&PyTuple_Type
           || type == (PyObject *)&PyUnicode_Type
           || type == (PyObject *)&PyLong_Type || type == (PyObject *)&PyBytes_Type
           || pycds_has_slot_of((PyTypeObject *)type, Py_tp_hash, (PyObject *)&PyBaseObject_Type);
}

/* As a function, but it may look up its object's key. */
static int
method_is_harmless(PyObject *method)
{
    PyObject *function = PyObject_GetAttrString(method, "__func__");
    int result = function != NULL
                 && pycds_has_exact_type(function, (PyObject *)&PyFunction_Type)
                 && function_is_harmless(function);
    PyObject *self = result ? PyObject_GetAttrString(method, "__self__") : NULL;
    PyObject *key = self == NULL ? NULL : PyObject_GetAttrString(self, "key");
    result = result && (key == NULL || hash_is_silent(key));
    pycds_drop(function);
    pycds_drop(self);
    pycds_drop(key);
    PyErr_Clear();
    return result;
}

/* Of Modules/_abc.c, and of _thread._local: Modules/_threadmodule.c up to 3.12, then. */
static int
c_function_is_harmless(PyObject *function)
{
    static const char *const known[NKNOWN_C] = {
        "_destroy", "_localdummy_destroyed", "clear_locals",
    };
    void *code = PyCFunction_GetFunction(function);
    for (size_t i = 0; i < NKNOWN_C; i++) {
        if (code == state.known_c[i]) {
            return 1;
        }
        if (state.known_c[i] == NULL && pycds_text_is(function, "__name__", "", known[i])
            && pycds_attribute_is(function, "__module__", Py_None)) {
            state.known_c[i] = code;
            return 1;
        }
    }
    return 0;
}

static int
callback_is_harmless(PyObject *callback)
{
    PyObject *type = pycds_type(callback);
    if (callback == Py_None) {
        return 1;
    }
    if (type == (PyObject *)&PyFunction_Type) {
        return function_is_harmless(callback) || is_of_weak_method(callback);
    }
    if (type == (PyObject *)&PyMethod_Type) {
        return method_is_harmless(callback);
    }
    if (type == (PyObject *)&PyCFunction_Type) {
        return c_function_is_harmless(callback);
    }
    if (type == state.finalize && state.pending != NULL) {
        /* One that has been called is no longer there. */
        PyObject *found = PyDict_GetItemWithError(state.pending, callback);
        int failed = PyErr_Occurred() != NULL;
        PyErr_Clear();
        return found == NULL && !failed;
    }
    return 0;
}

int
pycds_reference_is_harmless(PyObject *reference)
{
    PyObject *callback = pycds_has_exact_type(reference, (PyObject *)&_PyWeakref_RefType)
        ? PyObject_GetAttr(reference, state.name)
        : PyObject_CallMethod(state.member, "__get__", "O", reference);
    int result = callback != NULL && callback_is_harmless(callback);
    /* WeakValueDictionary's look their key up. */
    if (result && callback != Py_None && pycds_has_exact_type(reference, state.keyed)) {
        PyObject *key = PyObject_GetAttrString(reference, "key");
        result = key != NULL && hash_is_silent(key);
        pycds_drop(key);
    }
    pycds_drop(callback);
    PyErr_Clear();
    return result;
}

/* A proxy's callback has no name, but the collector knows it. */
int
pycds_proxy_is_harmless(PyObject *proxy)
{
    PyObject *found = PyObject_CallMethod(state.gc, "get_referents", "O", proxy);
    int result = found != NULL && PyList_Size(found) == 0;
    pycds_drop(found);
    PyErr_Clear();
    return result;
}

int
pycds_prepare_references(PyObject *gc, const char *stdlib)
{
    state.gc = gc;
    state.stdlib = stdlib;
    state.name = PyUnicode_InternFromString("__callback__");
    state.member = state.name == NULL ? NULL
                   : PyObject_GetAttr((PyObject *)&_PyWeakref_RefType, state.name);
    state.keyed = pycds_find_imported("weakref", "KeyedRef");
    state.finalize = pycds_find_imported("weakref", "finalize");
    state.pending = state.finalize == NULL ? NULL
                    : PyObject_GetAttrString(state.finalize, "_registry");
    pycds_drop(state.pending);          /* the class keeps it */
    PyErr_Clear();
    return state.member == NULL || &PyFunction_Type == NULL || &PyCFunction_Type == NULL
           || &PyMethod_Type == NULL ? -1 : 0;
}
