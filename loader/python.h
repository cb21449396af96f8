/* The stable ABI's functions and the exported data symbols the loader uses,
 * declared without CPython's headers so that one binary serves every version.
 * All are weak: in a process that is no CPython they are null and nothing is done.
 * PyCode_Type, the singletons' structs and PySlice_Type are exported by every
 * CPython from 3.11 to 3.15 though not all are in the stable ABI's list. */

#ifndef PYCDS_PYTHON_H
#define PYCDS_PYTHON_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PYCDS_WEAK __attribute__((weak, visibility("default")))

typedef struct _object PyObject;
typedef struct _typeobject PyTypeObject;
typedef ssize_t Py_ssize_t;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef PyObject *(*PyCFunctionWithKeywords)(PyObject *, PyObject *, PyObject *);
typedef int (*Py_AuditHookFunction)(const char *, PyObject *, void *);

typedef struct {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
} PyMethodDef;

/* Include/cpython/pymem.h; the same from 3.4 on. */
typedef struct {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t nelem, size_t elsize);
    void *(*realloc)(void *ctx, void *ptr, size_t new_size);
    void (*free)(void *ctx, void *ptr);
} PyMemAllocatorEx;

/* Include/cpython/objimpl.h; the same from 3.4 on. */
typedef struct {
    void *ctx;
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *ptr, size_t size);
} PyObjectArenaAllocator;

#define PYMEM_DOMAIN_RAW 0

/* Include/cpython/compile.h. */
typedef struct {
    int cf_flags;
    int cf_feature_version;
} PyCompilerFlags;

/* Include/object.h and typeslots.h. */
typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;

