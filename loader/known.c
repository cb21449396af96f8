/* The standard library has classes with a __del__() that does nothing once an object is
 * closed or done, as most are at a program's end. */

#include "leftovers.h"

#include <string.h>

#include "object.h"

/* What an attribute is then. */
static const struct {
    const char *module, *name, *file, *attribute;
    enum { IS_NONE, IS_NOT_NONE, IS_TRUE, IS_ANY } wanted;
} known[] = {
    {"subprocess", "Popen", "/subprocess.py", "returncode", IS_NOT_NONE},
    {"zipfile", "ZipFile", "/zipfile", "fp", IS_NONE},
    {"tempfile", "_TemporaryFileCloser", "/tempfile.py", "close_called", IS_TRUE},
    {"asyncio.unix_events", "_UnixSelectorEventLoop", "/asyncio/base_events.py",
     "_closed", IS_TRUE},
    /* It closes a file descriptor. */
    {"multiprocessing.connection", "Connection", "/multiprocessing/connection.py",
     "_handle", IS_ANY},
};
#define NKNOWN (sizeof(known) / sizeof(known[0]))
static PyObject *classes[NKNOWN];       /* NULL if not imported, or changed */

/* The classes of known[] whose finalizers are still the library's. */
void
pycds_find_known_classes(const char *stdlib)
{
    for (size_t i = 0; i < NKNOWN; i++) {
        PyObject *type = pycds_find_imported(known[i].module, known[i].name);
        PyObject *finalizer = type == NULL ? NULL : PyObject_GetAttrString(type, "__del__");
        PyObject *code = finalizer == NULL ? NULL : PyObject_GetAttrString(finalizer, "__code__");
        PyObject *file = code == NULL ? NULL : PyObject_GetAttrString(code, "co_filename");
        const char *text = file == NULL ? NULL : PyUnicode_AsUTF8AndSize(file, NULL);
        size_t size = strlen(stdlib);
        classes[i] = text != NULL && strncmp(text, stdlib, size) == 0
                         && strncmp(text + size, known[i].file, strlen(known[i].file)) == 0
                         ? type : NULL;
        pycds_drop(finalizer);
        pycds_drop(code);
        pycds_drop(file);
        PyErr_Clear();
    }
}

int
pycds_is_known_class(PyObject *type)
{
    return pycds_is_one_of(type, classes, NKNOWN);
}

int
pycds_known_is_harmless(PyObject *object)
{
    size_t i = 0;
    while (classes[i] != pycds_type(object)) {
        i++;
    }
    PyObject *value = PyObject_GetAttrString(object, known[i].attribute);
    int result = known[i].wanted == IS_ANY
                 || (value != NULL && (known[i].wanted == IS_NONE ? value == Py_None
                                       : known[i].wanted == IS_TRUE ? value == Py_True
                                       : value != Py_None));
    pycds_drop(value);
    PyErr_Clear();
    return result;
}
