/* What early.c did before the interpreter's libpython was relocated. */

#ifndef PYCDS_EARLY_H
#define PYCDS_EARLY_H

#include <stdint.h>

/* The processor time that a huge page and copying it took, in nanoseconds; 0: there is none.
 * Weak: the address is NULL where early.c is not in the process. */
extern int64_t pycds_early_time __attribute__((weak, visibility("default")));

#endif
