/* A file that is still open is closed when it goes: what is not written yet is written, a
 * warning is made, methods of its class are called (Modules/_io/iobase.c, iobase_finalize(),
 * 3.11 to 3.15).  Nobody sees it of files that are only read, of the standard streams, which
 * exit.c flushes, and of classes that leave closing to _io._IOBase, which does nothing. */

#include "leftovers.h"

#include "object.h"

#define MAX_STREAMS 9

static struct {
    PyObject *standard[MAX_STREAMS];    /* the standard streams with their layers */
    size_t nstandard;
    PyObject *types[5], *buffers[2];    /* of _io */
    PyObject *base;                     /* _io._IOBase */
    PyObject *closed, *close, *flush;   /* its attributes */
} state;

static void
find_types(void)
{
    static const char *const types[] = {"TextIOWrapper", "FileIO", "BufferedReader",
                                        "BufferedWriter", "BufferedRandom"};
    static const char *const buffers[] = {"BytesIO", "StringIO"};
    for (size_t i = 0; i < 5; i++) {
        state.types[i] = pycds_find_imported("_io", types[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        state.buffers[i] = pycds_find_imported("_io", buffers[i]);
    }
    state.base = pycds_find_imported("_io", "_IOBase");
    if (state.base != NULL) {
        state.closed = PyObject_GetAttrString(state.base, "closed");
        state.close = PyObject_GetAttrString(state.base, "close");
        state.flush = PyObject_GetAttrString(state.base, "flush");
        pycds_drop(state.closed);       /* the type keeps them */
        pycds_drop(state.close);
        pycds_drop(state.flush);
    }
    PyErr_Clear();
}

int
pycds_is_plain_text_stream(PyObject *file)
{
    PyObject *type = pycds_type(file);
    return type == state.types[0] || type == state.buffers[1];
}

/* The standard streams' text, buffer and raw layers.  The interpreter keeps the stream. */
static void
find_standard_streams(void)
{
    static const char *const names[] = {"__stdin__", "__stdout__", "__stderr__"};
    state.nstandard = 0;
    for (size_t i = 0; i < 3; i++) {
        PyObject *layer = PySys_GetObject(names[i]);
        if (layer == NULL || pycds_type(layer) != state.types[0]) {
            continue;
        }
        Py_IncRef(layer);
        for (const char *below = "buffer"; layer != NULL; below = "raw") {
            if (!pycds_is_one_of(pycds_type(layer), state.types, 4)
                || state.nstandard == MAX_STREAMS) {
                Py_DecRef(layer);
                break;
            }
            state.standard[state.nstandard++] = layer;
            int last = pycds_type(layer) == state.types[1];
            PyObject *next = last ? NULL : PyObject_GetAttrString(layer, below);
            Py_DecRef(layer);
            layer = next;
        }
    }
    PyErr_Clear();
}

void
pycds_find_streams(void)
{
    find_types();
    find_standard_streams();
}

pycds_stream_kind
pycds_find_stream_kind(PyTypeObject *type)
{
    PyObject *object = (PyObject *)type;
    if (pycds_is_one_of(object, state.buffers, 2)) {
        return PYCDS_STREAM_SILENT;
    }
    if (pycds_is_one_of(object, state.types, 5)) {
        return PYCDS_STREAM_OPEN;
    }
    if (!pycds_is_subtype(type, state.base)) {
        return PYCDS_STREAM_NONE;
    }
    return pycds_has_slot_of(type, Py_tp_finalize, state.base)
           && pycds_attribute_is(object, "closed", state.closed)
           ? PYCDS_STREAM_OPEN : PYCDS_STREAM_OTHER;
}

/* Whether the attribute has no __repr__() of the program. */
static int
is_plain(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    PyObject *type = value == NULL ? NULL : pycds_type(value);
    pycds_drop(value);
    PyErr_Clear();
    return type == NULL || type == (PyObject *)&PyUnicode_Type
           || type == (PyObject *)&PyBytes_Type || type == (PyObject *)&PyLong_Type;
}

/* Whether closing the stream, of a class that is not CPython's, runs code of _IOBase only:
 * flush() does nothing there, and close() sets an attribute. */
static int
closes_silently(PyObject *stream)
{
    static const char *const unset[] = {"_finalizing", "__IOBase_closed"};
    static const char *const own[] = {"closed", "close", "flush"};
    PyObject *type = pycds_type(stream);
    int result = pycds_has_slot_of((PyTypeObject *)type, Py_tp_getattro, state.base)
                 && pycds_has_slot_of((PyTypeObject *)type, Py_tp_setattro, state.base)
                 && pycds_attribute_is(type, "close", state.close)
                 && pycds_attribute_is(type, "flush", state.flush);
    for (size_t i = 0; result && i < sizeof(unset) / sizeof(unset[0]); i++) {
        result = pycds_attribute_is(type, unset[i], NULL);
    }
    PyObject *dict = result ? PyObject_GetAttrString(stream, "__dict__") : NULL;
    for (size_t i = 0; dict != NULL && i < sizeof(own) / sizeof(own[0]); i++) {
        result = result && PyDict_GetItemString(dict, own[i]) == NULL;
    }
    pycds_drop(dict);
    PyErr_Clear();
    return result;
}

/* No Python code is run here: layers of unknown kinds are not asked. */
int
pycds_stream_is_harmless(PyObject *stream)
{
    if (pycds_is_one_of(stream, state.standard, state.nstandard)) {
        return 1;
    }
    PyObject *type = pycds_type(stream);
    if (type == state.types[1]) {
        return is_plain(stream, "name") || pycds_attribute_is(stream, "closed", Py_True);
    }
    if (pycds_find_stream_kind((PyTypeObject *)type) != PYCDS_STREAM_OPEN) {
        return 0;
    }
    if (!pycds_is_one_of(type, state.types, 5)) {
        return pycds_attribute_is(stream, "closed", Py_True) || closes_silently(stream);
    }
    int is_text = type == state.types[0], result = 0;
    PyObject *below = PyObject_GetAttrString(stream, is_text ? "buffer" : "raw");
    if (below != NULL) {
        PyObject *reads = is_text ? state.types[2] : state.types[1];
        result = pycds_stream_is_harmless(below)
                 && (((is_text || type == state.types[2])
                      && pycds_type(below) == reads && is_plain(stream, "mode"))
                     || pycds_attribute_is(stream, "closed", Py_True));
        Py_DecRef(below);
    }
    PyErr_Clear();
    return result;
}
