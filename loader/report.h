/* What the loader tells people, and the PYCDS_* variables that ask for it. */

#ifndef PYCDS_REPORT_H
#define PYCDS_REPORT_H

#include "refusal.h"

#define PYCDS_STRICT_EXIT 70    /* exit status of a refusal under PYCDS_STRICT=1 */

typedef struct {
    int verbose;        /* PYCDS_VERBOSE=1: say what is mapped, bound, missed and why */
    int strict;         /* PYCDS_STRICT=1: a refusal ends the process */
    int verify;         /* PYCDS_VERIFY=1: check the checksum of the whole file */
    int relocate;       /* PYCDS_RELOCATE=1: never map at the preferred base */
} pycds_settings;

extern pycds_settings pycds_set;

void pycds_read_settings(void);

/* One line on stderr, only under PYCDS_VERBOSE=1. */
void pycds_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The subject (an archive or a module) is not used.  Returns unless strict. */
void pycds_refused(const char *subject, const pycds_refusal *refusal);

#endif
