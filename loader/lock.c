/* _ModuleLockManager: of all that importlib does around an import, making a lock, a weak
 * reference to it and a callback costs most, and in nearly every import no second thread
 * ever asks for the lock.
 *
 * So what is put into _module_locks under the module's name is not a weak reference to a
 * lock but a manager that makes the lock when it is called, which is what importlib does
 * with a weak reference (_get_module_lock()).  The lock it makes is importlib's own, held
 * by the importing thread; from then on everything is stock's.  All of this happens under
 * the GIL without running Python code in between. */

#include "lock.h"

#include "object.h"
#include "watch.h"

static struct {
    PyObject *stock;            /* the class replaced */
    PyObject *locks;            /* dict: _module_locks */
    PyObject *lock_class;       /* _ModuleLock */
    PyObject *get_ident;        /* _thread.get_ident */
    PyObject *ref;              /* _weakref.ref */
    PyObject *manager_class;
    PyObject *owner, *acquire, *release;    /* attribute names */
    Py_ssize_t offset;          /* of a manager's fields in it */
} state;

typedef struct {
    PyObject *name;             /* of the module; NULL when the import is over */
    PyObject *thread;           /* identifier of the importing thread */
    PyObject *lock;             /* once somebody asked for it */
} fields;

static fields *
fields_of(PyObject *manager)
{
    return (fields *)((char *)manager + state.offset);
}

static int
call(PyObject *object, PyObject *method)
{
    PyObject *function = PyObject_GetAttr(object, method);
    PyObject *result = function == NULL ? NULL : PyObject_CallFunctionObjArgs(function, NULL);
    pycds_drop(function);
    pycds_drop(result);
    return result == NULL ? -1 : 0;
}

/* The callback of the weak reference, as in _get_module_lock().  self is the name. */
static PyObject *
lock_died(PyObject *self, PyObject *reference)
{
    if (PyDict_GetItemWithError(state.locks, self) == reference) {
        PyDict_DelItem(state.locks, self);
    }
    PyErr_Clear();
    return pycds_none();
}

static PyMethodDef lock_died_definition = {"cb", lock_died, METH_O, NULL};

/* Hands the lock over to stock: a weak reference to it takes the manager's place. */
static void
put_reference(PyObject *name, PyObject *lock)
{
    PyObject *callback = PyCFunction_NewEx(&lock_died_definition, name, NULL);
    PyObject *reference = callback == NULL ? NULL
        : PyObject_CallFunctionObjArgs(state.ref, lock, callback, NULL);
    if (reference == NULL || PyDict_SetItem(state.locks, name, reference) < 0) {
        PyErr_Clear();
    }
    pycds_drop(callback);
    pycds_drop(reference);
}

/* manager(): the lock, held by the importing thread. */
static PyObject *
manager_call(PyObject *manager, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    fields *f = fields_of(manager);
    if (f->name != NULL && f->lock == NULL) {
        /* Other threads run meanwhile: the import may end, the lock be made twice. */
        PyObject *name = f->name, *thread = f->thread;
        Py_IncRef(name);
        Py_IncRef(thread);
        /* Whichever thread this is: a new lock does not block. */
        PyObject *lock = PyObject_CallFunctionObjArgs(state.lock_class, name, NULL);
        int failed = lock == NULL || call(lock, state.acquire) < 0
                     || PyObject_SetAttr(lock, state.owner, thread) < 0;
        if (!failed && f->name != NULL && f->lock == NULL) {
            Py_IncRef(lock);
            f->lock = lock;
            put_reference(name, lock);
        }
        pycds_drop(lock);
        Py_DecRef(name);
        Py_DecRef(thread);
        if (failed) {
            return NULL;
        }
    }
    if (f->lock == NULL) {
        return pycds_none();    /* as a weak reference whose object is gone */
    }
    Py_IncRef(f->lock);
    return f->lock;
}

/* __enter__(): nothing is left to do, the manager stands in _module_locks. */
static PyObject *
manager_enter(PyObject *manager, PyObject *ignored)
{
    (void)manager;
    (void)ignored;
    return pycds_none();
}

