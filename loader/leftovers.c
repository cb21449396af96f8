/* The interpreter's finalization can be seen through an object with a finalizer (__del__,
 * an open file), a weak reference with a callback, a generator that is not done, an object
 * of foreign C code.  All objects that the cyclic collector knows are looked at once, by
 * type: CPython's other types, and classes derived from them, only give memory back.
 * Objects of classes made in Python are all known to the collector (type_new_alloc()).
 * What is harmless is listed; what is not known is not.  From CPython 3.11 to 3.15. */

#include "leftovers.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "foreign.h"
#include "host.h"
#include "object.h"
#include "report.h"

typedef enum {
    HARMLESS,
    WEAK_REFERENCE,
    WEAK_PROXY,
    GENERATOR,
    STREAM,
    SOCKET,
    CONNECTION,
    CURSOR,
    MODULE,
    TRACKER,
    GREENLET,
    KNOWN,              /* of known.c's classes */
    LIST,
    FINALIZED,          /* its going may be seen */
} verdict;

#define FIRST_ROOM 512          /* a power of two: what a small program needs */

/* A type looked at. */
typedef struct {
    PyTypeObject *type;         /* NULL: a free entry */
    verdict verdict;
} judged;

static struct {
    judged *types;              /* open addressing, at most half full; from prepare() on */
    size_t ntypes, room;        /* entries: used, all, a power of two */
    PyObject *sockets[2];               /* _socket.socket, socket.socket */
    PyObject *tracker;                  /* multiprocessing's ResourceTracker, or NULL */
    PyObject *objects;                  /* all, a list, before 3.12; or NULL */
    PyObject *greenlet;                 /* greenlet.greenlet, or NULL */
    char why[256];
} state;

PyObject *
pycds_find_imported(const char *module, const char *name)
{
    PyObject *object = PyDict_GetItemString(PyImport_GetModuleDict(), module);
    PyObject *dict = object == NULL || !pycds_has_exact_type(object, (PyObject *)&PyModule_Type)
                     ? NULL : PyModule_GetDict(object);
    return dict == NULL ? NULL : PyDict_GetItemString(dict, name);
}

/* Whether a memory view of such an object calls Python code when it goes (PEP 688), or
 * the other way round has its BytesIO complain. */
static int
releases_buffers(PyTypeObject *type)
{
    if (PyType_GetSlot(type, Py_bf_releasebuffer) == NULL) {
        return 0;
    }
    PyObject *release = PyObject_GetAttrString((PyObject *)type, "__release_buffer__");
    /* Not its attribute: that might be code of a metaclass. */
    PyObject *name = PyType_GetName(type);
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    int result = text == NULL || strcmp(text, "_BytesIOBuffer") == 0
                 || (release != NULL
                     && pycds_has_exact_type(release, (PyObject *)&PyFunction_Type));
    pycds_drop(name);
    pycds_drop(release);
    PyErr_Clear();
    return result;
}

