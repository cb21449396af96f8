/* The module _pycds: what the loader did, for tests and tools.  It is in no list of
 * modules; the finder answers when asked for it. */

#include <string.h>

#include "finder.h"
#include "memo.h"
#include "object.h"

static PyObject *finder_class, *loader_class;
static PyObject *early;         /* list: names in sys.modules before the first archived import */
static PyObject *imported;      /* list: names in the order their code was handed out */

void
pycds_info_set_classes(PyObject *finder, PyObject *loader)
{
    finder_class = finder;
    loader_class = loader;
}

int
pycds_info_early(void)
{
    early = PyDict_Keys(PyImport_GetModuleDict());
    imported = PyList_New(0);
    return early == NULL || imported == NULL ? -1 : 0;
}

void
pycds_info_imported(PyObject *name)
{
    if (PyList_Append(imported, name) < 0) {
        PyErr_Clear();
    }
}

/* Stores a new reference under key, and gives it up. */
static int
put(PyObject *dict, const char *key, PyObject *value)
{
    if (value == NULL) {
        return -1;
    }
    int result = PyDict_SetItemString(dict, key, value);
    Py_DecRef(value);
    return result;
}

static PyObject *
info_stats(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    const pycds_archive *a = pycds_archives;
    const pycds_image *image = &a->image;
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    if (put(dict, "archive", pycds_decode_path(a->path, strlen(a->path))) < 0
        || put(dict, "base", PyLong_FromUnsignedLongLong((uintptr_t)image->start)) < 0
        || put(dict, "prelinked", PyBool_FromLong(image->prelinked)) < 0
        || put(dict, "modules", PyLong_FromLong((long)image->header->modules.count)) < 0
        || put(dict, "imported", PySequence_List(imported)) < 0
        || put(dict, "early", PySequence_List(early)) < 0) {
        Py_DecRef(dict);
        return NULL;
    }
    return dict;
}

static PyObject *
info_module_names(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    PyObject *list = PyList_New(0);
    for (const pycds_archive *a = pycds_archives; a != NULL && list != NULL; a = a->next) {
        for (uint32_t i = 0; i < a->image.header->modules.count; i++) {
            const pycds_module *m = &a->image.modules[i];
            if (m->kind != PYCDS_MODULE_SOURCE
                || pycds_image_find(&a->image, (const char *)a->image.start + m->name,
                                    m->name_size) != i) {
                continue;       /* an entry no import can reach */
            }
            PyObject *name = PyUnicode_FromStringAndSize(
                (const char *)a->image.start + m->name, m->name_size);
            int failed = name == NULL || PyList_Append(list, name) < 0;
            pycds_drop(name);
            if (failed) {
                Py_DecRef(list);
                return NULL;
            }
        }
    }
    return list;
}

static PyObject *
info_get_code(PyObject *self, PyObject *fullname)
{
    (void)self;
    uint32_t number;
    Py_ssize_t size;
    const char *name = PyUnicode_AsUTF8AndSize(fullname, &size);
    if (name == NULL) {
        return NULL;
    }
    pycds_archive *a = pycds_find_module(name, (size_t)size, &number);
    PyObject *code = a == NULL || a->image.modules[number].kind != PYCDS_MODULE_SOURCE
                     ? NULL : pycds_bind_module(a, number);
    if (code == NULL) {
        return PyErr_Format(PyExc_ImportError, "no usable archived module %s", name);
    }
    Py_IncRef(code);
    return code;
}

/* A new list of what the function says of the archives' memos of the kind. */
static PyObject *
list_memos(uint32_t kind, PyObject *(*describe)(const void *, uint64_t))
{
    PyObject *list = PyList_New(0);
    for (const pycds_archive *a = pycds_archives; a != NULL && list != NULL; a = a->next) {
        for (uint32_t i = 0; i < a->image.header->memos.count; i++) {
            const pycds_memo *memo = &a->image.memos[i];
            if (memo->kind != kind || !pycds_image_memo_ok(&a->image, memo)) {
                continue;
            }
            PyObject *item = describe(pycds_image_at(&a->image, memo->block),
                                      memo->block_size);
            int failed = item == NULL ? PyErr_Occurred() != NULL
                         : PyList_Append(list, item) < 0;
            pycds_drop(item);
            if (failed) {
                Py_DecRef(list);
                return NULL;
            }
        }
    }
    return list;
}

static PyObject *
info_regexes(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    return list_memos(PYCDS_MEMO_REGEX, pycds_describe_regex);
}

static PyObject *
info_sources(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    return list_memos(PYCDS_MEMO_SOURCE, pycds_describe_source);
}

static PyMethodDef info_methods[] = {
    {"stats", info_stats, METH_NOARGS,
     "stats($module, /)\n--\n\n"
     "What is in use: archive (its path), base (its address), prelinked, modules (how\n"
     "many), imported (names, in order), early (names imported before)."},
    {"module_names", info_module_names, METH_NOARGS,
     "module_names($module, /)\n--\n\nThe names of all archived modules, sorted."},
    {"get_code", info_get_code, METH_O,
     "get_code($module, fullname, /)\n--\n\n"
     "The archived code object of a module; ImportError if it cannot be used."},
    {"regexes", info_regexes, METH_NOARGS,
     "regexes($module, /)\n--\n\n"
     "(pattern, flags) of each archived call of re._compiler.compile()."},
    {"sources", info_sources, METH_NOARGS,
     "sources($module, /)\n--\n\n"
     "(source, filename, mode, flags) of each archived call of compile(), exec() or eval()."},
    {NULL, NULL, 0, NULL},
};

PyObject *
pycds_make_info_module(void)
{
    PyObject *module = PyModule_New("_pycds");
    if (module == NULL) {
        return NULL;
    }
    if (PyModule_AddFunctions(module, info_methods) < 0
        || PyObject_SetAttrString(module, "ArchiveFinder", finder_class) < 0
        || PyObject_SetAttrString(module, "ArchiveLoader", loader_class) < 0) {
        Py_DecRef(module);
        return NULL;
    }
    return module;
}
