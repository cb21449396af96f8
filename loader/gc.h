/* What the cyclic garbage collector does while the interpreter starts, and while archived
 * modules are imported. */

#ifndef PYCDS_GC_H
#define PYCDS_GC_H

/* "defer", "freeze" or "off"; anything else is "off".  Call first, before Py_Initialize(). */
void pycds_gc_set_mode(const char *mode);

/* Turns collection off as soon as there is an interpreter to do it in, if the mode is not
 * "off".  The call may come from inside of an allocation. */
void pycds_gc_pause(void);

/* Turns it on again; from now on it is not paused.  Call before any code that is not the
 * interpreter's runs, without an exception set; leaves none. */
void pycds_gc_resume(void);

/* Call once, with the interpreter initialised enough to make built-in modules. */
void pycds_gc_set_up(void);

/* Around the import of an archived module; they nest.  Exceptions stay as they are. */
void pycds_gc_enter(void);
void pycds_gc_leave(void);

#endif
