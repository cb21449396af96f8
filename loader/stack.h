/* How much stack the interpreter has. */

#ifndef PYCDS_STACK_H
#define PYCDS_STACK_H

/* Has the next pthread_getattr_np() for the calling thread, which is the process's first,
 * answered quickly. */
void pycds_stack_expect(void);

#endif
