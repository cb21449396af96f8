/* The code of the interpreter's frozen modules. */

#ifndef PYCDS_FROZEN_H
#define PYCDS_FROZEN_H

/* From the first call to the second it comes from the archive, where that has it.  Both
 * leave no exception. */
void pycds_frozen_begin(void);
void pycds_frozen_end(void);

#endif
