/* `python app.py` reads, parses and compiles app.py at every start.  CPython announces
 * that with the audit event cpython.run_file, before it opens the file, and takes an
 * exception of the hook as it takes one of the program: traceback, exit status and
 * SystemExit are alike (Modules/main.c, pymain_run_file_obj(), 3.11 to 3.15).  So the
 * hook runs the archived code in __main__ and ends with SystemExit, which has CPython go
 * on as after the program.  What is set up here is what Python/pythonrun.c,
 * _PyRun_SimpleFile(), does. */

#include "run.h"

#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "exit.h"
#include "host.h"
#include "object.h"
#include "quick.h"
#include "report.h"

#define PY_FILE_INPUT 257       /* Include/compile.h, Py_file_input */

static struct {
    pycds_archive *archive;     /* NULL: none */
    uint32_t number;
} ran;

int
pycds_has_run(const pycds_archive *archive, uint32_t number)
{
    return ran.archive == archive && ran.number == number;
}

/* The archive whose main file is at path, or NULL. */
static pycds_archive *
find_main(const char *path, size_t size, uint32_t *number)
{
    char file[PATH_MAX];
    for (pycds_archive *a = pycds_archives; a != NULL; a = a->next) {
        *number = a->image.header->main - 1;
        if (a->image.header->main > 0 && pycds_module_path(a, *number, file) == size
            && memcmp(file, path, size) == 0) {
            return a;
        }
    }
    return NULL;
}

/* Modules/main.c, pymain_get_importer(): zipimport opens the file and looks for a directory
 * of files at its end.  What PyImport_GetImporter() leaves of that is None in
 * sys.path_importer_cache, and if it is there, nobody is asked. */
void
pycds_run_expect(void)
{
    uint32_t number;
    Py_ssize_t size;
    PyObject *argv = PySys_GetObject("argv");
    PyObject *path = argv == NULL ? NULL : PyList_GetItem(argv, 0);
    const char *text = path == NULL ? NULL : PyUnicode_AsUTF8AndSize(path, &size);
    PyObject *cache = PySys_GetObject("path_importer_cache");
    if (text != NULL && cache != NULL && find_main(text, (size_t)size, &number) != NULL) {
        PyDict_SetItem(cache, path, Py_None);
    }
    PyErr_Clear();
}

/* Sets the attributes of __main__ that belong to a file.  0, or -1 with an exception. */
static int
set_attributes(PyObject *dict, PyObject *path)
{
    PyObject *external = pycds_get_module("_frozen_importlib_external");
    PyObject *loader = external == NULL ? NULL
        : PyObject_CallMethod(external, "SourceFileLoader", "sO", "__main__", path);
    int result = loader == NULL || PyDict_SetItemString(dict, "__file__", path) < 0
                 || (pycds_sets_cached()
                     && PyDict_SetItemString(dict, "__cached__", Py_None) < 0)
                 || PyDict_SetItemString(dict, "__loader__", loader) < 0 ? -1 : 0;
    pycds_drop(external);
    pycds_drop(loader);
    return result;
}

/* Each, whether or not the program has removed the other. */
static void
remove_attributes(PyObject *dict)
{
    if (PyDict_DelItemString(dict, "__file__") < 0) {
        PyErr_Clear();
    }
    if (pycds_sets_cached() && PyDict_DelItemString(dict, "__cached__") < 0) {
        PyErr_Clear();
    }
}

static void
flush(const char *name)
{
    PyObject *file = PySys_GetObject(name);
    if (file != NULL && file != Py_None) {
        pycds_drop(PyObject_CallMethod(file, "flush", NULL));
        PyErr_Clear();
    }
}

/* As flush_io(): before an exception is shown, too. */
static void
flush_streams(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    flush("stderr");
    flush("stdout");
    PyErr_Restore(type, value, traceback);
}

/* At its end the interpreter kills itself with SIGINT if code that it compiled itself
 * ended in KeyboardInterrupt, so such code does (Python/pythonrun.c, run_eval_code_obj()). */
static void
note_interrupt(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *dict = PyDict_New();
    if (dict != NULL) {
        pycds_drop(PyRun_StringFlags("raise KeyboardInterrupt", PY_FILE_INPUT, dict, dict, NULL));
        Py_DecRef(dict);
    }
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}

