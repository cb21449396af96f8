/* Why an archive, or one module of it, is not used: one enum value and one
 * message for each reason.  A message names the thing, what was wanted, what was
 * found and what to do next. */

#ifndef PYCDS_REFUSAL_H
#define PYCDS_REFUSAL_H

#include <stdint.h>

typedef enum {
    PYCDS_ACCEPTED = 0,
    /* The file. */
    PYCDS_REFUSE_OPEN,
    PYCDS_REFUSE_READ,
    PYCDS_REFUSE_SHORT,
    PYCDS_REFUSE_MAGIC,
    PYCDS_REFUSE_FORMAT_VERSION,
    PYCDS_REFUSE_HEADER_SIZE,
    PYCDS_REFUSE_FILE_SIZE,
    PYCDS_REFUSE_HEAD_SIZE,
    PYCDS_REFUSE_BASE,
    PYCDS_REFUSE_MAP,
    PYCDS_REFUSE_HEAD_CHECKSUM,
    PYCDS_REFUSE_FILE_CHECKSUM,
    PYCDS_REFUSE_TABLE,
    PYCDS_REFUSE_INDEX,
    PYCDS_REFUSE_SECTION,
    PYCDS_REFUSE_LAYOUT,
    PYCDS_REFUSE_HOT,
    PYCDS_REFUSE_SYMBOL,
    /* The interpreter. */
    PYCDS_REFUSE_UNKNOWN_PYTHON,
    PYCDS_REFUSE_POINTER_SIZE,
    PYCDS_REFUSE_PY_VERSION,
    PYCDS_REFUSE_PYC_MAGIC,
    PYCDS_REFUSE_FREE_THREADED,
    PYCDS_REFUSE_ABI_FLAGS,
    PYCDS_REFUSE_OPTIMIZE,
    PYCDS_REFUSE_EXACT_BUILD,
    PYCDS_REFUSE_OPTION,
    PYCDS_REFUSE_SET_UP,
    /* One module. */
    PYCDS_REFUSE_MODULE_ENTRY,
    PYCDS_REFUSE_BIND_CHECKSUM,
    PYCDS_REFUSE_BIND_BLOCK,
    PYCDS_REFUSE_RELOC_CHECKSUM,
    PYCDS_REFUSE_RELOC_BLOCK,
    PYCDS_REFUSE_OBJECT,
    PYCDS_REFUSE_EXCEPTION,
    PYCDS_REFUSE_LAST = PYCDS_REFUSE_EXCEPTION
} pycds_reason;

typedef struct {
    pycds_reason reason;
    char text[512];     /* one line, no newline; empty when accepted */
} pycds_refusal;

/* Each fills in *refusal, if there is one, and returns -1, for `return pycds_refuse(...)`. */
int pycds_refuse(pycds_refusal *refusal, pycds_reason reason,
                 const char *wanted, const char *found);
int pycds_refuse_numbers(pycds_refusal *refusal, pycds_reason reason,
                         uint64_t wanted, uint64_t found);

#endif
