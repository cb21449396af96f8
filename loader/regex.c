/* re._compiler.compile(): parsing and compiling a pattern gives the same code each time,
 * so the archive has it, and only _sre.compile() is left to do.  It checks the code
 * again.  What is not in an archive goes to the function replaced. */

#include "memo.h"

#include <string.h>

#include "check.h"
#include "object.h"
#include "watch.h"

static PyObject *compile, *sre_compile;     /* the function replaced, and _sre.compile */

/* A block of a regular expression, taken apart. */
typedef struct {
    const pycds_regex *head;
    const uint32_t *code;
    const pycds_group_name *names;
    const char *text, *name_texts;
} regex;

/* Whether the block holds all that its head says. */
static int
take_apart(const void *block, uint64_t size, regex *r)
{
    r->head = block;
    if (size < sizeof(*r->head)) {
        return 0;
    }
    r->code = (const uint32_t *)(r->head + 1);
    uint64_t used = sizeof(*r->head) + (uint64_t)r->head->ncode * sizeof(*r->code)
                    + (uint64_t)r->head->nnames * sizeof(*r->names) + r->head->text_size;
    if (used > size) {
        return 0;
    }
    r->names = (const pycds_group_name *)(r->code + r->head->ncode);
    r->text = (const char *)(r->names + r->head->nnames);
    r->name_texts = r->text + r->head->text_size;
    for (uint32_t i = 0; i < r->head->nnames; i++) {
        used += r->names[i].size;
        if (r->names[i].group == 0 || r->names[i].group > r->head->groups) {
            return 0;
        }
    }
    /* Every group takes code, so a sane number of groups is below that of codes. */
    return used <= size && r->head->groups < r->head->ncode;
}

