/* Adds an audit hook before CPython is initialized, safely. */

#ifndef PYCDS_AUDIT_H
#define PYCDS_AUDIT_H

#include "python.h"

/* PySys_AddAuditHook() for use before Py_Initialize().  The hook must hand every
 * event to pycds_audit_event(). */
void pycds_add_audit_hook(Py_AuditHookFunction hook);

void pycds_audit_event(const char *event);

#endif
