/* Makes an image's objects part of the running interpreter: resolves symbols,
 * interns strings, builds frozensets, fills in the path. */

#include "archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "host.h"
#include "prepare.h"
#include "report.h"

pycds_archive *pycds_archives;

static PyObject *
constant_type(uint32_t kind)
{
    switch (kind) {
    case PYCDS_SYM_NONE: return &_Py_NoneStruct;
    case PYCDS_SYM_TRUE: return &_Py_TrueStruct;
    case PYCDS_SYM_FALSE: return &_Py_FalseStruct;
    case PYCDS_SYM_ELLIPSIS: return &_Py_EllipsisObject;
    case PYCDS_SYM_UNICODE_TYPE: return (PyObject *)&PyUnicode_Type;
    case PYCDS_SYM_BYTES_TYPE: return (PyObject *)&PyBytes_Type;
    case PYCDS_SYM_LONG_TYPE: return (PyObject *)&PyLong_Type;
    case PYCDS_SYM_FLOAT_TYPE: return (PyObject *)&PyFloat_Type;
    case PYCDS_SYM_COMPLEX_TYPE: return (PyObject *)&PyComplex_Type;
    case PYCDS_SYM_TUPLE_TYPE: return (PyObject *)&PyTuple_Type;
    case PYCDS_SYM_CODE_TYPE: return (PyObject *)&PyCode_Type;
    case PYCDS_SYM_SLICE_TYPE: return (PyObject *)&PySlice_Type;
    default: return NULL;
    }
}

/* The interned one-character str: on 3.11 that of an identifier is not the one that
 * chr() gives, but one of the interpreter's static identifiers. */
static PyObject *
make_latin1(int32_t code_point)
{
    PyObject *str = code_point >= 0 && code_point < 256
                    ? PyUnicode_FromOrdinal(code_point) : NULL;
    if (str != NULL) {
        PyUnicode_InternInPlace(&str);
    }
    return str;
}

static PyObject *
make_symbol(const pycds_symbol *symbol)
{
    switch (symbol->kind) {
    case PYCDS_SYM_EMPTY_STR: return PyUnicode_FromStringAndSize("", 0);
    case PYCDS_SYM_EMPTY_BYTES: return PyBytes_FromStringAndSize("", 0);
    case PYCDS_SYM_EMPTY_TUPLE: return PyTuple_New(0);
    case PYCDS_SYM_SMALL_INT: return PyLong_FromLong(symbol->arg);
    case PYCDS_SYM_LATIN1: return make_latin1(symbol->arg);
    default: return NULL;
    }
}

/* The runtime's own object, or NULL.  One that is not the same each time it is
 * asked for is no singleton, and code compiled to share it must not be used. */
static PyObject *
resolve_symbol(const pycds_symbol *symbol)
{
    PyObject *object = constant_type(symbol->kind);
    if (object != NULL) {
        return object;
    }
    object = make_symbol(symbol);
    PyObject *again = object == NULL ? NULL : make_symbol(symbol);
    if (object == NULL || object != again) {
        PyErr_Clear();
        return NULL;
    }
    return object;      /* references kept: it lives as long as the process */
}

static int
resolve_symbols(pycds_image *image, pycds_refusal *refusal)
{
    for (uint32_t i = 0; i < image->header->symbols.count; i++) {
        const pycds_symbol *symbol = &image->symbols[i];
        PyObject *object = resolve_symbol(symbol);
        if (object == NULL) {
            char found[64];
            snprintf(found, sizeof(found), "kind %lu, arg %ld",
                     (unsigned long)symbol->kind, (long)symbol->arg);
            return pycds_refuse(refusal, PYCDS_REFUSE_SYMBOL,
                                "an object or type of this interpreter", found);
        }
        image->addresses[i] = (uint64_t)(uintptr_t)object;
    }
    pycds_image_link(image);
    return 0;
}