typedef struct {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;

#define PY_TPFLAGS_DEFAULT 0
#define Py_bf_releasebuffer 2
#define Py_tp_call 50
#define Py_tp_del 53
#define Py_tp_getattro 58
#define Py_tp_hash 59
#define Py_tp_methods 64
#define Py_tp_setattro 69
#define Py_tp_finalize 80

#define Py_EQ 2

#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define METH_NOARGS 0x0004
#define METH_O 0x0008

extern PYCDS_WEAK const unsigned long Py_Version;   /* 3.11 and later */

extern PYCDS_WEAK PyObject _Py_NoneStruct;
extern PYCDS_WEAK PyObject _Py_TrueStruct;
extern PYCDS_WEAK PyObject _Py_FalseStruct;
extern PYCDS_WEAK PyObject _Py_EllipsisObject;
#define Py_None (&_Py_NoneStruct)
#define Py_True (&_Py_TrueStruct)

extern PYCDS_WEAK PyTypeObject PyBaseObject_Type;
extern PYCDS_WEAK PyTypeObject PyBytes_Type;
extern PYCDS_WEAK PyTypeObject PyCFunction_Type;
extern PYCDS_WEAK PyTypeObject PyCode_Type;
extern PYCDS_WEAK PyTypeObject PyComplex_Type;
extern PYCDS_WEAK PyTypeObject PyDict_Type;
extern PYCDS_WEAK PyTypeObject PyFloat_Type;
extern PYCDS_WEAK PyTypeObject PyFunction_Type;
extern PYCDS_WEAK PyTypeObject PyGen_Type;
extern PYCDS_WEAK PyTypeObject PyList_Type;
extern PYCDS_WEAK PyTypeObject PyLong_Type;
extern PYCDS_WEAK PyTypeObject PyMethod_Type;
extern PYCDS_WEAK PyTypeObject PyModule_Type;
extern PYCDS_WEAK PyTypeObject PySlice_Type;
extern PYCDS_WEAK PyTypeObject PyTuple_Type;
extern PYCDS_WEAK PyTypeObject PyType_Type;
extern PYCDS_WEAK PyTypeObject PyUnicode_Type;
extern PYCDS_WEAK PyTypeObject _PyWeakref_CallableProxyType;
extern PYCDS_WEAK PyTypeObject _PyWeakref_ProxyType;
extern PYCDS_WEAK PyTypeObject _PyWeakref_RefType;

extern PYCDS_WEAK PyObject *PyExc_ImportError;
extern PYCDS_WEAK PyObject *PyExc_KeyboardInterrupt;
extern PYCDS_WEAK PyObject *PyExc_ResourceWarning;
extern PYCDS_WEAK PyObject *PyExc_SystemExit;
extern PYCDS_WEAK PyObject *PyExc_Warning;

PYCDS_WEAK int PySys_AddAuditHook(Py_AuditHookFunction, void *);
PYCDS_WEAK int PySys_Audit(const char *, const char *, ...);
PYCDS_WEAK void PyMem_GetAllocator(int, PyMemAllocatorEx *);
PYCDS_WEAK void PyMem_SetAllocator(int, PyMemAllocatorEx *);
PYCDS_WEAK void PyObject_GetArenaAllocator(PyObjectArenaAllocator *);
PYCDS_WEAK void PyObject_SetArenaAllocator(PyObjectArenaAllocator *);
PYCDS_WEAK PyObject *PySys_GetObject(const char *);             /* borrowed */
PYCDS_WEAK long PyImport_GetMagicNumber(void);
PYCDS_WEAK PyObject *PyImport_GetModuleDict(void);              /* borrowed */
PYCDS_WEAK PyObject *PyImport_ImportModule(const char *);

PYCDS_WEAK void Py_IncRef(PyObject *);
PYCDS_WEAK void Py_DecRef(PyObject *);

PYCDS_WEAK PyObject *PyErr_Occurred(void);                      /* borrowed */
PYCDS_WEAK void PyErr_Clear(void);
PYCDS_WEAK void PyErr_Fetch(PyObject **, PyObject **, PyObject **);
PYCDS_WEAK void PyErr_Restore(PyObject *, PyObject *, PyObject *);
PYCDS_WEAK int PyErr_ExceptionMatches(PyObject *);
PYCDS_WEAK void PyErr_Print(void);
PYCDS_WEAK void PyErr_SetObject(PyObject *, PyObject *);
PYCDS_WEAK PyObject *PyErr_Format(PyObject *, const char *, ...);

PYCDS_WEAK PyObject *PyObject_GetAttr(PyObject *, PyObject *);
PYCDS_WEAK PyObject *PyObject_GetAttrString(PyObject *, const char *);
PYCDS_WEAK int PyObject_SetAttrString(PyObject *, const char *, PyObject *);
PYCDS_WEAK int PyObject_SetAttr(PyObject *, PyObject *, PyObject *);
PYCDS_WEAK PyObject *PyObject_Call(PyObject *, PyObject *, PyObject *);
PYCDS_WEAK PyObject *PyObject_CallFunction(PyObject *, const char *, ...);
PYCDS_WEAK PyObject *PyObject_CallFunctionObjArgs(PyObject *, ...);
PYCDS_WEAK PyObject *PyObject_CallMethod(PyObject *, const char *, const char *, ...);
PYCDS_WEAK PyObject *PyObject_Type(PyObject *);
PYCDS_WEAK int PyObject_IsInstance(PyObject *, PyObject *);
PYCDS_WEAK int PyObject_IsSubclass(PyObject *, PyObject *);

PYCDS_WEAK int PyArg_ParseTuple(PyObject *, const char *, ...);
PYCDS_WEAK int PyArg_ParseTupleAndKeywords(PyObject *, PyObject *, const char *,
                                           char **, ...);
PYCDS_WEAK PyObject *Py_BuildValue(const char *, ...);
PYCDS_WEAK PyObject *PyDescr_NewMethod(PyTypeObject *, PyMethodDef *);
PYCDS_WEAK PyObject *PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);
PYCDS_WEAK PyObject *PyRun_StringFlags(const char *, int, PyObject *, PyObject *,
                                       PyCompilerFlags *);
PYCDS_WEAK PyObject *PyEval_EvalCode(PyObject *, PyObject *, PyObject *);
PYCDS_WEAK int PyEval_MergeCompilerFlags(PyCompilerFlags *);
PYCDS_WEAK PyObject *PyType_FromSpec(PyType_Spec *);
PYCDS_WEAK PyObject *PyType_GetName(PyTypeObject *);
PYCDS_WEAK void *PyType_GetSlot(PyTypeObject *, int);
PYCDS_WEAK int PyType_IsSubtype(PyTypeObject *, PyTypeObject *);
PYCDS_WEAK PyObject *PyEval_GetBuiltins(void);                  /* borrowed */

/* Include/pystate.h; exported by every version, not all in the stable ABI. */
PYCDS_WEAK void *PyInterpreterState_Head(void);
PYCDS_WEAK void *PyInterpreterState_Next(void *);
PYCDS_WEAK void *PyInterpreterState_ThreadHead(void *);
PYCDS_WEAK void *PyThreadState_Next(void *);
PYCDS_WEAK PyObject *PyEval_GetFrame(void);                     /* borrowed */
/* NULL before there is one. */
PYCDS_WEAK void *PyGILState_GetThisThreadState(void);

