/* An archive in use by this process: its image and what binding made of it. */

#ifndef PYCDS_ARCHIVE_H
#define PYCDS_ARCHIVE_H

#include <limits.h>

#include "image.h"
#include "python.h"

typedef enum {
    PYCDS_UNBOUND = 0,
    PYCDS_BOUND,
    PYCDS_REFUSED,      /* this module imports as stock */
} pycds_state;

typedef struct pycds_archive {
    struct pycds_archive *next;
    pycds_image image;
    char *path;                 /* of the archive file */
    char *roots[2];             /* by PYCDS_ROOT_*: absolute, no final '/'; NULL: not usable */
    PyObject **canon;           /* by string number: the interned str, NULL if not seen yet */
    uint8_t *states;            /* by module number: pycds_state */
    uint32_t awaited;           /* how many modules the program still imports, if all it is known to */
} pycds_archive;

/* All archives of the process, in the order they are searched.  Written before
 * the program runs, by the main interpreter alone. */
extern pycds_archive *pycds_archives;

/* Opens an archive.  May be called before Py_Initialize(), so that it is read meanwhile.
 * Its image, or NULL; why is what pycds_archive_open() says. */
pycds_image *pycds_archive_begin(const char *path);

/* Takes the archive begun for the running interpreter and adds it to pycds_archives.
 * 0, or -1 with *refusal filled in and no exception set. */
int pycds_archive_open(const char *runfiles, const char *stdlib, pycds_refusal *refusal);

/* The source path of a module as stock would compute it, into buffer.  Its length,
 * or 0 if the entry is unusable. */
size_t pycds_module_path(const pycds_archive *archive, uint32_t number,
                         char buffer[PATH_MAX]);

/* A str of a file system path, as os.fsdecode().  New reference, or NULL with an
 * exception.  Works before the codecs are there, too. */
PyObject *pycds_decode_path(const char *path, size_t size);

/* The module's code object, borrowed, ready to run.  NULL if the module is
 * refused; never with an exception set.  Call with the GIL held: it runs no
 * Python code and does not let go of the GIL, so it is atomic. */
PyObject *pycds_bind_module(pycds_archive *archive, uint32_t number);

/* As pycds_bind_module(), of the interpreter's frozen module of that name.  NULL, too, if
 * no archive has it for the very interpreter. */
PyObject *pycds_bind_frozen(const char *name, size_t size);

/* The archive and the number of the module of that name that is not a frozen one, or NULL. */
pycds_archive *pycds_find_module(const char *name, size_t size, uint32_t *number);

#endif
