/* ArchiveLoader: importlib's SourceFileLoader whose get_code() answers from an
 * archive.  All else, exec_module() too, is stock's own code: the source files are
 * in the runfiles, and frames, tracebacks and errors stay what they are. */

#include <string.h>

#include "finder.h"
#include "gc.h"
#include "memo.h"
#include "object.h"
#include "run.h"

#define REGEX_MODULE "re._compiler"

static PyObject *base_class;    /* SourceFileLoader */
static PyObject *base_exec_module;
static PyObject *name_attribute, *path_attribute;
static int regexes_wait;        /* for re._compiler, whose code was handed out */

/* Whether the str attribute of self equals the size bytes at text. */
static int
attribute_is(PyObject *self, PyObject *attribute, const char *text, size_t size)
{
    PyObject *value = PyObject_GetAttr(self, attribute);
    Py_ssize_t found_size;
    const char *found = value == NULL ? NULL : PyUnicode_AsUTF8AndSize(value, &found_size);
    int equal = found != NULL && (size_t)found_size == size
                && memcmp(found, text, size) == 0;
    pycds_drop(value);
    PyErr_Clear();
    return equal;
}

/* The archived code of the loader's own module, borrowed, or NULL. */
static PyObject *
archived_code(PyObject *self, PyObject *fullname)
{
    char path[PATH_MAX];
    uint32_t number;
    Py_ssize_t size;
    const char *name = PyUnicode_AsUTF8AndSize(fullname, &size);
    if (name == NULL) {
        PyErr_Clear();
        return NULL;
    }
    pycds_archive *archive = pycds_find_module(name, (size_t)size, &number);
    if (archive == NULL || archive->states[number] == PYCDS_REFUSED
        || archive->image.modules[number].kind != PYCDS_MODULE_SOURCE
        || pycds_has_run(archive, number)
        || !attribute_is(self, name_attribute, name, (size_t)size)) {
        return NULL;
    }
    size_t path_size = pycds_module_path(archive, number, path);
    if (path_size == 0 || !attribute_is(self, path_attribute, path, path_size)) {
        return NULL;
    }
    if (strcmp(name, REGEX_MODULE) == 0) {
        regexes_wait = pycds_has_memos(PYCDS_MEMO_REGEX);
    }
    return pycds_bind_module(archive, number);
}

static PyObject *
loader_get_code(PyObject *self, PyObject *fullname)
{
    PyObject *code = archived_code(self, fullname);
    if (code == NULL) {
        return PyObject_CallMethod(base_class, "get_code", "OO", self, fullname);
    }
    pycds_info_imported(fullname);
    Py_IncRef(code);
    return code;
}

static int
is_named(PyObject *module, const char *name)
{
    PyObject *value = PyObject_GetAttrString(module, "__name__");
    const char *text = value == NULL ? NULL : PyUnicode_AsUTF8AndSize(value, NULL);
    int result = text != NULL && strcmp(text, name) == 0;
    pycds_drop(value);
    PyErr_Clear();
    return result;
}

static PyObject *
loader_exec_module(PyObject *self, PyObject *module)
{
    pycds_gc_enter();
    PyObject *result = PyObject_CallFunctionObjArgs(base_exec_module, self, module, NULL);
    pycds_gc_leave();
    if (regexes_wait && result != NULL && is_named(module, REGEX_MODULE)) {
        regexes_wait = 0;
        pycds_install_regexes(module);
    }
    return result;
}

static PyMethodDef loader_methods[] = {
    {"exec_module", loader_exec_module, METH_O,
     "exec_module($self, module, /)\n--\n\nExecute the module."},
    {"get_code", loader_get_code, METH_O,
     "get_code($self, fullname, /)\n--\n\n"
     "The code object of the module: the archive's, else as SourceFileLoader."},
    {NULL, NULL, 0, NULL},
};

PyObject *
pycds_make_loader_class(PyObject *external)
{
    base_class = PyObject_GetAttrString(external, "SourceFileLoader");
    base_exec_module = base_class == NULL ? NULL
                       : PyObject_GetAttrString(base_class, "exec_module");
    name_attribute = PyUnicode_InternFromString("name");
    path_attribute = PyUnicode_InternFromString("path");
    return base_exec_module == NULL || name_attribute == NULL || path_attribute == NULL
           ? NULL : pycds_make_class("ArchiveLoader", base_class, loader_methods);
}