PYCDS_WEAK void *PyCFunction_GetFunction(PyObject *);
PYCDS_WEAK int PyGC_Disable(void);
PYCDS_WEAK int PyGC_Enable(void);
/* Include/objimpl.h, 3.12 and later. */
PYCDS_WEAK void PyUnstable_GC_VisitObjects(int (*)(PyObject *, void *), void *);

PYCDS_WEAK PyObject *PyModule_New(const char *);
PYCDS_WEAK void *PyModule_GetDef(PyObject *);
PYCDS_WEAK void *PyModule_GetState(PyObject *);
PYCDS_WEAK PyObject *PyModule_GetDict(PyObject *);              /* borrowed */
PYCDS_WEAK int PyModule_AddFunctions(PyObject *, PyMethodDef *);

PYCDS_WEAK PyObject *PyDict_New(void);
PYCDS_WEAK PyObject *PyDict_Copy(PyObject *);
PYCDS_WEAK int PyDict_Update(PyObject *, PyObject *);
PYCDS_WEAK PyObject *PyDict_GetItemString(PyObject *, const char *);  /* borrowed */
PYCDS_WEAK PyObject *PyDict_GetItemWithError(PyObject *, PyObject *);  /* borrowed */
PYCDS_WEAK int PyDict_SetItem(PyObject *, PyObject *, PyObject *);
PYCDS_WEAK int PyDict_SetItemString(PyObject *, const char *, PyObject *);
PYCDS_WEAK int PyDict_DelItem(PyObject *, PyObject *);
PYCDS_WEAK int PyDict_DelItemString(PyObject *, const char *);
PYCDS_WEAK PyObject *PyDict_Keys(PyObject *);
PYCDS_WEAK Py_ssize_t PyDict_Size(PyObject *);
PYCDS_WEAK int PyDict_Next(PyObject *, Py_ssize_t *, PyObject **, PyObject **);

PYCDS_WEAK PyObject *PyList_New(Py_ssize_t);
PYCDS_WEAK Py_ssize_t PyList_Size(PyObject *);
PYCDS_WEAK PyObject *PyList_GetItem(PyObject *, Py_ssize_t);    /* borrowed */
PYCDS_WEAK int PyList_SetItem(PyObject *, Py_ssize_t, PyObject *);  /* steals */
PYCDS_WEAK int PyList_Append(PyObject *, PyObject *);
PYCDS_WEAK int PyList_SetSlice(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
PYCDS_WEAK int PyList_Insert(PyObject *, Py_ssize_t, PyObject *);
PYCDS_WEAK PyObject *PySequence_List(PyObject *);
PYCDS_WEAK int PyObject_RichCompareBool(PyObject *, PyObject *, int);
PYCDS_WEAK int PySequence_Contains(PyObject *, PyObject *);

PYCDS_WEAK PyObject *PyTuple_New(Py_ssize_t);
PYCDS_WEAK Py_ssize_t PyTuple_Size(PyObject *);
PYCDS_WEAK PyObject *PyTuple_GetItem(PyObject *, Py_ssize_t);   /* borrowed */
PYCDS_WEAK int PyTuple_SetItem(PyObject *, Py_ssize_t, PyObject *);  /* steals */
PYCDS_WEAK PyObject *PyFrozenSet_New(PyObject *);
PYCDS_WEAK PyObject *PySet_New(PyObject *);
PYCDS_WEAK int PySet_Add(PyObject *, PyObject *);
PYCDS_WEAK int PySet_Contains(PyObject *, PyObject *);

PYCDS_WEAK PyObject *PyLong_FromLong(long);
PYCDS_WEAK long PyLong_AsLong(PyObject *);
PYCDS_WEAK PyObject *PyLong_FromUnsignedLongLong(unsigned long long);
PYCDS_WEAK PyObject *PyBool_FromLong(long);
PYCDS_WEAK int PyBytes_AsStringAndSize(PyObject *, char **, Py_ssize_t *);
PYCDS_WEAK PyObject *PyBytes_FromStringAndSize(const char *, Py_ssize_t);

PYCDS_WEAK PyObject *PyUnicode_FromString(const char *);
PYCDS_WEAK PyObject *PyUnicode_FromStringAndSize(const char *, Py_ssize_t);
PYCDS_WEAK PyObject *PyUnicode_FromOrdinal(int);
PYCDS_WEAK PyObject *PyUnicode_DecodeFSDefaultAndSize(const char *, Py_ssize_t);
PYCDS_WEAK PyObject *PyUnicode_InternFromString(const char *);
PYCDS_WEAK void PyUnicode_InternInPlace(PyObject **);
PYCDS_WEAK const char *PyUnicode_AsUTF8AndSize(PyObject *, Py_ssize_t *);

#endif
