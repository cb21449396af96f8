/* How the loader gets into the process: LD_PRELOAD runs its constructor before main(),
 * the constructor asks CPython for audit events, and the event that announces the
 * import of encodings is the moment to open the archive.  It is the first import
 * from the file system: sys and importlib are set up (Python/pylifecycle.c,
 * init_interp_main(), 3.11 to 3.15), and nothing of the program has run.  The import
 * of site, which -S leaves out, and the run of the program come later.
 *
 * The command line stays stock's, so sys.argv, sys.flags, __main__ and exit codes are
 * stock's own work. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ahead.h"
#include "archive.h"
#include "audit.h"
#include "early.h"
#include "exit.h"
#include "finder.h"
#include "frozen.h"
#include "gc.h"
#include "host.h"
#include "memo.h"
#include "memory.h"
#include "report.h"
#include "run.h"
#include "search.h"
#include "site.h"
#include "stack.h"

#define LAUNCH_VARIABLE "_PYCDS_LAUNCH"
#define RUN_EVENTS "cpython.run_"

/* What the launcher says, in lines KEY=VALUE.  Strings live as long as the process. */
static struct {
    const char *archive;        /* path of the archive */
    const char *runfiles;       /* the runfiles directory, as PYTHONPATH starts */
    const char *preload;        /* LD_PRELOAD before, NULL if it was not set */
    const char *gc;             /* defer, freeze or off */
    const char *exit;           /* quick, now or full */
    int full_site;              /* site=full */
    int begun;                  /* the archive is open */
    int fd;                     /* of this file where its path cannot be in LD_PRELOAD, or 0 */
    int roots;                  /* how many first entries of PYTHONPATH are the launcher's */
} launch;

static enum {
    WAITING,                    /* for the first import from the file system */
    BUSY,
    WAITING_FOR_SITE,           /* with the archive in use */
    WAITING_FOR_RUN,            /* perhaps with the placeholder of site in place */
    DONE,
} stage;

static int
parse_count(const char *text)
{
    int n = 0;
    for (; *text >= '0' && *text <= '9' && n < 1000000; text++) {
        n = n * 10 + (*text - '0');
    }
    return n;
}

static void
parse_launch(char *text)
{
    for (char *save, *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char *value = strchr(line, '=');
        if (value == NULL) {
            continue;
        }
        *value++ = '\0';
        if (strcmp(line, "archive") == 0) {
            launch.archive = value;
        }
        else if (strcmp(line, "runfiles") == 0) {
            launch.runfiles = value;
        }
        else if (strcmp(line, "preload") == 0) {
            launch.preload = value;
        }
        else if (strcmp(line, "site") == 0) {
            launch.full_site = strcmp(value, "full") == 0;
        }
        else if (strcmp(line, "gc") == 0) {
            launch.gc = value;
        }
        else if (strcmp(line, "exit") == 0) {
            launch.exit = value;
        }
        else if (strcmp(line, "fd") == 0) {
            launch.fd = parse_count(value);
        }
        else if (strcmp(line, "roots") == 0) {
            launch.roots = parse_count(value);
        }
    }
}

/* sys._stdlib_dir as sys.path has it, or NULL. */
static const char *
find_stdlib(char buffer[PATH_MAX])
{
    PyObject *object = PySys_GetObject("_stdlib_dir");
    const char *text = object == NULL || object == Py_None
                       ? NULL : PyUnicode_AsUTF8AndSize(object, NULL);
    if (text == NULL || text[0] != '/' || strlen(text) >= PATH_MAX) {
        PyErr_Clear();
        return NULL;
    }
    strcpy(buffer, text);
    pycds_normalize(buffer);
    return buffer;
}

/* Opens the archive and installs the finder.  0, or -1 with *refusal filled in. */
static int
set_up(pycds_refusal *refusal)
{
    char runfiles[PATH_MAX], stdlib_buffer[PATH_MAX];
    const char *stdlib = find_stdlib(stdlib_buffer);

    if (launch.runfiles == NULL || launch.runfiles[0] != '/'
        || strlen(launch.runfiles) >= sizeof(runfiles)) {
        return pycds_refuse(refusal, PYCDS_REFUSE_SET_UP, "an absolute runfiles directory",
                            launch.runfiles == NULL ? "none" : launch.runfiles);
    }
    strcpy(runfiles, launch.runfiles);
    pycds_normalize(runfiles);          /* as getpath does with PYTHONPATH */
    if (!launch.begun) {
        pycds_archive_begin(launch.archive);
    }
    if (pycds_archive_open(runfiles, stdlib, refusal) < 0) {
        return -1;
    }
    if (pycds_install_finder(runfiles, stdlib, launch.roots) < 0) {
        PyErr_Clear();
        return pycds_refuse(refusal, PYCDS_REFUSE_SET_UP, "a finder on sys.meta_path",
                            "an exception");
    }
    pycds_gc_set_up();
    pycds_exit_set_mode(launch.exit);
    if (pycds_has_memos(PYCDS_MEMO_SOURCE)) {
        pycds_install_sources();
    }
    pycds_frozen_begin();
    return 0;
}

