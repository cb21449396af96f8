/* Facts of the running interpreter that decide whether an archive fits. */

#ifndef PYCDS_HOST_H
#define PYCDS_HOST_H

#include "image.h"
#include "python.h"

/* Fills in *host.  -1 if no archive can be used with this interpreter or with the
 * options it was started with.  No exception is left set. */
int pycds_read_host(pycds_host *host, pycds_refusal *refusal);

/* sys.flags.NAME, or fallback. */
long pycds_flag(const char *name, long fallback);

/* What is in sys.modules under the name.  New reference, or NULL without an exception. */
PyObject *pycds_get_module(const char *name);

/* A built-in module, made anew and without a trace in sys.modules.  New reference, or
 * NULL, perhaps with an exception set. */
PyObject *pycds_make_builtin(const char *name);

/* The module gc so made, the same each time.  Borrowed, or NULL without an exception. */
PyObject *pycds_gc_module(void);

#endif
