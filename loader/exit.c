/* At its end CPython collects cyclic garbage up to four times, over all that imports made,
 * and frees the rest piece by piece; then the kernel takes the memory anyway.  A large
 * program spends as long on that as on its imports.  Where nothing could be seen of it
 * (leftovers.h says when), the process ends here, as soon as the program's own handlers
 * have run.
 *
 * The place is the atexit handler that was registered first, and so is called last:
 * threads are joined by then, and what is left is to flush the standard streams, which
 * is done here too, and the finalization (Python/pylifecycle.c, Py_FinalizeEx(), 3.11 to
 * 3.15).  The exit status is known because run.c has seen the program end. */

#include "exit.h"

#include <stdlib.h>
#include <string.h>

#include "foreign.h"
#include "host.h"
#include "leftovers.h"
#include "object.h"
#include "report.h"

static struct {
    enum { FULL, QUICK, NOW } mode;
    int ended;                  /* the program, and status is known */
    int status;
    int inspected;              /* an interactive session followed, and may have ended it */
    const char *memory;         /* a variable that has memory watched, or NULL */
    int other_hooks;            /* audit hooks of the program */
} state;

/* sys.NAME.flush(), as flush_std_files() has it but silent.  0, or -1 if the stream cannot
 * be flushed or, in mode "quick", is not of a kind that CPython makes: then nothing is
 * lost, and the finalization tries again and complains. */
static int
flush(const char *name)
{
    PyObject *file = PySys_GetObject(name);
    if (file == NULL || file == Py_None) {
        return 0;
    }
    if (state.mode == QUICK && !pycds_is_plain_text_stream(file)) {
        return -1;
    }
    PyObject *closed = PyObject_GetAttrString(file, "closed");
    PyObject *result = closed == NULL ? NULL
                       : closed == Py_True ? pycds_none()
                       : PyObject_CallMethod(file, "flush", NULL);
    pycds_drop(closed);
    pycds_drop(result);
    PyErr_Clear();
    return result == NULL ? -1 : 0;
}

static int
flush_streams(void)
{
    static const char *const names[] = {"stdout", "stderr", "__stdout__", "__stderr__"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (flush(names[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && *value != '\0';
}

/* Why the finalization is needed, or NULL. */
static const char *
why_full(void)
{
    if (state.inspected || is_set("PYTHONINSPECT")) {
        return "PYTHONINSPECT is set";
    }
    if (state.mode == NOW) {
        return flush_streams() < 0 ? "a standard stream cannot be flushed" : NULL;
    }
    if (state.memory != NULL) {
        return state.memory;
    }
    if (pycds_flag("dev_mode", 1) != 0) {
        return "-X dev";
    }
    if (state.other_hooks) {
        return "the program has audit hooks";
    }
    const char *why = pycds_leftovers(pycds_gc_module());
    if (why == NULL && flush_streams() < 0) {
        why = "a standard stream is not plain, or cannot be flushed";
    }
    return why;
}

static PyObject *
at_exit(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    /* A frame: the program itself calls its handlers. */
    if (!state.ended || PyEval_GetFrame() != NULL) {
        return pycds_none();
    }
    const char *why = why_full();
    if (why == NULL) {
        pycds_say(state.mode == NOW ? "exit: now" : "exit: quick");
        exit(state.status);
    }
    pycds_say("exit: full: %s", why);
    pycds_forget_leftovers();
    return pycds_none();
}

static PyMethodDef at_exit_method = {"at_exit", at_exit, METH_NOARGS, NULL};

void
pycds_exit_set_mode(const char *mode)
{
    int wanted = mode == NULL ? FULL : strcmp(mode, "quick") == 0 ? QUICK
                 : strcmp(mode, "now") == 0 ? NOW : FULL;
    if (wanted == FULL) {
        return;
    }
    state.memory = is_set("PYTHONMALLOC") ? "PYTHONMALLOC is set"
                   : is_set("PYTHONMALLOCSTATS") ? "PYTHONMALLOCSTATS is set" : NULL;
    PyObject *module = pycds_make_builtin("atexit");
    PyObject *gc = pycds_gc_module();
    if (gc != NULL) {
        pycds_note_start(gc);
        pycds_note_shared_objects();
    }
    PyObject *function = gc == NULL || module == NULL ? NULL
                         : PyCFunction_NewEx(&at_exit_method, NULL, NULL);
    PyObject *result = function == NULL ? NULL
                       : PyObject_CallMethod(module, "register", "O", function);
    state.mode = result != NULL ? wanted : FULL;
    pycds_drop(module);
    pycds_drop(function);
    pycds_drop(result);
    PyErr_Clear();
}

int
pycds_exit_wants_status(void)
{
    return state.mode != FULL;
}

void
pycds_exit_expect(int status)
{
    state.ended = 1;
    state.status = status;
    state.inspected = is_set("PYTHONINSPECT");
}

void
pycds_exit_expect_exception(void)
{
    PyObject *type, *value, *traceback;
    if (state.mode == FULL || !PyErr_ExceptionMatches(PyExc_SystemExit)) {
        return;
    }
    PyErr_Fetch(&type, &value, &traceback);
    /* What sys.exit() was given, with no instance made of it yet (3.11); or an instance. */
    PyObject *code = value == NULL ? pycds_none() : value;
    if (value != NULL && pycds_has_exact_type(value, PyExc_SystemExit)) {
        code = PyObject_GetAttrString(value, "code");
    }
    else if (value != NULL) {
        Py_IncRef(value);
    }
    /* Anything but None and an int is printed first (handle_system_exit()). */
    if (type == PyExc_SystemExit && code == Py_None) {
        pycds_exit_expect(0);
    }
    else if (type == PyExc_SystemExit && code != NULL
             && pycds_has_exact_type(code, (PyObject *)&PyLong_Type)) {
        int status = (int)PyLong_AsLong(code);
        if (PyErr_Occurred() == NULL) {
            pycds_exit_expect(status);
        }
    }
    pycds_drop(code);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}

void
pycds_exit_audit_event(const char *event, PyObject *args)
{
    if (event[0] == 's' && strcmp(event, "sys.addaudithook") == 0) {
        state.other_hooks = 1;
    }
    pycds_database_audit_event(event);
    pycds_foreign_audit_event(event, args);
}
