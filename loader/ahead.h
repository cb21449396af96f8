/* Work for another processor, while the interpreter starts and the program imports. */

#ifndef PYCDS_AHEAD_H
#define PYCDS_AHEAD_H

#include <stddef.h>
#include <stdint.h>

/* A part of a file, mapped privately, to be copied into other memory. */
typedef struct {
    int fd;
    uint64_t offset, size;      /* bytes */
    uint8_t *place;             /* where it is mapped */
    uint8_t *to;                /* where the copy goes: huge pages */
    uint64_t room;              /* bytes there, at least size; unmapped from the copy's end on
                                 * when that is cut short */
    int (*step)(void *of);      /* work to be done after that, piece by piece; 0: there is no more.
                                 * Without the C library: see ahead.c */
    void *of;
    /* From here on zero at first. */
    _Atomic uint64_t copied;
    _Atomic int begun;          /* somebody copies, or has copied */
    _Atomic int running;        /* the thread has not ended */
    _Atomic int told;           /* the thread is to go on, or to end */
    int process;                /* whose thread it is */
    int id;                     /* of the thread */
    void *stack;
} pycds_ahead;

/* Begins to copy, if there is another processor.  *ahead and its memory stay where they are
 * until pycds_ahead_leave(). */
void pycds_ahead_begin(pycds_ahead *ahead);

/* Ends the copying: how many bytes are copied.  They are all, unless huge pages are slow to
 * have, the other processor is far from ready, or reading fails.  Copies here what no other
 * processor has begun to copy. */
uint64_t pycds_ahead_take(pycds_ahead *ahead);

/* From now on steps may be taken. */
void pycds_ahead_ready(pycds_ahead *ahead);

/* Whether the thread does no work in this process: it has left, or a fork left it behind. */
int pycds_ahead_is_stuck(const pycds_ahead *ahead);

/* Has a range that is mapped, and not in use, get its memory soon, in huge pages where they
 * are quick to have. */
void pycds_ahead_give(void *start, size_t size);

/* Somebody else got one, and copied to it in so many nanoseconds of processor time.  For
 * before pycds_ahead_begin(). */
void pycds_huge_page_took(int64_t time);

/* Whether to have a huge page took so long that all else came in single ones. */
int pycds_huge_pages_are_slow(void);

/* Returns when the process has no thread of ours, and memory may be unmapped. */
void pycds_ahead_leave(void);

/* To be told of the interpreter's audit events: leaves before a fork, since os.fork() warns
 * where there are threads (3.12). */
void pycds_ahead_audit_event(const char *event);

#endif