static int
find(int is_bytes, uint32_t flags, const char *text, size_t size, regex *r)
{
    for (pycds_archive *a = pycds_archives; a != NULL; a = a->next) {
        uint32_t probes = 0;
        const pycds_memo *memo;
        while ((memo = pycds_image_find_memo(&a->image, PYCDS_MEMO_REGEX, flags, text, size,
                                             &probes)) != NULL) {
            if (take_apart(pycds_image_at(&a->image, memo->block), memo->block_size, r)
                && r->head->flags == flags && r->head->is_bytes == (uint32_t)is_bytes
                && r->head->text_size == size
                && memcmp(r->text, text, size) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* list(code) */
static PyObject *
make_code(const regex *r)
{
    PyObject *list = PyList_New(r->head->ncode);
    for (uint32_t i = 0; list != NULL && i < r->head->ncode; i++) {
        PyObject *number = PyLong_FromUnsignedLongLong(r->code[i]);
        if (number == NULL || PyList_SetItem(list, i, number) < 0) {
            Py_DecRef(list);
            return NULL;
        }
    }
    return list;
}

/* groupindex and indexgroup: {name: group}, and the names by group.  0, or -1. */
static int
make_groups(const regex *r, PyObject **groupindex, PyObject **indexgroup)
{
    const char *text = r->name_texts;
    PyObject *dict = *groupindex = PyDict_New();
    PyObject *tuple = *indexgroup = PyTuple_New((Py_ssize_t)r->head->groups + 1);
    if (dict == NULL || tuple == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i <= r->head->groups; i++) {
        if (PyTuple_SetItem(tuple, i, pycds_none()) < 0) {
            return -1;
        }
    }
    for (uint32_t i = 0; i < r->head->nnames; i++) {
        PyObject *name = PyUnicode_FromStringAndSize(text, r->names[i].size);
        PyObject *group = PyLong_FromLong((long)r->names[i].group);
        text += r->names[i].size;
        int failed = name == NULL || group == NULL || PyDict_SetItem(dict, name, group) < 0;
        pycds_drop(group);
        if (failed || PyTuple_SetItem(tuple, r->names[i].group, name) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
make_pattern(const regex *r, PyObject *pattern)
{
    PyObject *groupindex = NULL, *indexgroup = NULL, *result = NULL;
    PyObject *code = make_code(r);
    PyObject *flags = PyLong_FromUnsignedLongLong(r->head->result_flags);
    PyObject *groups = PyLong_FromUnsignedLongLong(r->head->groups);
    if (make_groups(r, &groupindex, &indexgroup) == 0 && code != NULL && flags != NULL
        && groups != NULL) {
        result = PyObject_CallFunctionObjArgs(sre_compile, pattern, flags, code, groups,
                                              groupindex, indexgroup, NULL);
    }
    PyObject *temporary[] = {groupindex, indexgroup, code, flags, groups};
    for (size_t i = 0; i < sizeof(temporary) / sizeof(temporary[0]); i++) {
        pycds_drop(temporary[i]);
    }
    return result;
}

/* The compiled pattern, or NULL for stock to do it, perhaps with an exception. */
static PyObject *
answer(PyObject *pattern, PyObject *flags)
{
    char *bytes;
    Py_ssize_t size;
    regex r;
    int is_bytes = pycds_has_exact_type(pattern, (PyObject *)&PyBytes_Type);
    if ((!is_bytes && !pycds_has_exact_type(pattern, (PyObject *)&PyUnicode_Type))
        || PyObject_IsInstance(flags, (PyObject *)&PyLong_Type) != 1) {
        return NULL;
    }
    const char *text = is_bytes
        ? (PyBytes_AsStringAndSize(pattern, &bytes, &size) < 0 ? NULL : bytes)
        : PyUnicode_AsUTF8AndSize(pattern, &size);
    long number = text == NULL ? -1 : PyLong_AsLong(flags);
    if (number < 0 || number > UINT32_MAX || pycds_is_watched()
        || !find(is_bytes, (uint32_t)number, text, (size_t)size, &r)) {
        return NULL;
    }
    return make_pattern(&r, pattern);
}

/* compile(p, flags=0) */
static PyObject *
memo_compile(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    if (kwargs == NULL && PyTuple_Size(args) == 2) {
        PyObject *result = answer(PyTuple_GetItem(args, 0), PyTuple_GetItem(args, 1));
        if (result != NULL) {
            return result;
        }
        PyErr_Clear();
    }
    return PyObject_Call(compile, args, kwargs);
}

static PyMethodDef definition = {
    "compile", (PyCFunction)(void (*)(void))memo_compile, METH_VARARGS | METH_KEYWORDS,
    "compile($module, /, p, flags=0)\n--\n\n",
};

int
pycds_has_memos(uint32_t kind)
{
    for (pycds_archive *a = pycds_archives; a != NULL; a = a->next) {
        const pycds_image *image = &a->image;
        for (uint32_t i = 0; image->exact && i < image->header->memos.count; i++) {
            if (image->memos[i].kind == kind) {
                return 1;
            }
        }
    }
    return 0;
}

PyObject *
pycds_describe_regex(const void *block, uint64_t size)
{
    regex r;
    if (!take_apart(block, size, &r)) {
        return NULL;
    }
    Py_ssize_t text_size = r.head->text_size;
    return Py_BuildValue("(NN)", r.head->is_bytes ? PyBytes_FromStringAndSize(r.text, text_size)
                                 : PyUnicode_FromStringAndSize(r.text, text_size),
                         PyLong_FromUnsignedLongLong(r.head->flags));
}

void
pycds_install_regexes(PyObject *module)
{
    PyObject *sre = PyObject_GetAttrString(module, "_sre");
    PyObject *name = PyObject_GetAttrString(module, "__name__");
    PyObject *function = name == NULL ? NULL : PyCFunction_NewEx(&definition, NULL, name);
    sre_compile = sre == NULL ? NULL : PyObject_GetAttrString(sre, "compile");
    compile = PyObject_GetAttrString(module, "compile");
    if (sre_compile != NULL && compile != NULL && function != NULL) {
        PyObject_SetAttrString(module, "compile", function);
    }
    pycds_drop(sre);
    pycds_drop(name);
    pycds_drop(function);
    PyErr_Clear();
}
