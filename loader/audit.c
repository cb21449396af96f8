/* CPython allocates a hook's entry with the raw allocator of the moment, and frees it
 * at exit with that of then.  Before initialization that is malloc(); later it may be
 * the debug allocator (PYTHONMALLOC=debug, -X dev), which ends the process when it
 * meets a block it did not make (Python/sysmodule.c, 3.11 to 3.15).
 * So the entry's address is recorded, and that one block is freed as it was made. */

#include "audit.h"

#include <string.h>

static PyMemAllocatorEx first;          /* the raw allocator when the hook was added */
static PyMemAllocatorEx last;           /* when the hooks are cleared */
static void *entry;

static void *
recording_malloc(void *ctx, size_t size)
{
    entry = first.malloc(ctx, size);
    return entry;
}

static void
clearing_free(void *ctx, void *p)
{
    if (p != NULL && p == entry) {
        entry = NULL;
        PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &last);
        first.free(first.ctx, p);
        return;
    }
    last.free(ctx, p);
}

void
pycds_add_audit_hook(Py_AuditHookFunction hook)
{
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &first);
    PyMemAllocatorEx recording = first;
    recording.malloc = recording_malloc;
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &recording);
    PySys_AddAuditHook(hook, NULL);
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &first);
}

void
pycds_audit_event(const char *event)
{
    if (event[0] != 'c' || strcmp(event, "cpython._PySys_ClearAuditHooks") != 0) {
        return;
    }
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &last);
    if (entry != NULL && last.free != first.free) {
        PyMemAllocatorEx clearing = last;
        clearing.free = clearing_free;
        PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &clearing);
    }
}
