/* Debuggers, profilers and coverage tools. */

#ifndef PYCDS_WATCH_H
#define PYCDS_WATCH_H

/* Call before pycds_is_watched().  0, or -1, perhaps with an exception set. */
int pycds_find_watchers(void);

/* Whether a debugger, a profiler or a coverage tool would see Python's calls. */
int pycds_is_watched(void);

#endif
