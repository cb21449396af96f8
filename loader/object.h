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

/* Whether the object is in a list of that size. */
static inline int
pycds_is_one_of(PyObject *object, PyObject *const *list, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (list[i] == object) {
            return 1;
        }
    }
    return 0;
}

/* Whether the type is of, or is derived from it; not if of is NULL. */
static inline int
pycds_is_subtype(PyTypeObject *type, PyObject *of)
{
    return of != NULL && PyType_IsSubtype(type, (PyTypeObject *)of);
}

/* Whether the type's slot is that of another type; not if other is NULL. */
static inline int
pycds_has_slot_of(PyTypeObject *type, int slot, PyObject *other)
{
    return other != NULL
           && PyType_GetSlot(type, slot) == PyType_GetSlot((PyTypeObject *)other, slot);
}

#endif
