/* The program that Bazel's output is: finds the runfiles, sets the environment as
 * Bazel's python_bootstrap_template.txt does, and becomes the interpreter.
 *
 * Its configuration is appended to it (tools/launcher): the text, its size as a
 * little-endian u64, then CONFIG_MAGIC.  The text is lines KEY=VALUE; tools/launcher's
 * config.go says which.  The template's coverage mode (COVERAGE_DIR with a coverage
 * tool) is left out: the program runs without it.
 *
 * Exit status: the program's; 1 with a message if it cannot be started. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runfiles.h"

#define CONFIG_MAGIC "PYCDSLCH"
#define CONFIG_LIMIT (1 << 20)          /* bytes of text */
#define CANNOT_START 1                  /* exit status, as an exception in the template */
#define SEPARATORS " :;"                /* in LD_PRELOAD */

extern char **environ;

typedef struct {
    char **items;
    size_t count;
} list;

static struct {
    const char *interpreter;            /* runfiles-relative, absolute, or a name on PATH */
    const char *main;                   /* runfiles-relative */
    const char *main_module;
    const char *archive, *loader;       /* runfiles-relative */
    const char *early;                  /* runfiles-relative folder: a loader, what that wants */
    const char *site, *gc, *exit;
    int import_all;                     /* also every directory at the top of the runfiles */
    list interpreter_args;
    list import_roots;                  /* runfiles-relative, the first is "" */
} config;

static void __attribute__((noreturn, format(printf, 1, 2)))
fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    dprintf(STDERR_FILENO, "pycds: error: ");
    vdprintf(STDERR_FILENO, format, args);
    dprintf(STDERR_FILENO, "\n");
    va_end(args);
    exit(CANNOT_START);
}

static void
append(list *l, const char *item)
{
    /* Sizes are powers of two, so a full list is one whose count is one. */
    if ((l->count & (l->count - 1)) == 0) {
        size_t room = l->count == 0 ? 1 : 2 * l->count;
        l->items = realloc(l->items, room * sizeof(char *));
        if (l->items == NULL) {
            fail("no memory for %zu items", room);
        }
    }
    l->items[l->count++] = (char *)item;
}

static void
append_new(list *l, const char *item)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->items[i], item) == 0) {
            return;
        }
    }
    append(l, item);
}

static char *
join(const list *l, const char *separator)
{
    size_t size = 1;
    for (size_t i = 0; i < l->count; i++) {
        size += strlen(l->items[i]) + strlen(separator);
    }
    char *result = malloc(size), *end = result;
    if (result == NULL) {
        fail("no memory for %zu bytes", size);
    }
    *end = '\0';
    for (size_t i = 0; i < l->count; i++) {
        end = stpcpy(end, i > 0 ? separator : "");
        end = stpcpy(end, l->items[i]);
    }
    return result;
}

/* The text appended to this very program, or NULL if there is none. */
static char *
read_config(void)
{
    struct {
        uint64_t size;
        char magic[8];
    } trailer;
    struct stat st;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        fail("cannot read the launcher itself through /proc/self/exe: %s; mount /proc",
             strerror(errno));
    }
    off_t end = st.st_size - (off_t)sizeof(trailer);
    if (end < 0 || pread(fd, &trailer, sizeof(trailer), end) != sizeof(trailer)
        || memcmp(trailer.magic, CONFIG_MAGIC, sizeof(trailer.magic)) != 0) {
        return NULL;
    }
    if (trailer.size > CONFIG_LIMIT || (off_t)trailer.size > end) {
        fail("the launcher's configuration has a size of %llu bytes, more than there is; "
             "rebuild the target", (unsigned long long)trailer.size);
    }
    char *text = malloc(trailer.size + 1);
    if (text == NULL
        || pread(fd, text, trailer.size, end - (off_t)trailer.size) != (ssize_t)trailer.size) {
        fail("cannot read the launcher's configuration: %s", strerror(errno));
    }
    text[trailer.size] = '\0';
    close(fd);
    return text;
}

static void
parse_config(char *text)
{
    static const struct {
        const char *key;
        const char **one;
        list *many;
    } keys[] = {
        {"interpreter", &config.interpreter, NULL},
        {"interpreter_arg", NULL, &config.interpreter_args},
        {"main", &config.main, NULL},
        {"main_module", &config.main_module, NULL},
        {"import_root", NULL, &config.import_roots},
        {"archive", &config.archive, NULL},
        {"loader", &config.loader, NULL},
        {"early", &config.early, NULL},
        {"site", &config.site, NULL},
        {"gc", &config.gc, NULL},
        {"exit", &config.exit, NULL},
    };
    char *save;
    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char *value = strchr(line, '=');
        if (value == NULL) {
            fail("the launcher's configuration has the line '%s' without '='; "
                 "rebuild the target", line);
        }
        *value++ = '\0';
        if (strcmp(line, "import_all") == 0) {
            config.import_all = strcmp(value, "1") == 0;
        }
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
            if (strcmp(line, keys[i].key) != 0) {
                continue;
            }
            if (keys[i].one != NULL) {
                *keys[i].one = value;
            }
            else {
                append(keys[i].many, value);
            }
        }
    }
    if (config.interpreter == NULL || (config.main == NULL && config.main_module == NULL)) {
        fail("the launcher's configuration lacks interpreter, or main and main_module; "
             "rebuild the target");
    }
}

