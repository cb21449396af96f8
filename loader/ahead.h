/* Work for another processor, while the interpreter starts. */

#ifndef PYCDS_AHEAD_H
#define PYCDS_AHEAD_H

#include <stddef.h>
#include <stdint.h>

/* A part of a file to be read into memory. */
typedef struct {
    int fd;
    uint8_t *to;
    uint64_t offset, size;      /* bytes */
    uint64_t next;              /* the first piece that nobody reads yet, bytes from offset */
    int failed;                 /* not all could be read */
    int running;                /* the thread has not ended */
    void *stack;                /* of the thread, NULL: there is none */
} pycds_ahead;

/* Begins to read, on another processor if there is one.  *read stays where it is until
 * pycds_ahead_end(), which must follow. */
void pycds_ahead_begin(pycds_ahead *read, int fd, void *to, uint64_t offset, uint64_t size);

/* Reads what is left.  0, or -1 if not all could be read. */
int pycds_ahead_end(pycds_ahead *read);

#endif
