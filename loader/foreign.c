/* Whether C code has a say at the interpreter's end that leaves no trace in the objects
 * that the cyclic collector knows.  Of the code that is not CPython's: a shared
 * object can only make types, capsules, exit functions or threads of Python through the
 * C API, so the names it wants from others tell what it cannot do. */

#define _GNU_SOURCE             /* dl_iterate_phdr() */

#include "foreign.h"

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

#include "leftovers.h"
#include "object.h"

#define MAX_OBJECTS 512

/* What it takes to have code run at the end.  A name that ends in * is a prefix. */
static const char *const telling[] = {
    "PyType_Ready", "PyType_From*", "PyStructSequence_*", "PyCapsule_New", "Py_AtExit",
    "PyUnstable_AtExit", "PyGILState_*", "PyThreadState_*", "Py_NewInterpreter*",
    "PySys_AddAuditHook", "PyImport_Append*", "PyEval_Set*", "PyWeakref_New*",
    "PyInterpreterState_*", "PyModule_GetState*", "PyType_GetModule*", "Py_AddPendingCall",
    /* What is told of objects that go, of calls and of memory. */
    "PyDict_AddWatcher", "PyType_AddWatcher", "PyCode_AddWatcher", "PyFunction_AddWatcher",
    "PyContext_AddWatcher", "PyRefTracer_*", "_PyEval_*", "PyUnstable_Eval_*",
    "_PyInterpreterState_*", "PyMem_SetAllocator", "PyObject_SetArenaAllocator",
};

static struct {
    size_t first;               /* objects before the program ran; later ones follow them */
    size_t count;               /* of this walk */
    const char *own;            /* the directory of the standard library's */
    const char *found;          /* what has a say, or NULL */
    int asked;                  /* whether the program asked ctypes for a telling name */
    struct { const char *start, *end; } foreign[MAX_OBJECTS];
    size_t nforeign;
} state;

static int
is_telling(const char *name)
{
    for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
        size_t size = strlen(telling[i]);
        if (telling[i][size - 1] == '*' ? strncmp(name, telling[i], size - 1) == 0
                                        : strcmp(name, telling[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* glibc has made addresses of the dynamic section's offsets, for most objects. */
static const void *
address(const struct dl_phdr_info *info, ElfW(Addr) value)
{
    return (const void *)(value < info->dlpi_addr ? info->dlpi_addr + value : value);
}

/* Whether the object wants a telling name, or cannot be read. */
static int
wants_telling_name(const struct dl_phdr_info *info)
{
    const ElfW(Sym) *symbols = NULL;
    const char *strings = NULL;
    const uint32_t *gnu_hash = NULL, *hash = NULL;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) {
            continue;
        }
        const ElfW(Dyn) *d = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        for (; d->d_tag != DT_NULL; d++) {
            const void *p = address(info, d->d_un.d_ptr);
            switch (d->d_tag) {
            case DT_SYMTAB: symbols = p; break;
            case DT_STRTAB: strings = p; break;
            case DT_GNU_HASH: gnu_hash = p; break;
            case DT_HASH: hash = p; break;
            }
        }
    }
    /* Undefined symbols come before the first that DT_GNU_HASH has; DT_HASH has all. */
    uint32_t count = gnu_hash != NULL ? gnu_hash[1] : hash != NULL ? hash[1] : 0;
    if (symbols == NULL || strings == NULL || count == 0) {
        return 1;
    }
    for (uint32_t i = 1; i < count; i++) {
        if (symbols[i].st_shndx == SHN_UNDEF && is_telling(strings + symbols[i].st_name)) {
            return 1;
        }
    }
    return 0;
}

/* mypyc, the compiler of typed Python, puts what it makes of a package into one shared
 * object, and gives tp_finalize to a class that has __del__. */
static int
is_known(const char *path)
{
    size_t size = strlen(state.own);
    const char *name = strrchr(path, '/');
    return (strncmp(path, state.own, size) == 0 && path[size] == '/')
           || pycds_is_of_known_package(path)
           || (name != NULL && strstr(name, "__mypyc.cpython-") != NULL);
}

static int
count_one(struct dl_phdr_info *info, size_t size, void *count)
{
    (void)info;
    (void)size;
    ++*(size_t *)count;
    return 0;
}

void
pycds_note_shared_objects(void)
{
    state.first = 0;
    dl_iterate_phdr(count_one, &state.first);
}

static void
add_range(const struct dl_phdr_info *info)
{
    ElfW(Addr) end = 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type == PT_LOAD && p->p_vaddr + p->p_memsz > end) {
            end = p->p_vaddr + p->p_memsz;
        }
    }
    state.foreign[state.nforeign].start = (const char *)info->dlpi_addr;
    state.foreign[state.nforeign++].end = (const char *)(info->dlpi_addr + end);
}