static void
archive_free(pycds_archive *archive)
{
    if (archive != NULL) {
        pycds_image_close(&archive->image);
        free(archive->path);
        free(archive->roots[PYCDS_ROOT_RUNFILES]);
        free(archive->roots[PYCDS_ROOT_STDLIB]);
        free(archive->canon);
        free(archive->states);
        free(archive);
    }
}

/* What pycds_archive_begin() has opened: an archive, or why not. */
static struct {
    pycds_archive *archive;
    pycds_refusal refusal;
} begun;

pycds_image *
pycds_archive_begin(const char *path)
{
    unsigned int flags = (pycds_set.relocate ? PYCDS_OPEN_RELOCATE : 0)
                         | (pycds_set.verify ? PYCDS_OPEN_VERIFY : 0);
    pycds_archive *archive = calloc(1, sizeof(*archive));
    if (archive == NULL || (archive->path = strdup(path)) == NULL) {
        pycds_refuse(&begun.refusal, PYCDS_REFUSE_SET_UP, "memory", "none");
    }
    else if (pycds_image_open(&archive->image, path, flags, &begun.refusal) == 0) {
        begun.archive = archive;
        return &archive->image;
    }
    archive_free(archive);
    return NULL;
}

int
pycds_archive_open(const char *runfiles, const char *stdlib, pycds_refusal *refusal)
{
    pycds_archive *archive = begun.archive;
    pycds_host host;
    begun.archive = NULL;
    if (pycds_read_host(&host, refusal) < 0) {
        archive_free(archive);
        return -1;
    }
    if (archive == NULL) {
        *refusal = begun.refusal;
        return -1;
    }
    pycds_image *image = &archive->image;
    pycds_image_settle(image);
    if (pycds_image_check_host(image, &host, refusal) < 0
        || resolve_symbols(image, refusal) < 0) {
        archive_free(archive);
        return -1;
    }
    archive->roots[PYCDS_ROOT_RUNFILES] = runfiles == NULL ? NULL : strdup(runfiles);
    archive->roots[PYCDS_ROOT_STDLIB] = stdlib == NULL ? NULL : strdup(stdlib);
    archive->canon = calloc(image->header->strings.count + 1, sizeof(PyObject *));
    archive->states = calloc(image->header->modules.count + 1, 1);
    if (archive->canon == NULL || archive->states == NULL) {
        archive_free(archive);
        return pycds_refuse(refusal, PYCDS_REFUSE_SET_UP, "memory", "none");
    }
    archive->awaited = pycds_image_count_hot(image);
    pycds_archive **end = &pycds_archives;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = archive;
    pycds_say("%s: %lu modules mapped at %p, %s", archive->path,
              (unsigned long)image->header->modules.count, (void *)image->start,
              image->prelinked ? "prelinked" : "relocated at import");
    return 0;
}

pycds_archive *
pycds_find_module(const char *name, size_t size, uint32_t *number)
{
    for (pycds_archive *a = pycds_archives; a != NULL; a = a->next) {
        int64_t found = pycds_image_find(&a->image, name, size);
        if (found >= 0 && a->image.modules[found].kind != PYCDS_MODULE_FROZEN) {
            *number = (uint32_t)found;
            return a;
        }
    }
    return NULL;
}

PyObject *
pycds_bind_frozen(const char *name, size_t size)
{
    for (pycds_archive *a = pycds_archives; a != NULL; a = a->next) {
        int64_t found = a->image.exact ? pycds_image_find(&a->image, name, size) : -1;
        if (found >= 0 && a->image.modules[found].kind == PYCDS_MODULE_FROZEN) {
            return pycds_bind_module(a, (uint32_t)found);
        }
    }
    return NULL;
}