static verdict
judge_type(PyTypeObject *type)
{
    if (type == &PyList_Type) {
        return LIST;
    }
    if (pycds_is_known_class((PyObject *)type)) {
        return KNOWN;
    }
    if (pycds_is_one_of((PyObject *)type, state.sockets, 2)
        && pycds_has_slot_of(type, Py_tp_finalize, state.sockets[0])) {
        return SOCKET;
    }
    if (releases_buffers(type)) {
        return FINALIZED;
    }
    switch (pycds_find_database_kind(type)) {
    case PYCDS_DATABASE_CONNECTION:
        return CONNECTION;
    case PYCDS_DATABASE_CURSOR:
        return CURSOR;
    case PYCDS_DATABASE_OTHER:
        return FINALIZED;
    case PYCDS_DATABASE_NONE:
        break;
    }
    switch (pycds_find_stream_kind(type)) {
    case PYCDS_STREAM_SILENT:
        return HARMLESS;
    case PYCDS_STREAM_OPEN:
        return STREAM;
    case PYCDS_STREAM_OTHER:
        return FINALIZED;
    case PYCDS_STREAM_NONE:
        break;
    }
    if (type == &PyGen_Type) {
        return GENERATOR;
    }
    if ((PyObject *)type == state.tracker) {
        return TRACKER;
    }
    if (PyType_GetSlot(type, Py_tp_finalize) != NULL || PyType_GetSlot(type, Py_tp_del) != NULL) {
        return FINALIZED;
    }
    if (pycds_is_subtype(type, state.greenlet)) {
        return (PyObject *)type == state.greenlet ? GREENLET : FINALIZED;
    }
    if (PyType_IsSubtype(type, &_PyWeakref_RefType)) {
        return WEAK_REFERENCE;
    }
    if (type == &_PyWeakref_ProxyType || type == &_PyWeakref_CallableProxyType) {
        return WEAK_PROXY;
    }
    return PyType_IsSubtype(type, &PyModule_Type) ? MODULE : HARMLESS;
}

/* The type's entry, or the free one where it belongs. */
static judged *
find_entry(judged *types, size_t room, PyTypeObject *type)
{
    size_t i = ((uintptr_t)type >> 4) * 0x9e3779b97f4a7c15u >> 32 & (room - 1);
    while (types[i].type != type && types[i].type != NULL) {
        i = (i + 1) & (room - 1);
    }
    return &types[i];
}

/* Makes room for one more type.  0, or -1 without memory. */
static int
make_room(void)
{
    if (2 * state.ntypes < state.room) {
        return 0;
    }
    size_t room = state.room == 0 ? FIRST_ROOM : 2 * state.room;
    judged *types = calloc(room, sizeof(judged));
    if (types == NULL) {
        return -1;
    }
    for (size_t i = 0; i < state.room; i++) {
        if (state.types[i].type != NULL) {
            *find_entry(types, room, state.types[i].type) = state.types[i];
        }
    }
    free(state.types);
    state.types = types;
    state.room = room;
    return 0;
}

static verdict
find_verdict(PyTypeObject *type)
{
    const judged *entry = find_entry(state.types, state.room, type);
    if (entry->type == type) {
        return entry->verdict;
    }
    verdict found = judge_type(type);
    if (make_room() < 0) {
        return FINALIZED;
    }
    *find_entry(state.types, state.room, type) = (judged){type, found};
    state.ntypes++;
    return found;
}

/* How many entries an exception table has: bit 7 marks the first byte of each
 * (Objects/exception_handling_notes.txt).  -1 if it cannot be read. */
static int
count_handlers(PyObject *generator)
{
    char *bytes;
    Py_ssize_t size;
    int count = -1;
    PyObject *code = PyObject_GetAttrString(generator, "gi_code");
    PyObject *table = code == NULL ? NULL : PyObject_GetAttrString(code, "co_exceptiontable");
    if (table != NULL && PyBytes_AsStringAndSize(table, &bytes, &size) == 0) {
        count = 0;
        for (Py_ssize_t i = 0; i < size; i++) {
            count += (bytes[i] & 0x80) != 0;
        }
    }
    pycds_drop(code);
    pycds_drop(table);
    return count;
}

/* Whether closing the generator runs none of its code: it has not begun or is done, or
 * waits outside of any try or with.  From 3.12 on every generator has one handler, which
 * turns StopIteration into RuntimeError. */
static int
generator_is_harmless(PyObject *generator)
{
    if (pycds_attribute_is(generator, "gi_suspended", &_Py_FalseStruct)) {
        return 1;
    }
    int handlers = pycds_attribute_is(generator, "gi_yieldfrom", Py_None)
                   ? count_handlers(generator) : -1;
    PyErr_Clear();
    return handlers >= 0 && handlers <= ((Py_Version >> 16 & 0xff) >= 12);
}

/* Whether the greenlet is done or its thread's own, which has no parent: any other that
 * was started has its function run to its end. */