static int
visit(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    if (state.count++ < state.first || is_known(info->dlpi_name)) {
        return 0;
    }
    if (state.nforeign == MAX_OBJECTS || wants_telling_name(info)) {
        state.found = info->dlpi_name;
        return 1;
    }
    add_range(info);
    return 0;
}

const char *
pycds_foreign_code(const char *own)
{
    state.count = 0;
    state.nforeign = 0;
    state.found = NULL;
    state.own = own;
    dl_iterate_phdr(visit, NULL);
    return state.found;
}

/* Include/moduleobject.h, PyModuleDef, in the stable ABI. */
typedef struct {
    char base[40];
    const char *name, *doc;
    Py_ssize_t size;
    void *methods, *slots, *traverse, *clear, *free;
} definition;

static const char *
defined_name(PyObject *module)
{
    const definition *d = PyModule_GetDef(module);
    return d == NULL ? NULL : d->name;
}

int
pycds_frees_foreign_state(PyObject *module)
{
    const definition *d = PyModule_GetDef(module);
    /* From 3.15 on a module can be made without a definition (PEP 793). */
    if (d == NULL && PyModule_GetState(module) != NULL) {
        return 1;
    }
    for (size_t i = 0; d != NULL && i < state.nforeign; i++) {
        if ((const char *)d >= state.foreign[i].start && (const char *)d < state.foreign[i].end) {
            return d->clear != NULL || d->free != NULL;
        }
    }
    return 0;
}

/* Modules whose objects say or write something when they go, and need not be known to
 * the collector. */
static const char *const talkative[] = {"_tkinter", "_dbm", "_gdbm", "_testcapi"};

const char *
pycds_talkative_module(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    for (size_t i = 0; i < sizeof(talkative) / sizeof(talkative[0]); i++) {
        if (PyDict_GetItemString(modules, talkative[i]) != NULL) {
            return talkative[i];
        }
    }
    return NULL;
}

int
pycds_is_talkative(PyObject *module)
{
    const char *name = defined_name(module);
    for (size_t i = 0; name != NULL && i < sizeof(talkative) / sizeof(talkative[0]); i++) {
        if (strcmp(name, talkative[i]) == 0) {
            return 1;
        }
    }
    return name != NULL && strcmp(name, "_sqlite3") == 0
           && PyDict_GetItemString(PyImport_GetModuleDict(), "_sqlite3") != module;
}

void
pycds_foreign_audit_event(const char *event, PyObject *args)
{
    /* ctypes.dlsym and ctypes.dlsym/handle: of a library, a name or number. */
    static const char lookup[] = "ctypes.dlsym";
    if (state.asked || strncmp(event, lookup, sizeof(lookup) - 1) != 0) {
        return;
    }
    PyObject *name = PyTuple_Size(args) == 2 ? PyTuple_GetItem(args, 1) : NULL;
    if (name != NULL && pycds_has_exact_type(name, (PyObject *)&PyLong_Type)) {
        return;
    }
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    state.asked = text == NULL || is_telling(text);
    PyErr_Clear();
}

int
pycds_has_telling_function(void)
{
    return state.asked;
}
