/* An archive file, opened, checked and mapped.  Knows format.h and nothing of
 * Python: symbols and host facts are handed in. */

#ifndef PYCDS_IMAGE_H
#define PYCDS_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "ahead.h"
#include "format.h"
#include "refusal.h"

/* The interpreter that wants to use the archive. */
typedef struct {
    uint32_t py_version;        /* as pycds_header.py_version */
    uint32_t pyc_magic;
    uint32_t abi_flags;         /* PYCDS_ABI_FREE_THREADED, PYCDS_ABI_DEBUG */
    uint32_t optimize;
    const char *sys_version;
} pycds_host;

typedef struct {
    uint8_t *start;             /* where the file is mapped */
    uint64_t size;              /* of the file */
    uint64_t mapped;            /* bytes from start on */
    uint64_t delta;             /* start - header->base, modulo 2**64 */
    int prelinked;              /* every pointer in the file holds as it is */
    uint32_t objects;           /* offset of the first byte that may be written */
    int exact;                  /* made for this very build: memos may be used */
    const pycds_header *header;
    const pycds_section *sections;
    const pycds_symbol *symbols;
    const uint32_t *index;
    const pycds_module *modules;
    const uint32_t *strings;
    const uint64_t *fixed;
    const pycds_memo *memos;
    const uint32_t *memo_index;
    uint64_t *addresses;        /* of the symbols, in this process */
    int fd;                     /* of the file until it is settled, then -1 */
    uint8_t *hot;               /* what is to take the hot part's place, or NULL */
    uint64_t hot_size;          /* bytes there */
    pycds_ahead ahead;          /* how that is filled */
    _Atomic uint8_t *prepared;  /* by module number: see prepare.c */
    uint32_t *hot_modules;      /* numbers, once there are any; and how many are prepared */
    uint32_t nhot, next;
} pycds_image;

#define PYCDS_OPEN_RELOCATE 1   /* do not map at the preferred base */
#define PYCDS_OPEN_VERIFY 2     /* check file_checksum */

/* Opens, checks and maps the file.  0, or -1 with *refusal filled in and
 * nothing left open or mapped.  The image must stay where it is. */
int pycds_image_open(pycds_image *image, const char *path, unsigned int flags,
                     pycds_refusal *refusal);

/* Returns when the file is read.  Before, no object may be used. */
void pycds_image_settle(pycds_image *image);
void pycds_image_close(pycds_image *image);

/* How many bytes of tuples the program's imports patch; 0: not known. */
uint64_t pycds_image_patched(const pycds_image *image);

/* How many modules the program imports, as far as is known. */
uint32_t pycds_image_count_hot(const pycds_image *image);

/* Whether the archive is for this interpreter; sets exact.  0, or -1. */
int pycds_image_check_host(pycds_image *image, const pycds_host *host,
                           pycds_refusal *refusal);

/* Sets prelinked once all of addresses is filled in. */
void pycds_image_link(pycds_image *image);

/* The number of the module of that name, or -1. */
int64_t pycds_image_find(const pycds_image *image, const char *name, size_t size);

/* Whether a memo's block is in bounds and as its checksum says. */
int pycds_image_memo_ok(const pycds_image *image, const pycds_memo *memo);

/* A memo whose key fits, with its block in bounds and as its checksum says, or NULL.
 * *probes is 0 at first; the same call again goes on to the next.  The caller compares
 * what the block holds. */
const pycds_memo *pycds_image_find_memo(const pycds_image *image, uint32_t kind,
                                        uint32_t flags, const char *text, size_t size,
                                        uint32_t *probes);

/* A module's bind block, taken apart. */
typedef struct {
    const uint32_t *strings;
    const uint32_t *slot_starts;
    const uint32_t *slots;
    const pycds_frozenset *frozensets;
    const uint32_t *frozenset_slots;
    const uint32_t *filename_slots;
} pycds_bind;

/* Checks everything that binding the module reads or writes: entry, checksums,
 * and the bounds of every number in its blocks.  0, or -1; refusal may be NULL. */
int pycds_image_check_module(const pycds_image *image, uint32_t number,
                             pycds_bind *bind, pycds_refusal *refusal);

/* The bind block of a module that pycds_image_check_module() accepted. */
void pycds_image_find_bind(const pycds_image *image, uint32_t number, pycds_bind *bind);

/* Applies the reloc block of a module that pycds_image_check_module accepted. */
void pycds_image_relocate(const pycds_image *image, uint32_t number);

uint64_t pycds_fold(const void *data, uint64_t size);

/* Whether the program imports the module, as far as is known. */
static inline int
pycds_image_is_hot(const pycds_image *image, uint32_t number)
{
    return image->modules[number].kind == PYCDS_MODULE_SOURCE && image->header->hot_size > 0
           && image->modules[number].code >= image->header->hot;
}

static inline void *
pycds_image_at(const pycds_image *image, uint32_t offset)
{
    return image->start + offset;
}

static inline uint64_t *
pycds_image_slot(const pycds_image *image, uint32_t offset)
{
    return (uint64_t *)(image->start + offset);
}

#endif
