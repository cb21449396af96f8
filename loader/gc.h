/* What the cyclic garbage collector does while archived modules are imported. */

#ifndef PYCDS_GC_H
#define PYCDS_GC_H

/* "defer", "freeze" or "off"; anything else is "off".  Call once, with the interpreter
 * initialised enough to make built-in modules. */
void pycds_gc_set_mode(const char *mode);

/* Around the import of an archived module; they nest.  Exceptions stay as they are. */
void pycds_gc_enter(void);
void pycds_gc_leave(void);

#endif
