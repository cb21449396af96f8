/* Code of the interpreter's frozen modules from the archive. */

#ifndef PYCDS_FROZEN_H
#define PYCDS_FROZEN_H

/* From now until pycds_frozen_end() the archive has the code of frozen modules. */
void pycds_frozen_begin(void);
void pycds_frozen_end(void);

#endif
