/* Who watches every call must see importlib's own functions, not their replacements. */

#include "watch.h"

#include "object.h"

/* Python 3.12 and later: identifiers of sys.monitoring's tools are below this. */
#define MONITORING_TOOLS 6

static struct {
    PyObject *gettrace, *getprofile, *get_tool;
    PyObject *tools[MONITORING_TOOLS];
} state;

/* Whether a call gives something else than None. */
static int
gives(PyObject *function, PyObject *argument)
{
    PyObject *result = PyObject_CallFunctionObjArgs(function, argument, NULL);
    pycds_drop(result);
    return result != Py_None;
}

int
pycds_is_watched(void)
{
    if (gives(state.gettrace, NULL) || gives(state.getprofile, NULL)) {
        return 1;
    }
    for (int i = 0; state.get_tool != NULL && i < MONITORING_TOOLS; i++) {
        if (gives(state.get_tool, state.tools[i])) {
            return 1;
        }
    }
    return 0;
}

int
pycds_find_watchers(void)
{
    state.gettrace = PySys_GetObject("gettrace");
    state.getprofile = PySys_GetObject("getprofile");
    if (state.gettrace == NULL || state.getprofile == NULL) {
        return -1;
    }
    Py_IncRef(state.gettrace);
    Py_IncRef(state.getprofile);
    PyObject *monitoring = PySys_GetObject("monitoring");
    if (monitoring == NULL) {
        PyErr_Clear();
        return 0;
    }
    for (int i = 0; i < MONITORING_TOOLS; i++) {
        state.tools[i] = PyLong_FromLong(i);
    }
    state.get_tool = PyObject_GetAttrString(monitoring, "get_tool");
    return state.get_tool == NULL ? -1 : 0;
}
