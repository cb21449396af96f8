/* Packages with C code that many programs have, and whose sources were read for what they
 * do at the interpreter's end: their types and capsules only give memory back, but for
 * what leftovers.c is told of.  That was found in some versions and says nothing about
 * others. */

#include "leftovers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

#define NPACKAGES (sizeof(known) / sizeof(known[0]))

static const struct {
    const char *name;           /* in sys.modules, with a __version__ */
    const char *shared;         /* where in its directory shared objects are */
    int first[2], end[2];       /* major and minor version; end is not one of them */
} known[] = {
    {"greenlet", "/", {2, 0}, {3, 6}},
    {"numpy", "/", {1, 20}, {3, 0}},
    {"pandas", "/_libs/", {1, 5}, {3, 1}},
    {"sqlalchemy", "/", {1, 4}, {2, 2}},
};

static char *directories[NPACKAGES];     /* NULL: not imported or not known */

static int
is_in_range(const char *version, const int *first, const int *end)
{
    int v[2];
    return sscanf(version, "%d.%d", &v[0], &v[1]) == 2
           && (v[0] > first[0] || (v[0] == first[0] && v[1] >= first[1]))
           && (v[0] < end[0] || (v[0] == end[0] && v[1] < end[1]));
}

void
pycds_find_packages(void)
{
    for (size_t i = 0; i < NPACKAGES; i++) {
        PyObject *version = pycds_find_imported(known[i].name, "__version__");
        PyObject *file = pycds_find_imported(known[i].name, "__file__");
        const char *text = version == NULL ? NULL : PyUnicode_AsUTF8AndSize(version, NULL);
        const char *path = file == NULL ? NULL : PyUnicode_AsUTF8AndSize(file, NULL);
        const char *end = path == NULL ? NULL : strrchr(path, '/');
        free(directories[i]);
        directories[i] = text != NULL && end != NULL
                         && is_in_range(text, known[i].first, known[i].end)
                         ? strndup(path, (size_t)(end - path)) : NULL;
    }
    PyErr_Clear();
}

const char *
pycds_package_directory(const char *name)
{
    for (size_t i = 0; i < NPACKAGES; i++) {
        if (strcmp(known[i].name, name) == 0) {
            return directories[i];
        }
    }
    return NULL;
}

int
pycds_is_of_known_package(const char *path)
{
    for (size_t i = 0; i < NPACKAGES; i++) {
        size_t size = directories[i] == NULL ? 0 : strlen(directories[i]);
        if (size > 0 && strncmp(path, directories[i], size) == 0
            && strncmp(path + size, known[i].shared, strlen(known[i].shared)) == 0) {
            return 1;
        }
    }
    return 0;
}
