/* The end of the process. */

#ifndef PYCDS_EXIT_H
#define PYCDS_EXIT_H

#include "python.h"

/* Before the program runs: with mode "quick" the interpreter's finalization is left out
 * where nothing could be seen of it, with "now" always; "full" or NULL: never. */
void pycds_exit_set_mode(const char *mode);

/* Whether it matters that the next two are called. */
int pycds_exit_wants_status(void);

/* The program has ended, and the process will with this status unless its streams
 * cannot be flushed. */
void pycds_exit_expect(int status);

/* The same for an exception that is set, which stays set. */
void pycds_exit_expect_exception(void);

/* To be told of each audit event. */
void pycds_exit_audit_event(const char *event, PyObject *args);

#endif