/* Whether the archive is in use now. */
static int
begin(void)
{
    pycds_refusal refusal;
    if (set_up(&refusal) < 0) {
        pycds_refused(launch.archive, &refusal);
        pycds_ahead_leave();
        pycds_gc_resume();
        return 0;
    }
    return 1;
}

/* Takes site's place, if that will do. */
static void
replace_site(void)
{
    const char *why = "asked for";
    if (!launch.full_site && pycds_site_can_be_minimal(&why)) {
        if (pycds_site_minimal() == 0) {
            pycds_say("site: minimal");
            pycds_run_expect();
            return;
        }
        why = "its parts did not run";
    }
    pycds_say("site: full: %s", why);
}

static int
is_import_of(const char *event, PyObject *args, const char *module)
{
    if (strcmp(event, "import") != 0) {
        return 0;
    }
    PyObject *name = PyTuple_GetItem(args, 0);
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    if (text == NULL) {
        PyErr_Clear();
        return 0;
    }
    return strcmp(text, module) == 0;
}

static int
run_program(const char *event, PyObject *program)
{
    return strcmp(event, "cpython.run_file") == 0 ? pycds_run_file(program)
        : strcmp(event, "cpython.run_module") == 0 ? pycds_run_module(program) : 0;
}

static int
hook(const char *event, PyObject *args, void *unused)
{
    (void)unused;
    pycds_audit_event(event);
    pycds_ahead_audit_event(event);
    pycds_exit_audit_event(event, args);
    if (stage == DONE || stage == BUSY) {
        return 0;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (strncmp(event, RUN_EVENTS, sizeof(RUN_EVENTS) - 1) == 0) {
        int in_use = stage == WAITING_FOR_SITE || stage == WAITING_FOR_RUN;
        pycds_gc_resume();
        pycds_site_done();
        pycds_frozen_end();
        stage = DONE;
        if (in_use && run_program(event, PyTuple_GetItem(args, 0)) < 0) {
            return -1;
        }
    }
    else if (stage == WAITING && is_import_of(event, args, "encodings")) {
        stage = BUSY;
        stage = begin() ? WAITING_FOR_SITE : DONE;
    }
    else if (stage == WAITING_FOR_SITE && is_import_of(event, args, "site")) {
        stage = BUSY;
        replace_site();
        pycds_gc_resume();
        stage = WAITING_FOR_RUN;
    }
    PyErr_Restore(type, value, traceback);
    return 0;
}

__attribute__((constructor)) static void
preload(void)
{
    const char *text = getenv(LAUNCH_VARIABLE);
    if (text == NULL || &Py_Version == NULL || PySys_AddAuditHook == NULL) {
        return;     /* not launched, or a wrapper that has yet to start CPython */
    }
    char *copy = strdup(text);
    if (copy == NULL) {
        return;
    }
    parse_launch(copy);
    if (launch.fd > 0) {
        close(launch.fd);
    }
    unsetenv(LAUNCH_VARIABLE);
    if (launch.preload != NULL) {
        setenv("LD_PRELOAD", launch.preload, 1);
    }
    else {
        unsetenv("LD_PRELOAD");
    }
    pycds_read_settings();
    if (launch.archive != NULL) {
        pycds_gc_set_mode(launch.gc);
        if (Py_Version >= 0x030e0000) {
            pycds_stack_expect();
        }
        if (&pycds_early_time != NULL && pycds_early_time > 0) {
            pycds_say("libpython: its data is in a huge page");
            pycds_huge_page_took(pycds_early_time);
        }
        /* The interpreter cannot start without memory, but without an archive. */
        pycds_image *image = NULL;
        if (!pycds_address_space_is_scarce()) {
            launch.begun = 1;
            image = pycds_archive_begin(launch.archive);
        }
        pycds_use_huge_pages(image == NULL ? 0 : pycds_image_patched(image));
        pycds_add_audit_hook(hook);
    }
}
