/* Where Bazel put the program's files; the rules are in runfiles.h. */

#include "runfiles.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".runfiles"
#define LINK_LIMIT 40           /* symbolic links followed, as the kernel's own limit */

char *
pycds_concat(const char *first, ...)
{
    size_t size = 1;
    va_list args;
    va_start(args, first);
    for (const char *s = first; s != NULL; s = va_arg(args, const char *)) {
        size += strlen(s);
    }
    va_end(args);
    char *result = malloc(size);
    if (result == NULL) {
        static const char message[] = "pycds: error: no memory\n";
        ssize_t n = write(STDERR_FILENO, message, sizeof(message) - 1);
        _exit(n < 0 ? 2 : 1);
    }
    char *end = result;
    va_start(args, first);
    for (const char *s = first; s != NULL; s = va_arg(args, const char *)) {
        size_t n = strlen(s);
        memcpy(end, s, n);
        end += n;
    }
    va_end(args);
    *end = '\0';
    return result;
}

static int
is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
ends_with(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

static char *
from_environment(const char *known)
{
    const char *directory = getenv("RUNFILES_DIR");
    char *result = NULL;
    if (directory != NULL && *directory != '\0') {
        result = pycds_concat(directory, NULL);
    }
    else {
        const char *manifest = getenv("RUNFILES_MANIFEST_FILE");
        if (manifest == NULL || (!ends_with(manifest, SUFFIX "_manifest")
                                 && !ends_with(manifest, SUFFIX "/MANIFEST"))) {
            return NULL;
        }
        result = pycds_concat(manifest, NULL);
        result[strlen(result) - strlen("/MANIFEST")] = '\0';
    }
    char *file = pycds_concat(result, "/", known, NULL);
    if (access(file, F_OK) != 0) {
        free(result);           /* someone else's */
        result = NULL;
    }
    free(file);
    return result;
}

/* Cuts path after the last directory named *.runfiles. */
static int
cut_at_runfiles(char *path)
{
    char *found = NULL;
    for (char *p = path; (p = strstr(p, SUFFIX "/")) != NULL; p++) {
        found = p;
    }
    if (found == NULL) {
        return 0;
    }
    found[strlen(SUFFIX)] = '\0';
    return 1;
}

/* What the symbolic link leads to, or NULL. */
static char *
follow(const char *path)
{
    char target[PATH_MAX];
    ssize_t n = readlink(path, target, sizeof(target) - 1);
    if (n <= 0) {
        return NULL;
    }
    target[n] = '\0';
    if (target[0] == '/') {
        return pycds_concat(target, NULL);
    }
    char *directory = pycds_concat(path, NULL);
    strrchr(directory, '/')[1] = '\0';
    char *result = pycds_concat(directory, target, NULL);
    free(directory);
    return result;
}

char *
pycds_find_runfiles(const char *program, const char *known)
{
    char *result = from_environment(known);
    if (result != NULL) {
        return result;
    }
    char *path;
    if (program[0] == '/') {
        path = pycds_concat(program, NULL);
    }
    else {
        char cwd[PATH_MAX];
        if (getcwd(cwd, sizeof(cwd)) == NULL) {
            return NULL;
        }
        path = pycds_concat(strcmp(cwd, "/") == 0 ? "" : cwd, "/", program, NULL);
    }
    for (int links = 0; path != NULL && links <= LINK_LIMIT; links++) {
        result = pycds_concat(path, SUFFIX, NULL);
        if (is_directory(result)) {
            free(path);
            return result;
        }
        free(result);
        if (cut_at_runfiles(path)) {
            return path;
        }
        char *next = follow(path);
        free(path);
        path = next;
    }
    free(path);
    return NULL;
}

static int
has_value(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

int
pycds_export_runfiles(const char *runfiles)
{
    if (has_value("RUNFILES_MANIFEST_FILE") || has_value("RUNFILES_DIR")) {
        return 0;               /* whoever started this program has set them */
    }
    char *manifest = pycds_concat(runfiles, "_manifest", NULL);
    if (access(manifest, F_OK) == 0) {
        return setenv("RUNFILES_MANIFEST_FILE", manifest, 1);
    }
    manifest = pycds_concat(runfiles, "/MANIFEST", NULL);
    if (access(manifest, F_OK) == 0) {
        return setenv("RUNFILES_MANIFEST_FILE", manifest, 1);
    }
    return ends_with(runfiles, SUFFIX) ? setenv("RUNFILES_DIR", runfiles, 1) : 0;
}
