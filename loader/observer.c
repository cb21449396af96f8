/* What would see the interpreter's finalization even if every object were silent: other
 * threads, debuggers and profilers, the collector's callbacks, shown warnings. */

#include "leftovers.h"

#include <string.h>

#include "object.h"

/* Whether object.function() is wanted. */
static int
gives(PyObject *object, const char *function, PyObject *wanted)
{
    PyObject *result = object == NULL ? NULL : PyObject_CallMethod(object, function, NULL);
    pycds_drop(result);
    PyErr_Clear();
    return result == wanted;
}

/* object.function(), or -1 if that is no number. */
static long
number(PyObject *object, const char *function)
{
    PyObject *value = PyObject_CallMethod(object, function, NULL);
    long result = value == NULL ? -1 : PyLong_AsLong(value);
    pycds_drop(value);
    PyErr_Clear();
    return result;
}

static int
is_empty_list(PyObject *object, const char *attribute)
{
    PyObject *value = PyObject_GetAttrString(object, attribute);
    Py_ssize_t size = value == NULL ? -1 : PyList_Size(value);
    pycds_drop(value);
    PyErr_Clear();
    return size == 0;
}

static int
is_alone(void)
{
    if (PyInterpreterState_Head == NULL || PyInterpreterState_Next == NULL
        || PyInterpreterState_ThreadHead == NULL || PyThreadState_Next == NULL) {
        return 0;
    }
    void *interpreter = PyInterpreterState_Head();
    return PyInterpreterState_Next(interpreter) == NULL
           && PyThreadState_Next(PyInterpreterState_ThreadHead(interpreter)) == NULL;
}

/* Whether something follows the code that is run, weak references' callbacks too. */
static int
is_traced(void)
{
    PyObject *sys = PyDict_GetItemString(PyImport_GetModuleDict(), "sys");
    if (!gives(sys, "gettrace", Py_None) || !gives(sys, "getprofile", Py_None)) {
        return 1;
    }
    PyObject *monitoring = PySys_GetObject("monitoring");       /* from 3.12 on */
    for (int i = 0; monitoring != NULL && i < 6; i++) {
        PyObject *tool = PyObject_CallMethod(monitoring, "get_tool", "i", i);
        pycds_drop(tool);
        PyErr_Clear();
        if (tool != Py_None) {
            return 1;
        }
    }
    /* Before 3.14 a tool that is freed goes on. */
    PyObject *events = monitoring == NULL
                       ? NULL : PyObject_CallMethod(monitoring, "_all_events", NULL);
    int result = events != NULL && PyDict_Size(events) != 0;
    pycds_drop(events);
    PyErr_Clear();
    return result;
}

/* What a filter (action, message, category, module, line) does with ResourceWarnings:
 * 1: ignores all, 0: shows some, perhaps, -1: ignores some at most. */
static int
ignores(PyObject *filter)
{
    PyObject *category = PyTuple_GetItem(filter, 2);
    int about = category == NULL ? -1 : PyObject_IsSubclass(PyExc_ResourceWarning, category);
    if (about <= 0) {
        return about < 0 ? 0 : -1;
    }
    PyObject *action = PyTuple_GetItem(filter, 0), *line = PyTuple_GetItem(filter, 4);
    const char *text = action == NULL ? NULL : PyUnicode_AsUTF8AndSize(action, NULL);
    if (text == NULL || strcmp(text, "ignore") != 0) {
        return 0;
    }
    return PyTuple_GetItem(filter, 1) == Py_None && PyTuple_GetItem(filter, 3) == Py_None
           && line != NULL && PyLong_AsLong(line) == 0 ? 1 : -1;
}

/* Whether a list of filters lets a ResourceWarning be shown. */
static int
list_shows(PyObject *filters)
{
    Py_ssize_t count = filters == NULL ? -1 : PyList_Size(filters);
    int result = -1;
    for (Py_ssize_t i = 0; result < 0 && i < count; i++) {
        result = ignores(PyList_GetItem(filters, i));
    }
    PyErr_Clear();
    return result != 1;
}

int
pycds_shows_resource_warnings(PyObject *list)
{
    PyObject *filter = PyList_Size(list) > 0 ? PyList_GetItem(list, 0) : NULL;
    if (filter == NULL || !pycds_has_exact_type(filter, (PyObject *)&PyTuple_Type)
        || PyTuple_Size(filter) != 5) {
        return 0;
    }
    PyObject *category = PyTuple_GetItem(filter, 2);
    return PyType_IsSubtype((PyTypeObject *)pycds_type(category), &PyType_Type)
           && PyType_IsSubtype((PyTypeObject *)category, (PyTypeObject *)PyExc_Warning)
           && list_shows(list);
}

/* Whether a socket or a folder's listing that is left open might be complained of. */
static int
shows_resource_warnings(void)
{
    PyObject *filters = pycds_find_imported("warnings", "filters");
    if (filters == NULL) {
        filters = pycds_find_imported("_warnings", "filters");
    }
    return list_shows(filters);
}

static long frozen_at_start;    /* 3.12 freezes what it made before the program */

void
pycds_note_start(PyObject *gc)
{
    frozen_at_start = number(gc, "get_freeze_count");
}

const char *
pycds_observer(PyObject *gc)
{
    return !is_alone() ? "threads or interpreters are left"
        : is_traced() ? "a trace or profile function or a monitoring tool is set"
        : shows_resource_warnings() ? "warnings of unclosed files are shown"
        : number(gc, "get_debug") != 0 || !is_empty_list(gc, "callbacks")
          || !is_empty_list(gc, "garbage") ? "the cyclic collector is watched"
        : number(gc, "get_freeze_count") != frozen_at_start ? "objects are frozen"
        : NULL;
}
