/* What the loader does with Python objects again and again. */

#ifndef PYCDS_OBJECT_H
#define PYCDS_OBJECT_H

#include "python.h"

/* Py_XDECREF. */
static inline void
pycds_drop(PyObject *object)
{
    if (object != NULL) {
        Py_DecRef(object);
    }
}

/* None as a new reference. */
static inline PyObject *
pycds_none(void)
{
    Py_IncRef(Py_None);
    return Py_None;
}

/* type(object), borrowed. */
static inline PyObject *
pycds_type(PyObject *object)
{
    PyObject *type = PyObject_Type(object);
    pycds_drop(type);           /* the object keeps it alive */
    return type;
}

/* Whether the object is of the very type, not of one derived from it. */
static inline int
pycds_has_exact_type(PyObject *object, PyObject *type)
{
    return pycds_type(object) == type;
}

#endif
