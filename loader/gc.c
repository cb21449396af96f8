/* An import makes objects that stay: modules, functions, classes.  The collector looks
 * at them again and again and finds next to nothing.  So its threshold is raised while
 * archived modules are imported, and afterwards what they made counts as old, as if it
 * had survived the collections that did not happen.
 *
 * The threshold is used, not gc.disable(): a module that asks whether collection is on,
 * or turns it on or off, or sets a threshold, gets what it wants.  It is finite, so
 * that a program that runs inside of an import does not pile up garbage.
 *
 * The interpreter's own start is 2 (3.14) to 7 (3.11) collections, 2 % of a small
 * program's time.  No code runs then that could ask, so the collector is off.  Not in 3.12,
 * where collections move immortal objects to those of gc.freeze(), which counts them. */

#include "gc.h"

#include <string.h>

#include "host.h"
#include "object.h"

/* Allocations less deallocations of containers until a collection (gc.set_threshold). */
#define DEFERRED_THRESHOLD 250000

/* At most this many new containers are left to the collector: below, it is cheap. */
#define FEW_CONTAINERS 2000

/* A large program's imports make more containers than the threshold.  Every so many
 * inner imports those made so far are looked at. */
#define IMPORTS_A_LOOK 32
#define MANY_CONTAINERS (DEFERRED_THRESHOLD / 4)

static struct {
    enum { OFF, DEFER, FREEZE } wanted, mode;   /* mode is OFF until set up */
    int may_pause, paused;
    int depth;                  /* of archived imports */
    int raised;                 /* the threshold is ours */
    unsigned int ended;         /* inner imports */
    PyObject *get_threshold, *set_threshold, *get_count;
    PyObject *get_freeze_count, *freeze, *unfreeze;
    PyObject *before;           /* the three thresholds */
} state;

void
pycds_gc_set_mode(const char *mode)
{
    state.wanted = mode == NULL ? OFF : strcmp(mode, "defer") == 0 ? DEFER
                   : strcmp(mode, "freeze") == 0 ? FREEZE : OFF;
    state.may_pause = state.wanted != OFF && (Py_Version >> 16 & 0xff) != 12;
}

void
pycds_gc_set_up(void)
{
    const struct { PyObject **function; const char *name; } functions[] = {
        {&state.get_threshold, "get_threshold"}, {&state.set_threshold, "set_threshold"},
        {&state.get_count, "get_count"}, {&state.get_freeze_count, "get_freeze_count"},
        {&state.freeze, "freeze"}, {&state.unfreeze, "unfreeze"},
    };
    PyObject *module = state.wanted == OFF ? NULL : pycds_gc_module();
    int ok = module != NULL;
    for (size_t i = 0; ok && i < sizeof(functions) / sizeof(functions[0]); i++) {
        *functions[i].function = PyObject_GetAttrString(module, functions[i].name);
        ok = *functions[i].function != NULL;
    }
    PyErr_Clear();
    state.mode = ok ? state.wanted : OFF;
}

/* A number of the tuple that the function gives, or -1. */
static long
first_number(PyObject *function, PyObject **tuple)
{
    PyObject *result = PyObject_CallFunctionObjArgs(function, NULL);
    PyObject *item = result == NULL ? NULL : PyTuple_GetItem(result, 0);
    long number = item == NULL ? -1 : PyLong_AsLong(item);
    if (tuple != NULL) {
        *tuple = result;
    }
    else {
        pycds_drop(result);
    }
    return number;
}

static void
raise_threshold(void)
{
    PyObject *before = NULL;
    long threshold = first_number(state.get_threshold, &before);
    /* 0 is for never. */
    if (threshold > 0 && threshold < DEFERRED_THRESHOLD && PyTuple_Size(before) == 3) {
        PyObject *result = PyObject_CallFunction(
            state.set_threshold, "lOO", (long)DEFERRED_THRESHOLD,
            PyTuple_GetItem(before, 1), PyTuple_GetItem(before, 2));
        state.raised = result != NULL;
        pycds_drop(result);
    }
    if (state.raised) {
        state.before = before;
    }
    else {
        pycds_drop(before);
    }
}

static void
restore_threshold(void)
{
    /* Another threshold is the program's own. */
    if (first_number(state.get_threshold, NULL) == DEFERRED_THRESHOLD) {
        pycds_drop(PyObject_Call(state.set_threshold, state.before, NULL));
    }
    pycds_drop(state.before);
    state.before = NULL;
    state.raised = 0;
}

/* Makes all containers old in a few pointer operations: freeze() moves them to the
 * permanent generation, unfreeze() from there to the oldest. */
static void
make_old(void)
{
    PyObject *frozen = PyObject_CallFunctionObjArgs(state.get_freeze_count, NULL);
    if (frozen != NULL && PyLong_AsLong(frozen) == 0) {
        pycds_drop(PyObject_CallFunctionObjArgs(state.freeze, NULL));
        pycds_drop(PyObject_CallFunctionObjArgs(state.unfreeze, NULL));
    }
    pycds_drop(frozen);
}

void
pycds_gc_pause(void)
{
    if (state.may_pause && PyGILState_GetThisThreadState() != NULL) {
        state.may_pause = 0;
        state.paused = PyGC_Disable();
    }
}

void
pycds_gc_resume(void)
{
    state.may_pause = 0;
    if (state.paused) {
        state.paused = 0;
        if (state.mode == FREEZE) {
            pycds_drop(PyObject_CallFunctionObjArgs(state.freeze, NULL));
        }
        else if (state.mode == DEFER) {
            make_old();
        }
        PyErr_Clear();
        PyGC_Enable();
    }
}

void
pycds_gc_enter(void)
{
    if (state.mode != OFF && state.depth++ == 0) {
        raise_threshold();
        PyErr_Clear();
    }
}

void
pycds_gc_leave(void)
{
    if (state.mode == OFF) {
        return;
    }
    int inner = --state.depth > 0;
    if (!state.raised || (inner && ++state.ended % IMPORTS_A_LOOK != 0)) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (state.mode == FREEZE && !inner) {
        pycds_drop(PyObject_CallFunctionObjArgs(state.freeze, NULL));
    }
    else if (first_number(state.get_count, NULL) > (inner ? MANY_CONTAINERS : FEW_CONTAINERS)) {
        make_old();
    }
    if (!inner) {
        restore_threshold();
    }
    PyErr_Restore(type, value, traceback);
}
