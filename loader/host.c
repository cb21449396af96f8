/* Reads host.h's facts through sys. */

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

/* The minor versions the archiver can lay out. */
#define FIRST_MINOR 11
#define LAST_MINOR 15

long
pycds_flag(const char *name, long fallback)
{
    PyObject *flags = PySys_GetObject("flags");
    PyObject *value = flags == NULL ? NULL : PyObject_GetAttrString(flags, name);
    long result = value == NULL ? -1 : PyLong_AsLong(value);
    pycds_drop(value);
    if (PyErr_Occurred() != NULL) {
        PyErr_Clear();
        return fallback;
    }
    return result;
}

PyObject *
pycds_get_module(const char *name)
{
    PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), name);
    if (module != NULL) {
        Py_IncRef(module);
    }
    return module;
}

PyObject *
pycds_make_builtin(const char *name)
{
    PyObject *imp = pycds_get_module("_imp");
    PyObject *bootstrap = pycds_get_module("_frozen_importlib");
    PyObject *spec = bootstrap == NULL ? NULL
        : PyObject_CallMethod(bootstrap, "ModuleSpec", "sO", name, Py_None);
    PyObject *module = imp == NULL || spec == NULL ? NULL
                       : PyObject_CallMethod(imp, "create_builtin", "O", spec);
    PyObject *result = module == NULL ? NULL
                       : PyObject_CallMethod(imp, "exec_builtin", "O", module);
    if (result == NULL) {
        pycds_drop(module);
        module = NULL;
    }
    pycds_drop(imp);
    pycds_drop(bootstrap);
    pycds_drop(spec);
    pycds_drop(result);
    return module;
}

PyObject *
pycds_gc_module(void)
{
    static PyObject *module;
    if (module == NULL) {
        module = pycds_make_builtin("gc");
        PyErr_Clear();
    }
    return module;
}

static const char *
sys_string(const char *name)
{
    PyObject *object = PySys_GetObject(name);
    const char *text = object == NULL ? NULL : PyUnicode_AsUTF8AndSize(object, NULL);
    if (text == NULL) {
        PyErr_Clear();
        return "";
    }
    return text;
}

/* -X no_debug_ranges: code objects made at run time have no columns. */
static int
has_no_debug_ranges(void)
{
    PyObject *options = PySys_GetObject("_xoptions");
    if (options != NULL && PyDict_GetItemString(options, "no_debug_ranges") != NULL) {
        return 1;
    }
    const char *value = getenv("PYTHONNODEBUGRANGES");
    return value != NULL && *value != '\0' && pycds_flag("ignore_environment", 0) == 0;
}

int
pycds_read_host(pycds_host *host, pycds_refusal *refusal)
{
    unsigned long minor = Py_Version >> 16 & 0xff;
    const char *abiflags = sys_string("abiflags");

    memset(refusal, 0, sizeof(*refusal));
    if (Py_Version >> 24 != 3 || minor < FIRST_MINOR || minor > LAST_MINOR) {
        char wanted[32], found[32];
        snprintf(wanted, sizeof(wanted), "CPython 3.%d to 3.%d", FIRST_MINOR, LAST_MINOR);
        snprintf(found, sizeof(found), "%lu.%lu", Py_Version >> 24, minor);
        return pycds_refuse(refusal, PYCDS_REFUSE_UNKNOWN_PYTHON, wanted, found);
    }
    if (strchr(abiflags, 't') != NULL) {
        return pycds_refuse(refusal, PYCDS_REFUSE_FREE_THREADED, "a build with the GIL",
                            "a free-threaded build");
    }
    if (pycds_flag("verbose", 0) != 0) {
        return pycds_refuse(refusal, PYCDS_REFUSE_OPTION, "no -v", "-v");
    }
    if (has_no_debug_ranges()) {
        return pycds_refuse(refusal, PYCDS_REFUSE_OPTION, "debug ranges",
                            "-X no_debug_ranges");
    }
    host->py_version = (uint32_t)(Py_Version & 0xffff0000);
    host->pyc_magic = (uint32_t)PyImport_GetMagicNumber();
    host->abi_flags = strchr(abiflags, 'd') != NULL ? PYCDS_ABI_DEBUG : 0;
    host->optimize = (uint32_t)pycds_flag("optimize", 0);
    host->sys_version = sys_string("version");
    return 0;
}