/* The path this program was called by: what the kernel would hand to a script. */
static const char *
called_as(char **argv)
{
    const char *path = (const char *)getauxval(AT_EXECFN);
    return path != NULL && strncmp(path, "/dev/fd/", 8) != 0 ? path : argv[0];
}

static const char *
find_runfiles(char **argv)
{
    const char *known = config.main != NULL ? config.main
                        : config.archive != NULL ? config.archive : "";
    const char *program = called_as(argv);
    char *runfiles = program == NULL ? NULL : pycds_find_runfiles(program, known);
    if (runfiles == NULL) {
        /* Called by a name that says nothing: ask the kernel for the file. */
        runfiles = pycds_find_runfiles("/proc/self/exe", known);
    }
    if (runfiles == NULL) {
        fail("cannot find the runfiles of %s: RUNFILES_DIR and RUNFILES_MANIFEST_FILE name "
             "none that holds %s, and neither %s.runfiles nor a parent directory named "
             "*.runfiles exists; run it from bazel-bin or set RUNFILES_DIR",
             program, known, program);
    }
    return runfiles;
}

/* A name without '/' is looked up in PATH. */
static const char *
find_interpreter(const char *runfiles)
{
    const char *name = config.interpreter;
    if (name[0] == '/') {
        return name;
    }
    if (strchr(name, '/') != NULL) {
        return pycds_concat(runfiles, "/", name, NULL);
    }
    const char *search = getenv("PATH");
    char *path = pycds_concat(search != NULL ? search : "/bin:/usr/bin", NULL), *save;
    for (char *d = strtok_r(path, ":", &save); d != NULL; d = strtok_r(NULL, ":", &save)) {
        char *file = pycds_concat(d, "/", name, NULL);
        struct stat st;
        if (stat(file, &st) == 0 && S_ISREG(st.st_mode) && access(file, X_OK) == 0) {
            return file;
        }
    }
    fail("cannot find the interpreter %s on PATH (%s)", name,
         search != NULL ? search : "not set");
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every directory at the top of the runfiles, sorted. */
static void
append_top_directories(list *l, const char *runfiles)
{
    list found = {NULL, 0};
    DIR *directory = opendir(runfiles);
    if (directory == NULL) {
        fail("cannot list the runfiles directory %s: %s", runfiles, strerror(errno));
    }
    for (struct dirent *e; (e = readdir(directory)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        char *path = pycds_concat(runfiles, "/", e->d_name, NULL);
        struct stat st;
        if (e->d_type == DT_DIR
            || ((e->d_type == DT_LNK || e->d_type == DT_UNKNOWN)
                && stat(path, &st) == 0 && S_ISDIR(st.st_mode))) {
            append(&found, path);
        }
    }
    closedir(directory);
    if (found.count > 0) {
        qsort(found.items, found.count, sizeof(char *), compare);
    }
    for (size_t i = 0; i < found.count; i++) {
        append_new(l, found.items[i]);
    }
}

/* Composes PYTHONPATH as the template's Main().  How many entries are ours. */
static size_t
set_python_path(const char *runfiles)
{
    list path = {NULL, 0};
    const list *roots = &config.import_roots;
    /* The template joins an empty list of imports to one entry, the root with '/'. */
    int no_imports = roots->count + (size_t)config.import_all < 3;
    for (size_t i = 0; i < roots->count; i++) {
        append_new(&path, *roots->items[i] == '\0' && i == 0
                          ? runfiles : pycds_concat(runfiles, "/", roots->items[i], NULL));
        if (i == 0 && no_imports) {
            append_new(&path, pycds_concat(runfiles, "/", NULL));
        }
    }
    if (config.import_all) {
        append_top_directories(&path, runfiles);
    }
    size_t ours = path.count;
    const char *old = getenv("PYTHONPATH");
    if (old != NULL && *old != '\0') {
        char *rest = pycds_concat(old, NULL);
        for (char *entry; (entry = strsep(&rest, ":")) != NULL;) {
            append_new(&path, entry);
        }
    }
    if (setenv("PYTHONPATH", join(&path, ":"), 1) < 0) {
        fail("cannot set PYTHONPATH: %s", strerror(errno));
    }
    return ours;
}

static int
is_verbose(void)
{
    const char *value = getenv("PYCDS_VERBOSE");
    return value != NULL && strcmp(value, "1") == 0;
}

/* Why the loader cannot be used, or NULL. */
static const char *
loader_problem(const char *runfiles, const char *loader)
{
    const char *value = getenv("PYCDS");
    if (value != NULL && strcmp(value, "0") == 0) {
        return "PYCDS=0";
    }
    if (runfiles[0] != '/') {
        return "the runfiles directory is not absolute; unset RUNFILES_DIR or make it so";
    }
    if (strchr(runfiles, '\n') != NULL) {
        return "the runfiles directory has a newline in its name";
    }
    return access(loader, R_OK) == 0 ? NULL : strerror(errno);
}

/* The loader that depends on loader/early.c, or NULL if there is none.  The dynamic linker
 * does not start a program when it finds not all that a shared object depends on. */
static char *
early_loader(const char *runfiles)
{
    if (config.early == NULL || strpbrk(runfiles, SEPARATORS) != NULL
        || strpbrk(config.early, SEPARATORS) != NULL) {
        return NULL;
    }
    char *folder = pycds_concat(runfiles, "/", config.early, NULL);
    return access(pycds_concat(folder, "/early", NULL), R_OK) < 0 ? NULL
           : pycds_concat(folder, "/loader", NULL);
}

/* Has the dynamic linker load the loader, and tells it what to do. */
static void
set_preload(const char *runfiles, size_t roots)
{
    if (config.loader == NULL || config.archive == NULL) {
        return;
    }
    char *loader = early_loader(runfiles);
    if (loader == NULL) {
        loader = pycds_concat(runfiles, "/", config.loader, NULL);
    }
    const char *problem = loader_problem(runfiles, loader);
    if (problem != NULL) {
        if (is_verbose()) {
            dprintf(STDERR_FILENO, "pycds: %s not used: %s\n", loader, problem);
        }
        return;
    }
    char number[24], descriptor[24] = "";
    snprintf(number, sizeof(number), "%zu", roots);
    if (strpbrk(loader, SEPARATORS) != NULL) {
        /* Name the file by a descriptor, which the loader closes. */
        int fd = open(loader, O_RDONLY);
        if (fd < 0) {
            return;
        }
        snprintf(descriptor, sizeof(descriptor), "%d", fd);
        loader = pycds_concat("/proc/self/fd/", descriptor, NULL);
    }
    const char *old = getenv("LD_PRELOAD");
    char *launch = pycds_concat("archive=", runfiles, "/", config.archive,
                                "\nrunfiles=", runfiles, "\nroots=", number,
                                "\nsite=", config.site != NULL ? config.site : "minimal",
                                "\ngc=", config.gc != NULL ? config.gc : "defer",
                                "\nexit=", config.exit != NULL ? config.exit : "quick",
                                *descriptor != '\0' ? "\nfd=" : "", descriptor,
                                old != NULL ? "\npreload=" : "", old != NULL ? old : "",
                                NULL);
    int append_old = old != NULL && *old != '\0';
    char *preload = pycds_concat(loader, append_old ? ":" : "", append_old ? old : "", NULL);
    if (setenv("_PYCDS_LAUNCH", launch, 1) < 0 || setenv("LD_PRELOAD", preload, 1) < 0) {
        fail("cannot set LD_PRELOAD: %s", strerror(errno));
    }
}

int
main(int argc, char **argv)
{
    char *text = read_config();
    if (text == NULL) {
        fail("this launcher has no configuration; make one with tools/launcher");
    }
    parse_config(text);
    const char *runfiles = find_runfiles(argv);
    list command = {NULL, 0};
    append(&command, find_interpreter(runfiles));
    for (size_t i = 0; i < config.interpreter_args.count; i++) {
        append(&command, config.interpreter_args.items[i]);
    }
    if (config.main != NULL) {
        char *program = pycds_concat(runfiles, "/", config.main, NULL);
        if (access(program, R_OK) != 0) {
            fail("cannot read the program %s: %s; rebuild the target", program,
                 strerror(errno));
        }
        append(&command, program);
    }
    else {
        append(&command, "-m");
        append(&command, config.main_module);
    }
    for (int i = 1; i < argc; i++) {
        append(&command, argv[i]);
    }
    append(&command, NULL);

    size_t roots = set_python_path(runfiles);
    if (pycds_export_runfiles(runfiles) < 0 || setenv("PYTHONSAFEPATH", "1", 1) < 0) {
        fail("cannot set the environment: %s", strerror(errno));
    }
    set_preload(runfiles, roots);
    execve(command.items[0], command.items, environ);
    fail("cannot run the interpreter %s: %s; check the Python toolchain", command.items[0],
         strerror(errno));
}