static int
greenlet_is_harmless(PyObject *greenlet)
{
    return pycds_attribute_is(greenlet, "dead", Py_True)
           || pycds_attribute_is(greenlet, "parent", Py_None);
}

/* Whether no process is to be ended by multiprocessing's ResourceTracker.__del__(). */
static int
tracker_is_harmless(PyObject *tracker)
{
    return pycds_attribute_is(tracker, "_fd", Py_None)
           && pycds_attribute_is(tracker, "_pid", Py_None);
}

static int
is_harmless(PyObject *object, verdict kind)
{
    switch (kind) {
    case HARMLESS:
        return 1;
    case WEAK_REFERENCE:
        return pycds_reference_is_harmless(object);
    case WEAK_PROXY:
        return pycds_proxy_is_harmless(object);
    case GENERATOR:
        return generator_is_harmless(object);
    case STREAM:
        return pycds_stream_is_harmless(object);
    case SOCKET:                /* the kernel closes it */
        return 1;
    case CONNECTION:
        return pycds_connection_is_harmless(object);
    case CURSOR:
        return pycds_cursor_is_harmless();
    case KNOWN:
        return pycds_known_is_harmless(object);
    case LIST:
        return !pycds_shows_resource_warnings(object);
    case MODULE:
        return !pycds_frees_foreign_state(object) && !pycds_is_talkative(object);
    case GREENLET:
        return greenlet_is_harmless(object);
    case TRACKER:
        return tracker_is_harmless(object);
    default:
        return 0;
    }
}

/* Asks the type, so perhaps code of a metaclass: only where somebody reads it. */
static const char *
because_of(PyObject *object)
{
    if (!pycds_set.verbose) {
        return "an object is left";
    }
    PyObject *type = pycds_type(object);
    PyObject *module = PyObject_GetAttrString(type, "__module__");
    PyObject *name = PyObject_GetAttrString(type, "__qualname__");
    const char *module_text = module == NULL ? NULL : PyUnicode_AsUTF8AndSize(module, NULL);
    const char *name_text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    snprintf(state.why, sizeof(state.why), "a %s.%s is left",
             module_text == NULL ? "?" : module_text, name_text == NULL ? "?" : name_text);
    pycds_drop(module);
    pycds_drop(name);
    PyErr_Clear();
    return state.why;
}

/* Where an object has its type, in bytes (Include/object.h): looked up, since it is not
 * the same in all builds.  0 if not found. */
static size_t
find_type_offset(PyObject *list)
{
    for (size_t i = sizeof(void *); i <= 3 * sizeof(void *); i += sizeof(void *)) {
        if (*(PyTypeObject **)((char *)list + i) == &PyList_Type
            && *(PyObject **)((char *)Py_None + i) == pycds_type(Py_None)) {
            return i;
        }
    }
    return 0;
}

/* matters(), for few objects of all. */
static __attribute__((noinline)) int
may_matter(PyObject *object, PyTypeObject *type)
{
    verdict kind = find_verdict(type);
    return kind != HARMLESS && !is_harmless(object, kind);
}

static inline int
matters(PyObject *object, size_t type_offset)
{
    PyTypeObject *type = type_offset == 0 ? (PyTypeObject *)pycds_type(object)
                         : *(PyTypeObject **)((char *)object + type_offset);
    const judged *entry = find_entry(state.types, state.room, type);
    return (entry->type != type || entry->verdict != HARMLESS) && may_matter(object, type);
}

/* The first object in a list that matters, or NULL.  Most of the time goes into waiting for
 * memory, so it is asked for ahead. */
static PyObject *
find_in_list(PyObject *objects, Py_ssize_t count, size_t type_offset)
{
    const Py_ssize_t ahead = 16;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i + ahead < count) {
            __builtin_prefetch(PyList_GetItem(objects, i + ahead));
        }
        PyObject *object = PyList_GetItem(objects, i);
        if (matters(object, type_offset)) {
            return object;
        }
    }
    return NULL;
}

