/* ArchiveLoader: importlib's SourceFileLoader whose get_code() answers from an
 * archive.  All else, exec_module() too, is stock's own code: the source files are
 * in the runfiles, and frames, tracebacks and errors stay what they are. */

#include <string.h>

#include "finder.h"

static PyObject *base_class;    /* SourceFileLoader */
static PyObject *name_attribute, *path_attribute;

/* Whether the str attribute of self equals the size bytes at text. */
static int
attribute_is(PyObject *self, PyObject *attribute, const char *text, size_t size)
{
    PyObject *value = PyObject_GetAttr(self, attribute);
    Py_ssize_t found_size;
    const char *found = value == NULL ? NULL : PyUnicode_AsUTF8AndSize(value, &found_size);
    int equal = found != NULL && (size_t)found_size == size
                && memcmp(found, text, size) == 0;
    if (value != NULL) {
        Py_DecRef(value);
    }
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
        || !attribute_is(self, name_attribute, name, (size_t)size)) {
        return NULL;
    }
    size_t path_size = pycds_module_path(archive, number, path);
    if (path_size == 0 || !attribute_is(self, path_attribute, path, path_size)) {
        return NULL;
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

static PyMethodDef loader_methods[] = {
    {"get_code", loader_get_code, METH_O,
     "get_code($self, fullname, /)\n--\n\n"
     "The code object of the module: the archive's, else as SourceFileLoader."},
    {NULL, NULL, 0, NULL},
};

PyObject *
pycds_make_loader_class(PyObject *external)
{
    base_class = PyObject_GetAttrString(external, "SourceFileLoader");
    name_attribute = PyUnicode_InternFromString("name");
    path_attribute = PyUnicode_InternFromString("path");
    return base_class == NULL || name_attribute == NULL || path_attribute == NULL
           ? NULL : pycds_make_class("ArchiveLoader", base_class, loader_methods);
}
