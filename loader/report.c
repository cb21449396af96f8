/* Messages of the loader.  They go straight to descriptor 2: sys.stderr may not
 * exist yet, and nothing here may disturb the program's own streams. */

#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

pycds_settings pycds_set;

static int
is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && strcmp(value, "1") == 0;
}

void
pycds_read_settings(void)
{
    pycds_set.verbose = is_set("PYCDS_VERBOSE");
    pycds_set.strict = is_set("PYCDS_STRICT");
    pycds_set.verify = is_set("PYCDS_VERIFY");
    pycds_set.relocate = is_set("PYCDS_RELOCATE");
}

/* One write for one line, so that lines of several threads do not mix. */
static void
put_line(const char *prefix, const char *format, va_list args)
{
    char line[1200];
    size_t used = (size_t)snprintf(line, sizeof(line), "%s", prefix);
    int n = vsnprintf(line + used, sizeof(line) - used - 1, format, args);
    if (n < 0) {
        return;
    }
    used += (size_t)n;
    if (used > sizeof(line) - 2) {
        used = sizeof(line) - 2;
    }
    line[used++] = '\n';
    if (write(STDERR_FILENO, line, used) < 0) {
        return;     /* nowhere left to complain to */
    }
}

void
pycds_say(const char *format, ...)
{
    if (pycds_set.verbose) {
        va_list args;
        va_start(args, format);
        put_line("pycds: ", format, args);
        va_end(args);
    }
}

static void
put_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line("pycds: error: ", format, args);
    va_end(args);
}

void
pycds_refused(const char *subject, const pycds_refusal *refusal)
{
    if (pycds_set.strict) {
        put_error("%s: %s", subject, refusal->text);
        _exit(PYCDS_STRICT_EXIT);
    }
    pycds_say("%s not used: %s", subject, refusal->text);
}