size_t
pycds_module_path(const pycds_archive *archive, uint32_t number, char buffer[PATH_MAX])
{
    const pycds_image *image = &archive->image;
    const pycds_module *m = &image->modules[number];
    if ((m->kind != PYCDS_MODULE_SOURCE && m->kind != PYCDS_MODULE_EXTENSION)
        || m->root > PYCDS_ROOT_STDLIB || m->path_size == 0
        || !pycds_names_ok(image, m->path, m->path_size) || archive->roots[m->root] == NULL) {
        return 0;
    }
    const char *root = archive->roots[m->root];
    size_t root_size = strlen(root);
    size_t size = root_size + 1 + m->path_size;
    if (size >= PATH_MAX) {
        return 0;
    }
    memcpy(buffer, root, root_size);
    buffer[root_size] = '/';
    memcpy(buffer + root_size + 1, image->start + m->path, m->path_size);
    buffer[size] = '\0';
    return strlen(buffer) == size ? size : 0;
}

static uint64_t *
type_slot(const pycds_image *image, uint32_t object)
{
    return pycds_image_slot(image, object + image->header->type_offset);
}

static int
has_type(const pycds_image *image, uint32_t object, const PyTypeObject *type)
{
    return *type_slot(image, object) == (uint64_t)(uintptr_t)type;
}

static void
patch(const pycds_image *image, const uint32_t *slots, uint64_t count,
      const PyObject *object)
{
    for (uint64_t i = 0; i < count; i++) {
        *pycds_image_slot(image, slots[i]) = (uint64_t)(uintptr_t)object;
    }
}

static int
bind_strings(pycds_archive *archive, const pycds_module *m, const pycds_bind *bind,
             pycds_refusal *refusal)
{
    pycds_image *image = &archive->image;
    for (uint32_t i = 0; i < m->nstrings; i++) {
        uint32_t number = bind->strings[i];
        uint32_t offset = image->strings[number];
        PyObject *own = pycds_image_at(image, offset);
        PyObject *canon = archive->canon[number];
        if (canon == NULL) {
            if (!image->prelinked) {
                *type_slot(image, offset) = (uint64_t)(uintptr_t)&PyUnicode_Type;
            }
            if (!has_type(image, offset, &PyUnicode_Type)) {
                return pycds_refuse_numbers(refusal, PYCDS_REFUSE_OBJECT,
                                            (uint64_t)(uintptr_t)&PyUnicode_Type,
                                            *type_slot(image, offset));
            }
            canon = own;
            PyUnicode_InternInPlace(&canon);
            archive->canon[number] = canon;     /* keeps the reference for ever */
        }
        /* What the file has in the slots, wherever the image is mapped. */
        uint64_t written = number < image->header->fixed.count
                           ? image->fixed[number] : (uint64_t)(uintptr_t)own;
        if ((uint64_t)(uintptr_t)canon != written) {
            uint32_t start = bind->slot_starts[i];
            patch(image, bind->slots + start, bind->slot_starts[i + 1] - start, canon);
        }
    }
    return 0;
}

static int
bind_frozensets(const pycds_image *image, const pycds_module *m, const pycds_bind *bind,
                pycds_refusal *refusal)
{
    const uint32_t *slots = bind->frozenset_slots;
    for (uint32_t i = 0; i < m->nfrozensets; i++) {
        const pycds_frozenset *f = &bind->frozensets[i];
        if (!has_type(image, f->tuple, &PyTuple_Type)) {
            return pycds_refuse_numbers(refusal, PYCDS_REFUSE_OBJECT,
                                        (uint64_t)(uintptr_t)&PyTuple_Type,
                                        *type_slot(image, f->tuple));
        }
        PyObject *set = PyFrozenSet_New(pycds_image_at(image, f->tuple));
        if (set == NULL) {
            PyErr_Clear();
            return pycds_refuse(refusal, PYCDS_REFUSE_EXCEPTION,
                                "a frozenset of constants", "an exception");
        }
        patch(image, slots, f->slot_count, set);    /* keeps the reference for ever */
        slots += f->slot_count;
    }
    return 0;
}

static int
is_ascii(const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)s[i] >= 0x80) {
            return 0;
        }
    }
    return 1;
}

