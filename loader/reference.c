/* A weak reference may have a function called when its referent goes.  Those that the
 * standard library gives to its own containers take an entry out of a container and do
 * nothing else; any other function may do anything. */

#include "leftovers.h"

#include <string.h>

#include "object.h"

static struct {
    PyObject *name;             /* "__callback__" */
    PyObject *member;           /* the attribute of that name of weak references */
    PyObject *keyed;            /* weakref.KeyedRef, or NULL */
    PyObject *finalize;         /* weakref.finalize, or NULL if it was not imported */
    PyObject *pending;          /* its registry, or NULL */
    PyObject *gc;
    const char *stdlib;         /* directory */
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

/* Of WeakSet, of WeakKeyDictionary and WeakValueDictionary, of logging's handlers. */
static int
function_is_harmless(PyObject *function)
{
    static const struct { const char *file, *name; } known[] = {
        {"/_weakrefset.py", "_remove"},
        {"/weakref.py", "remove"},
        {"/logging/__init__.py", "_removeHandlerRef"},
    };
    PyObject *code = PyObject_GetAttrString(function, "__code__");
    int result = 0;
    for (size_t i = 0; code != NULL && !result && i < sizeof(known) / sizeof(known[0]); i++) {
        result = pycds_text_is(code, "co_name", "", known[i].name)
                 && pycds_text_is(code, "co_filename", state.stdlib, known[i].file);
    }
    pycds_drop(code);
    PyErr_Clear();
    return result;
}

/* Of Modules/_abc.c, and of _thread._local: Modules/_threadmodule.c up to 3.12, then. */
static int
c_function_is_harmless(PyObject *function)
{
    static const char *const known[] = {"_destroy", "_localdummy_destroyed", "clear_locals"};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (pycds_text_is(function, "__name__", "", known[i])) {
            return pycds_attribute_is(function, "__module__", Py_None);
        }
    }
    return 0;
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
    return type == (PyObject *)&PyTuple_Type || type == (PyObject *)&PyUnicode_Type
           || type == (PyObject *)&PyLong_Type || type == (PyObject *)&PyFunction_Type
           || type == (PyObject *)&PyType_Type;
}

static int
callback_is_harmless(PyObject *callback)
{
    PyObject *type = pycds_type(callback);
    if (callback == Py_None) {
        return 1;
    }
    if (type == (PyObject *)&PyFunction_Type) {
        return function_is_harmless(callback);
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
           ? -1 : 0;
}
