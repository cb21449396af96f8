/* From 3.13 on CPython unmarshals the code of its frozen modules (os, site, io ...) at
 * each start.  Until the program runs, _imp.get_frozen_object(), which FrozenImporter
 * calls for it, is one that has the archive's code of them: all else of their import
 * is stock's. */

#include "frozen.h"

#include <string.h>

#include "archive.h"
#include "object.h"

static PyObject *imp, *original;

static PyObject *
get_frozen_object(PyObject *self, PyObject *args)
{
    (void)self;
    Py_ssize_t size;
    PyObject *name = PyTuple_Size(args) == 1 ? PyTuple_GetItem(args, 0) : NULL;
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, &size);
    PyObject *code = text == NULL ? NULL : pycds_bind_frozen(text, (size_t)size);
    PyErr_Clear();
    if (code == NULL) {
        return PyObject_Call(original, args, NULL);
    }
    Py_IncRef(code);
    return code;
}

static PyMethodDef method = {"get_frozen_object", get_frozen_object, METH_VARARGS, NULL};

void
pycds_frozen_begin(void)
{
    imp = PyImport_ImportModule("_imp");
    original = imp == NULL ? NULL : PyObject_GetAttrString(imp, method.ml_name);
    PyObject *function = original == NULL ? NULL : PyCFunction_NewEx(&method, NULL, NULL);
    if (function == NULL || PyObject_SetAttrString(imp, method.ml_name, function) < 0) {
        pycds_drop(imp);
        imp = NULL;
    }
    pycds_drop(function);
    PyErr_Clear();
}

void
pycds_frozen_end(void)
{
    if (imp != NULL) {
        PyObject_SetAttrString(imp, method.ml_name, original);
        PyErr_Clear();
        pycds_drop(imp);
        imp = NULL;
    }
}