/* Whether stock takes the attributes away and leaves the exception to its caller, as we
 * leave it to ours; before gh-152132 it shows the exception first, and leaves the process
 * for SystemExit.  3.13.15, 3.14.7. */
static int
removes_first(void)
{
    unsigned long minor = Py_Version >> 16 & 0xff, micro = Py_Version >> 8 & 0xff;
    return minor > 14 || (minor == 14 && micro >= 7) || (minor == 13 && micro >= 15);
}

/* What follows on an exception of the program; drops the reference to the module.  Where
 * the process is left for SystemExit, a reference to dict would keep what it holds alive. */
static void
end_in_exception(PyObject *module, PyObject *dict)
{
    PyObject *type, *value, *traceback;
    int stays = !PyErr_ExceptionMatches(PyExc_SystemExit);
    if (removes_first()) {
        PyErr_Fetch(&type, &value, &traceback);
        remove_attributes(dict);
        Py_DecRef(module);
        PyErr_Restore(type, value, traceback);
        return;
    }
    if (stays) {
        Py_IncRef(dict);
    }
    Py_DecRef(module);
    PyErr_Print();
    if (stays) {
        remove_attributes(dict);
        Py_DecRef(dict);
    }
}

/* Has CPython go on as after the program.  -1. */
static int
raise_exit(long status)
{
    PyObject *exit_status = PyLong_FromLong(status);
    PyErr_SetObject(PyExc_SystemExit, exit_status);
    pycds_drop(exit_status);
    return -1;
}

int
pycds_run_file(PyObject *path)
{
    uint32_t number;
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(path, &size);
    pycds_archive *archive = text == NULL ? NULL : find_main(text, (size_t)size, &number);
    PyErr_Clear();
    if (archive == NULL || pycds_sets_cached() < 0 || pycds_flag("inspect", 1) != 0
        || pycds_flag("interactive", 1) != 0 || access(text, R_OK) != 0) {
        return 0;
    }
    PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "__main__");
    PyObject *dict = module == NULL ? NULL : PyModule_GetDict(module);
    PyObject *code = dict == NULL || PyDict_GetItemString(dict, "__file__") != NULL
                     ? NULL : pycds_bind_module(archive, number);
    if (code == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_IncRef(module);
    if (set_attributes(dict, path) < 0) {
        PyErr_Clear();
        Py_DecRef(module);
        return 0;
    }
    ran.archive = archive;
    ran.number = number;
    pycds_say("%s: run from the archive", text);
    PyObject *result = PyEval_EvalCode(code, dict, dict);
    long status = result == NULL;
    flush_streams();
    if (result != NULL) {
        Py_DecRef(result);
        remove_attributes(dict);
        Py_DecRef(module);
        pycds_exit_expect(0);
    }
    else {
        if (PyErr_Occurred() == PyExc_KeyboardInterrupt) {
            note_interrupt();
        }
        pycds_exit_expect_exception();
        end_in_exception(module, dict);
        if (PyErr_Occurred() != NULL) {
            return -1;
        }
    }
    return raise_exit(status);
}

/* Modules/main.c, pymain_run_module().  A folder is run as its module __main__, with
 * another sys.argv. */
int
pycds_run_module(PyObject *name)
{
    const char *text = PyUnicode_AsUTF8AndSize(name, NULL);
    if (text == NULL || strcmp(text, "__main__") == 0 || !pycds_exit_wants_status()
        || pycds_flag("inspect", 1) != 0
        || pycds_flag("interactive", 1) != 0) {
        PyErr_Clear();
        return 0;
    }
    PyObject *runpy = PyImport_ImportModule("runpy");
    PyObject *result = runpy == NULL ? NULL
        : PyObject_CallMethod(runpy, "_run_module_as_main", "OO", name, Py_True);
    pycds_drop(runpy);
    if (result == NULL) {
        if (PyErr_Occurred() == PyExc_KeyboardInterrupt) {
            note_interrupt();
        }
        pycds_exit_expect_exception();
        return -1;
    }
    Py_DecRef(result);
    pycds_exit_expect(0);
    return raise_exit(0);
}
