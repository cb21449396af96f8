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
    int leave;                  /* the thread is to end */
    void *stack;                /* of the thread, NULL: there is none */
} pycds_ahead;

/* Begins to read into huge pages, on another processor if there is one.  *read stays where
 * it is until pycds_ahead_end(), which must follow. */
void pycds_ahead_begin(pycds_ahead *read, int fd, void *to, uint64_t offset, uint64_t size);

/* Reads what is left.  0, or -1 if not all could be read. */
int pycds_ahead_end(pycds_ahead *read);

/* Has a thread that reads go on with giving these huge pages their memory, until the end.
 * They will be written to, and stay mapped until pycds_ahead_leave_memory(). */
void pycds_ahead_touch(void *start, size_t size);

/* Whether to have a huge page took so long that all else came in single ones. */
int pycds_huge_pages_are_slow(void);

/* Returns when no thread touches memory any more. */
void pycds_ahead_leave_memory(void);

#endif