/* __exit__(*args) */
static PyObject *
manager_exit(PyObject *manager, PyObject *args)
{
    (void)args;
    fields *f = fields_of(manager);
    PyObject *name = f->name, *thread = f->thread, *lock = f->lock;
    int failed = 0;
    if (lock != NULL) {
        failed = call(lock, state.release) < 0;
    }
    else if (name != NULL && PyDict_GetItemWithError(state.locks, name) == manager) {
        failed = PyDict_DelItem(state.locks, name) < 0;
    }
    f->name = f->thread = f->lock = NULL;
    pycds_drop(name);
    pycds_drop(thread);
    pycds_drop(lock);
    return failed ? NULL : pycds_none();
}

/* _ModuleLockManager(name) */
static PyObject *
quick_manager(PyObject *self, PyObject *name)
{
    (void)self;
    PyObject *thread = NULL, *manager = NULL;
    /* A lock that is there is importlib's to take; who watches sees importlib at work. */
    if (!pycds_has_exact_type(name, (PyObject *)&PyUnicode_Type)
        || PyDict_GetItemWithError(state.locks, name) != NULL || pycds_is_watched()
        || (thread = PyObject_CallFunctionObjArgs(state.get_ident, NULL)) == NULL
        || (manager = PyObject_CallFunctionObjArgs(state.manager_class, NULL)) == NULL
        || PyDict_SetItem(state.locks, name, manager) < 0) {
        PyErr_Clear();
        pycds_drop(thread);
        pycds_drop(manager);
        return PyObject_CallFunctionObjArgs(state.stock, name, NULL);
    }
    fields *f = fields_of(manager);
    Py_IncRef(name);
    f->name = name;
    f->thread = thread;
    return manager;
}

static PyMethodDef manager_methods[] = {
    {"__enter__", manager_enter, METH_NOARGS, NULL},
    {"__exit__", manager_exit, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef definition = {"_ModuleLockManager", quick_manager, METH_O, NULL};

/* A class whose instances have fields behind object's, which may be of any size. */
static PyObject *
make_manager_class(void)
{
    static PyType_Slot slots[] = {
        {Py_tp_methods, manager_methods},
        {Py_tp_call, (void *)manager_call},
        {0, NULL},
    };
    PyType_Spec spec = {"_pycds.ModuleLockManager", 0, 0, PY_TPFLAGS_DEFAULT, slots};
    PyObject *size = PyObject_GetAttrString((PyObject *)&PyBaseObject_Type, "__basicsize__");
    state.offset = size == NULL ? -1 : PyLong_AsLong(size);
    pycds_drop(size);
    if (state.offset < 0) {
        return NULL;
    }
    spec.basicsize = (int)state.offset + (int)sizeof(fields);
    return PyType_FromSpec(&spec);
}

void
pycds_install_lock(PyObject *bootstrap)
{
    PyObject *thread = PyObject_GetAttrString(bootstrap, "_thread");
    PyObject *weakref = PyObject_GetAttrString(bootstrap, "_weakref");
    PyObject *name = PyObject_GetAttrString(bootstrap, "__name__");
    PyObject *function = name == NULL ? NULL : PyCFunction_NewEx(&definition, NULL, name);
    state.stock = PyObject_GetAttrString(bootstrap, "_ModuleLockManager");
    state.locks = PyObject_GetAttrString(bootstrap, "_module_locks");
    state.lock_class = PyObject_GetAttrString(bootstrap, "_ModuleLock");
    state.get_ident = thread == NULL ? NULL : PyObject_GetAttrString(thread, "get_ident");
    state.ref = weakref == NULL ? NULL : PyObject_GetAttrString(weakref, "ref");
    state.owner = PyUnicode_InternFromString("owner");
    state.acquire = PyUnicode_InternFromString("acquire");
    state.release = PyUnicode_InternFromString("release");
    if (function != NULL && state.stock != NULL && state.locks != NULL
        && pycds_has_exact_type(state.locks, (PyObject *)&PyDict_Type)
        && state.lock_class != NULL && state.get_ident != NULL && state.ref != NULL
        && state.owner != NULL && state.acquire != NULL && state.release != NULL
        && (state.manager_class = make_manager_class()) != NULL) {
        PyObject_SetAttrString(bootstrap, "_ModuleLockManager", function);
    }
    PyErr_Clear();
    pycds_drop(thread);
    pycds_drop(weakref);
    pycds_drop(name);
    pycds_drop(function);
}