PyObject *
pycds_decode_path(const char *path, size_t size)
{
    char copy[PATH_MAX];
    if (is_ascii(path, size)) {
        return PyUnicode_FromStringAndSize(path, (Py_ssize_t)size);
    }
    if (size >= sizeof(copy)) {
        return PyErr_Format(PyExc_ImportError, "a path of %zd bytes", (Py_ssize_t)size);
    }
    /* Before the codecs are there, CPython wants it to end in a NUL. */
    memcpy(copy, path, size);
    copy[size] = '\0';
    return PyUnicode_DecodeFSDefaultAndSize(copy, (Py_ssize_t)size);
}

/* co_filename: the image's own str is completed in place where the path fits. */
static int
bind_path(pycds_archive *archive, uint32_t number, const pycds_module *m,
          const pycds_bind *bind, pycds_refusal *refusal)
{
    pycds_image *image = &archive->image;
    char buffer[PATH_MAX];
    const char *path = buffer;
    size_t size;
    if (m->kind == PYCDS_MODULE_GENERATED || m->kind == PYCDS_MODULE_FROZEN) {
        path = (const char *)image->start + m->path;
        size = m->path_size;
    }
    else if ((size = pycds_module_path(archive, number, buffer)) == 0) {
        return pycds_refuse(refusal, PYCDS_REFUSE_MODULE_ENTRY, "a usable path", "none");
    }
    if (size <= m->file_capacity && is_ascii(path, size)) {
        uint8_t *str = pycds_image_at(image, m->file);
        uint64_t length = size;
        *type_slot(image, m->file) = (uint64_t)(uintptr_t)&PyUnicode_Type;
        memcpy(str + image->header->str_length_offset, &length, sizeof(length));
        memcpy(str + image->header->str_data_offset, path, size);
        str[image->header->str_data_offset + size] = '\0';
        return 0;
    }
    PyObject *str = pycds_decode_path(path, size);
    if (str == NULL) {
        PyErr_Clear();
        return pycds_refuse(refusal, PYCDS_REFUSE_EXCEPTION, "a path", "an exception");
    }
    patch(image, bind->filename_slots, m->nfilename_slots, str);
    return 0;
}

static int
bind_all(pycds_archive *archive, uint32_t number, pycds_refusal *refusal)
{
    pycds_image *image = &archive->image;
    const pycds_module *m = &image->modules[number];
    pycds_bind bind;
    if (pycds_prepare_module(image, number, &bind, refusal) < 0) {
        return -1;
    }
    if (!has_type(image, m->code, &PyCode_Type)) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_OBJECT,
                                    (uint64_t)(uintptr_t)&PyCode_Type,
                                    *type_slot(image, m->code));
    }
    if (bind_strings(archive, m, &bind, refusal) < 0
        || bind_frozensets(image, m, &bind, refusal) < 0) {
        return -1;
    }
    return bind_path(archive, number, m, &bind, refusal);
}

PyObject *
pycds_bind_module(pycds_archive *archive, uint32_t number)
{
    const pycds_module *m = &archive->image.modules[number];
    if (archive->states[number] == PYCDS_UNBOUND) {
        pycds_refusal refusal;
        int ok = bind_all(archive, number, &refusal) == 0;
        archive->states[number] = ok ? PYCDS_BOUND : PYCDS_REFUSED;
        if (pycds_image_is_hot(&archive->image, number) && --archive->awaited == 0) {
            pycds_ahead_leave();
        }
        const char *name = (const char *)archive->image.start + m->name;
        if (ok) {
            pycds_say("module %.*s: bound, %lu strings", (int)m->name_size, name,
                      (unsigned long)m->nstrings);
        }
        else {
            char text[256];
            snprintf(text, sizeof(text), "module %.*s", (int)m->name_size, name);
            pycds_refused(text, &refusal);
        }
    }
    return archive->states[number] == PYCDS_BOUND
           ? pycds_image_at(&archive->image, m->code) : NULL;
}
