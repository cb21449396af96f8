/* compile(), exec() and eval() of source texts that the program makes each time in the
 * same way, as namedtuple, dataclasses and attrs do: the archive has the code object.
 *
 * The built-in functions are replaced by functions that look the same from Python, put
 * the code in place of the text, and call the replaced ones for all else. */

#include "host.h"
#include "memo.h"

#include <stdio.h>
#include <string.h>

#include "object.h"

/* Flags of compile() that memos may depend on are at most this (Include/cpython/compile.h,
 * PyCF_MASK: CO_FUTURE_*). */
#define FLAGS_LIMIT 0x7fffffff

static PyObject *builtin_compile, *builtin_exec, *builtin_eval;

typedef struct {
    uint32_t mode, flags;
    const char *text, *filename;
    size_t text_size, filename_size;
} request;

static int
fits(const pycds_source *s, uint64_t size, const request *q)
{
    return size >= sizeof(*s)
           && sizeof(*s) + (uint64_t)s->text_size + s->filename_size <= size
           && s->mode == q->mode && s->flags == q->flags && s->text_size == q->text_size
           && s->filename_size == q->filename_size
           && memcmp(s + 1, q->text, q->text_size) == 0
           && memcmp((const char *)(s + 1) + s->text_size, q->filename,
                     q->filename_size) == 0;
}

/* The code object, borrowed, or NULL. */
static PyObject *
find(const request *q)
{
    for (pycds_archive *a = pycds_archives; a != NULL; a = a->next) {
        uint32_t probes = 0;
        const pycds_memo *memo;
        while ((memo = pycds_image_find_memo(&a->image, PYCDS_MEMO_SOURCE, q->flags, q->text,
                                             q->text_size, &probes)) != NULL) {
            const pycds_source *s = pycds_image_at(&a->image, memo->block);
            if (fits(s, memo->block_size, q) && s->module < a->image.header->modules.count
                && a->image.modules[s->module].kind == PYCDS_MODULE_GENERATED) {
                return pycds_bind_module(a, s->module);
            }
        }
    }
    return NULL;
}

static const char *
exact_text(PyObject *object, size_t *size)
{
    Py_ssize_t n;
    const char *text = pycds_has_exact_type(object, (PyObject *)&PyUnicode_Type)
                       ? PyUnicode_AsUTF8AndSize(object, &n) : NULL;
    *size = text == NULL ? 0 : (size_t)n;
    return text;
}

/* Adds what the calling code object has in effect.  0, or -1. */
static int
set_flags(request *q, int flags, int inherit)
{
    PyCompilerFlags all = {flags, 0};
    if (inherit) {
        PyEval_MergeCompilerFlags(&all);
    }
    q->flags = (uint32_t)all.cf_flags;
    return all.cf_flags >= 0 && all.cf_flags <= FLAGS_LIMIT ? 0 : -1;
}

/* compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, ...) */
static PyObject *
memo_compile(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    static char *names[] = {"source", "filename", "mode", "flags", "dont_inherit",
                            "optimize", NULL};
    PyObject *source, *filename, *mode;
    int flags = 0, dont_inherit = 0, optimize = -1;
    size_t mode_size;
    request q;
    if (PyArg_ParseTupleAndKeywords(args, kwargs, "OOO|iii", names, &source, &filename,
                                    &mode, &flags, &dont_inherit, &optimize)
        && optimize == -1 && (q.text = exact_text(source, &q.text_size)) != NULL
        && (q.filename = exact_text(filename, &q.filename_size)) != NULL) {
        const char *text = exact_text(mode, &mode_size);
        q.mode = text == NULL ? 0 : strcmp(text, "exec") == 0 ? PYCDS_MODE_EXEC
                 : strcmp(text, "eval") == 0 ? PYCDS_MODE_EVAL
                 : strcmp(text, "single") == 0 ? PYCDS_MODE_SINGLE : 0;
        PyObject *code = q.mode == 0 || set_flags(&q, flags, !dont_inherit) < 0
                         ? NULL : find(&q);
        if (code != NULL) {
            /* As _PyParser_ASTFromString() does. */
            if (PySys_Audit("compile", "yO", q.text, filename) < 0) {
                return NULL;
            }
            Py_IncRef(code);
            return code;
        }
    }
    PyErr_Clear();
    return PyObject_Call(builtin_compile, args, kwargs);
}