typedef struct {
    size_t type_offset;
    const char *why;            /* NULL: no object matters so far */
} search;

static int
visit(PyObject *object, void *argument)
{
    search *s = argument;
    if (!matters(object, s->type_offset)) {
        return 1;
    }
    s->why = because_of(object);
    return 0;
}

/* Why the first object matters that does, or NULL. */
static const char *
look_at_objects(PyObject *gc)
{
    PyObject *empty = PyList_New(0);
    if (empty == NULL) {
        return "the objects cannot be listed";
    }
    search s = {find_type_offset(empty), NULL};
    pycds_drop(empty);
    /* From 3.12 on; a list of all takes as long to make as to look at. */
    if (PyUnstable_GC_VisitObjects != NULL) {
        PyUnstable_GC_VisitObjects(visit, &s);
        return s.why;
    }
    PyObject *objects = PyObject_CallMethod(gc, "get_objects", NULL);
    Py_ssize_t count = objects == NULL ? -1 : PyList_Size(objects);
    if (count < 0) {
        return "the objects cannot be listed";
    }
    PyObject *found = find_in_list(objects, count, s.type_offset);
    state.objects = objects;
    return found == NULL ? NULL : because_of(found);
}

static int
prepare(const char *stdlib)
{
    pycds_find_streams();
    pycds_find_databases();
    state.sockets[0] = pycds_find_imported("_socket", "socket");
    state.sockets[1] = pycds_find_imported("socket", "socket");
    state.greenlet = pycds_find_imported("greenlet._greenlet", "greenlet");
    pycds_find_known_classes(stdlib);
    pycds_find_packages();
    state.tracker = pycds_find_imported("multiprocessing.resource_tracker", "ResourceTracker");
    PyErr_Clear();
    return &PyGen_Type == NULL || &_PyWeakref_RefType == NULL || &_PyWeakref_ProxyType == NULL
           || &_PyWeakref_CallableProxyType == NULL || make_room() < 0 ? -1 : 0;
}

static const char *
directory_of_stdlib(void)
{
    PyObject *object = PySys_GetObject("_stdlib_dir");
    const char *text = object == NULL || object == Py_None
                       ? NULL : PyUnicode_AsUTF8AndSize(object, NULL);
    PyErr_Clear();
    return text;
}

/* The path of a shared object whose code was not gone through, or NULL. */
static const char *
find_foreign_code(const char *stdlib)
{
    char own[PATH_MAX];
    snprintf(own, sizeof(own), "%s/lib-dynload", stdlib);
    return pycds_foreign_code(own);
}

/* Cheap reasons first. */
static const char *
look(PyObject *gc)
{
    const char *stdlib = directory_of_stdlib(), *found;
    if (stdlib == NULL || gc == NULL || prepare(stdlib) < 0
        || pycds_prepare_references(gc, stdlib) < 0) {
        PyErr_Clear();
        return "the interpreter is not known";
    }
    if ((found = pycds_observer(gc)) != NULL) {
        return found;
    }
    if ((found = find_foreign_code(stdlib)) != NULL
        || (found = pycds_talkative_module()) != NULL) {
        snprintf(state.why, sizeof(state.why), "%s is loaded", found);
        return state.why;
    }
    return pycds_has_telling_function() ? "ctypes may have code run at the end"
        : look_at_objects(gc);
}

const char *
pycds_leftovers(PyObject *gc)
{
    /* A collection of our making would be before the finalization that may follow. */
    int enabled = PyGC_Disable();
    const char *why = look(gc);
    PyErr_Clear();
    if (enabled) {
        PyGC_Enable();
    }
    return why;
}

void
pycds_forget_leftovers(void)
{
    int enabled = PyGC_Disable();
    pycds_drop(state.objects);
    state.objects = NULL;
    if (enabled) {
        PyGC_Enable();
    }
}
