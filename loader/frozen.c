/* From 3.13 on the interpreter has its frozen modules (os, site, io and others) as marshal
 * data, and makes code objects of it at each start.  FrozenImporter asks
 * _imp.get_frozen_object() for them, so until the program runs that is a function which
 * has them from the archive.  All else of their import is stock's. */

#include "frozen.h"

#include "archive.h"
#include "host.h"
#include "object.h"

static PyObject *imp;           /* while the function is replaced */
static PyObject *stock_function;

static PyObject *
get_frozen_object(PyObject *self, PyObject *args)
{
    (void)self;
    Py_ssize_t size;
    PyObject *name = PyTuple_Size(args) == 1 ? PyTuple_GetItem(args, 0) : NULL;
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, &size);
    PyObject *code = text == NULL ? NULL : pycds_bind_frozen(text, (size_t)size);
    if (code == NULL) {
        PyErr_Clear();
        return PyObject_Call(stock_function, args, NULL);
    }
    Py_IncRef(code);
    return code;
}

static PyMethodDef method = {"get_frozen_object", get_frozen_object, METH_VARARGS, NULL};

void
pycds_frozen_begin(void)
{
    PyObject *module = pycds_get_module("_imp");
    PyObject *function = PyCFunction_NewEx(&method, NULL, NULL);
    stock_function = module == NULL ? NULL : PyObject_GetAttrString(module, method.ml_name);
    if (stock_function != NULL && function != NULL
        && PyObject_SetAttrString(module, method.ml_name, function) == 0) {
        Py_IncRef(module);
        imp = module;
    }
    pycds_drop(module);
    pycds_drop(function);
    PyErr_Clear();
}

void
pycds_frozen_end(void)
{
    if (imp != NULL) {
        PyObject_SetAttrString(imp, method.ml_name, stock_function);
        PyErr_Clear();
        pycds_drop(imp);
        pycds_drop(stock_function);
        imp = NULL;
    }
}