/* exec() and eval(): the code in place of the text. */
static PyObject *
run(PyObject *function, uint32_t mode, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t n = PyTuple_Size(args);
    PyObject *source = n > 0 ? PyTuple_GetItem(args, 0) : NULL;
    PyObject *code = NULL;
    request q = {.mode = mode, .filename = "<string>", .filename_size = strlen("<string>")};
    /* Only a code object may come with a closure. */
    if (source != NULL && (kwargs == NULL || PyDict_GetItemString(kwargs, "closure") == NULL)
        && (q.text = exact_text(source, &q.text_size)) != NULL && set_flags(&q, 0, 1) == 0) {
        code = find(&q);
    }
    if (code == NULL) {
        PyErr_Clear();
        return PyObject_Call(function, args, kwargs);
    }
    PyObject *filename = PyUnicode_FromString("<string>");
    if (filename == NULL || PySys_Audit("compile", "yO", q.text, filename) < 0) {
        pycds_drop(filename);
        return NULL;
    }
    Py_DecRef(filename);
    PyObject *changed = PyTuple_New(n);
    for (Py_ssize_t i = 0; changed != NULL && i < n; i++) {
        PyObject *item = i == 0 ? code : PyTuple_GetItem(args, i);
        Py_IncRef(item);
        PyTuple_SetItem(changed, i, item);
    }
    PyObject *result = changed == NULL ? NULL : PyObject_Call(function, changed, kwargs);
    pycds_drop(changed);
    return result;
}

static PyObject *
memo_exec(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    return run(builtin_exec, PYCDS_MODE_EXEC, args, kwargs);
}

static PyObject *
memo_eval(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    return run(builtin_eval, PYCDS_MODE_EVAL, args, kwargs);
}

#define DOC_SIZE 4096

static char docs[3][DOC_SIZE];

static PyMethodDef definitions[3] = {
    {"compile", (PyCFunction)(void (*)(void))memo_compile, METH_VARARGS | METH_KEYWORDS, NULL},
    {"exec", (PyCFunction)(void (*)(void))memo_exec, METH_VARARGS | METH_KEYWORDS, NULL},
    {"eval", (PyCFunction)(void (*)(void))memo_eval, METH_VARARGS | METH_KEYWORDS, NULL},
};

/* The docstring with the signature before it, as it stands in the interpreter's source,
 * so that help() and inspect.signature() show the same.  0, or -1. */
static int
copy_doc(PyObject *function, const char *name, char *doc)
{
    PyObject *text = PyObject_GetAttrString(function, "__doc__");
    PyObject *signature = PyObject_GetAttrString(function, "__text_signature__");
    const char *texts[2] = {
        text == NULL ? NULL : PyUnicode_AsUTF8AndSize(text, NULL),
        signature == NULL ? NULL : PyUnicode_AsUTF8AndSize(signature, NULL),
    };
    int n = texts[0] == NULL || texts[1] == NULL ? -1
            : snprintf(doc, DOC_SIZE, "%s%s\n--\n\n%s", name, texts[1], texts[0]);
    pycds_drop(text);
    pycds_drop(signature);
    return n > 0 && n < DOC_SIZE ? 0 : -1;
}

PyObject *
pycds_describe_source(const void *block, uint64_t size)
{
    static const char *const modes[] = {"", "exec", "eval", "single"};
    const pycds_source *s = block;
    if (size < sizeof(*s) || s->mode > PYCDS_MODE_SINGLE
        || sizeof(*s) + (uint64_t)s->text_size + s->filename_size > size) {
        return NULL;
    }
    const char *text = (const char *)(s + 1);
    return Py_BuildValue("(NNsN)", PyUnicode_FromStringAndSize(text, s->text_size),
                         PyUnicode_FromStringAndSize(text + s->text_size, s->filename_size),
                         modes[s->mode], PyLong_FromUnsignedLongLong(s->flags));
}

void
pycds_install_sources(void)
{
    PyObject **originals[3] = {&builtin_compile, &builtin_exec, &builtin_eval};
    PyObject *builtins = pycds_get_module("builtins");
    PyObject *name = PyUnicode_FromString("builtins");
    PyObject *functions[3] = {NULL, NULL, NULL};
    int ok = builtins != NULL && name != NULL && PySys_Audit != NULL
             && PyEval_MergeCompilerFlags != NULL;
    for (int i = 0; ok && i < 3; i++) {
        *originals[i] = PyObject_GetAttrString(builtins, definitions[i].ml_name);
        ok = *originals[i] != NULL
             && copy_doc(*originals[i], definitions[i].ml_name, docs[i]) == 0;
        definitions[i].ml_doc = docs[i];
        functions[i] = ok ? PyCFunction_NewEx(&definitions[i], builtins, name) : NULL;
        ok = ok && functions[i] != NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (ok) {
            PyObject_SetAttrString(builtins, definitions[i].ml_name, functions[i]);
        }
        pycds_drop(functions[i]);
    }
    pycds_drop(builtins);
    pycds_drop(name);
    PyErr_Clear();
}
