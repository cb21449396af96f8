/* The wire format of a PyCDS archive: the only thing the loader knows about a file.
 *
 * C only, no Python.h: a Go test reads this file and compares every constant and
 * struct offset with tools/archiver/internal/image/format.go.  docs/format.md says
 * what each field means.  All integers are little endian; all offsets are bytes
 * from the start of the file, which is also the start of the mapped image (the
 * whole file is mapped by one mmap), so an offset is both.  An archive is below
 * 4 GiB, so offsets are 32 bits wide.  Padding and reserved fields are zero. */

#ifndef PYCDS_FORMAT_H
#define PYCDS_FORMAT_H

#include <stdint.h>

#define PYCDS_MAGIC "\x89PYCDS\r\n"
#define PYCDS_MAGIC_SIZE 8
#define PYCDS_FORMAT_VERSION 2
#define PYCDS_PAGE_SIZE 4096
#define PYCDS_HUGE_PAGE_SIZE 2097152

/* pycds_fold: seed and multiplier of the checksum and name hash.
 * h = SEED ^ length; for each 8-byte little-endian word w (the tail padded with
 * zero bytes): h = (h ^ w) * MULTIPLIER; h ^= h >> 32.
 * Each step is a bijection of h and of w, so one changed word always shows. */
#define PYCDS_FOLD_SEED 0x9e3779b97f4a7c15
#define PYCDS_FOLD_MULTIPLIER 0xd6e8feb86659fd93

/* Frozen: every future loader can read this much of every archive. */
typedef struct {
    uint8_t magic[8];
    uint32_t format_version;
    uint32_t header_size;     /* sizeof(pycds_prefix) + sizeof(pycds_header) */
    uint64_t file_size;       /* bytes in the file */
    uint64_t file_checksum;   /* fold of bytes [64, file_size); checked on PYCDS_VERIFY=1 */
    uint64_t head_checksum;   /* fold of bytes [64, head_size); always checked */
    uint64_t head_size;       /* end of the head: header and all tables but bind and reloc blocks */
    uint64_t reserved[2];
} pycds_prefix;               /* 64 bytes */

/* A table inside the head: count entries of the type named at the field. */
typedef struct {
    uint32_t offset;
    uint32_t count;
} pycds_table;

typedef struct {
    uint32_t py_version;         /* sys.hexversion & 0xffff0000 */
    uint32_t pyc_magic;          /* importlib.util.MAGIC_NUMBER as a little-endian u32 */
    uint32_t abi_flags;          /* PYCDS_ABI_* */
    uint32_t pointer_size;       /* bytes; 8 */
    uint32_t optimize;           /* sys.flags.optimize the code was compiled for */
    uint32_t type_offset;        /* offset of ob_type in every object */
    uint32_t str_length_offset;  /* offset of the length in a str */
    uint32_t str_data_offset;    /* offset of the characters in a compact ASCII str */
    uint64_t base;               /* preferred address of the image, PYCDS_PAGE_SIZE aligned */
    pycds_table sys_version;     /* chars: sys.version of the interpreter built for */
    pycds_table sections;        /* pycds_section */
    pycds_table symbols;         /* pycds_symbol */
    pycds_table index;           /* uint32_t: module number + 1, 0 = empty; count is a power of two;
                                    first probe fold(name) & (count - 1), then linear */
    pycds_table modules;         /* pycds_module, sorted by name */
    pycds_table strings;         /* uint32_t: offset of each interned str object */
    pycds_table names;           /* chars: module names and paths, UTF-8, not terminated */
    pycds_table memos;           /* pycds_memo: all of regular expressions, then all of sources */
    pycds_table memo_index;      /* uint32_t: memo number + 1, 0 = empty; as index, first probe
                                    the memo's key & (count - 1); count is 0 if there is no memo */
    pycds_table fixed;           /* uint64_t: addresses of the strings with the lowest numbers, in
                                    the interpreter built for */
    uint32_t main;               /* number + 1 of the module that the program's main file is;
                                    0: none */
    uint32_t hot;                /* offset of what the program's imports write to; base + hot is a
                                    multiple of PYCDS_HUGE_PAGE_SIZE */
    uint32_t hot_size;           /* bytes, a multiple of PYCDS_PAGE_SIZE; 0: not known */
    uint32_t reserved;
} pycds_header;                  /* 136 bytes, at offset 64 */

#define PYCDS_ABI_FREE_THREADED 1   /* Py_GIL_DISABLED */
#define PYCDS_ABI_DEBUG 2           /* Py_DEBUG */
#define PYCDS_ABI_EXACT_BUILD 4     /* pre-release interpreter: sys.version must be equal */

/* Sections: by how the memory is used, each starting on a page.  For people and
 * tools; the loader needs none of it but checks the bounds. */
typedef struct {
    uint32_t kind;            /* PYCDS_SECTION_* */
    uint32_t reserved;
    uint32_t offset;
    uint32_t size;
} pycds_section;

#define PYCDS_SECTION_HEAD 1     /* prefix, header, tables */
#define PYCDS_SECTION_BIND 2     /* bind blocks: read at a module's first import */
#define PYCDS_SECTION_RELOC 3    /* reloc blocks: read only when not prelinked */
#define PYCDS_SECTION_CONST 4    /* objects never written (3.12 and later) */
#define PYCDS_SECTION_STR 5      /* interned strings and path strings: written at import */
#define PYCDS_SECTION_PATCHED 6  /* tuples whose slots may be patched at import */
#define PYCDS_SECTION_CODE 7     /* code objects: written when run */
#define PYCDS_SECTION_MEMO 8     /* memo blocks: read when asked for */

/* A runtime object or type that the image points to.  address is where the
 * archived interpreter has it, 0 where that is not constant (PIE, libpython.so). */
typedef struct {
    uint32_t kind;            /* PYCDS_SYM_* */
    int32_t arg;              /* SMALL_INT: the value; LATIN1: the code point; else 0 */
    uint64_t address;
} pycds_symbol;

#define PYCDS_SYM_NONE 1
#define PYCDS_SYM_TRUE 2
#define PYCDS_SYM_FALSE 3
#define PYCDS_SYM_ELLIPSIS 4
#define PYCDS_SYM_UNICODE_TYPE 5
#define PYCDS_SYM_BYTES_TYPE 6
#define PYCDS_SYM_LONG_TYPE 7
#define PYCDS_SYM_FLOAT_TYPE 8
#define PYCDS_SYM_COMPLEX_TYPE 9
#define PYCDS_SYM_TUPLE_TYPE 10
#define PYCDS_SYM_CODE_TYPE 11
#define PYCDS_SYM_SLICE_TYPE 12
#define PYCDS_SYM_EMPTY_STR 13
#define PYCDS_SYM_EMPTY_BYTES 14
#define PYCDS_SYM_EMPTY_TUPLE 15
#define PYCDS_SYM_SMALL_INT 16
#define PYCDS_SYM_LATIN1 17        /* one-character str below U+0100 */
#define PYCDS_SYM_LAST 17

/* A module, or what else is known of a name.  Its objects other than interned strings
 * belong to it alone.  Kinds EXTENSION, NAMESPACE and MISSING have no objects: code,
 * file, bind and reloc and all counts are 0. */
typedef struct {
    uint32_t name;            /* offset in the file of the dotted name, UTF-8 */
    uint32_t name_size;
    uint32_t kind;            /* PYCDS_MODULE_* */
    uint32_t flags;           /* PYCDS_FLAG_* */
    uint32_t root;            /* PYCDS_ROOT_*: what path is relative to */
    uint32_t path;            /* offset in the file of the path that the kind says, '/'-separated */
    uint32_t path_size;
    uint32_t code;            /* offset of the module's code object */
    uint32_t file;            /* offset of the path str that every co_filename of the module
                                 points to */
    uint32_t file_capacity;   /* bytes of ASCII that fit into it, without the final NUL */
    uint32_t bind;            /* offset of the bind block, 8-aligned */
    uint32_t bind_size;       /* bytes, a multiple of 8 */
    uint32_t nstrings;
    uint32_t nslots;
    uint32_t nfrozensets;
    uint32_t nfrozenset_slots;
    uint32_t nfilename_slots;
    uint32_t reloc;           /* offset of the reloc block, 8-aligned */
    uint32_t reloc_size;      /* bytes, a multiple of 8 */
    uint32_t reserved;
    uint64_t bind_checksum;   /* fold of the bind block */
    uint64_t reloc_checksum;  /* fold of the reloc block */
} pycds_module;               /* 96 bytes */

#define PYCDS_MODULE_SOURCE 1     /* compiled from source; path: of the source */
#define PYCDS_MODULE_EXTENSION 2  /* path: of the shared object that stock would load */
#define PYCDS_MODULE_NAMESPACE 3  /* path: the portions in order, each ended by '\n' but the last */
#define PYCDS_MODULE_MISSING 4    /* the archiver looked where stock does: there is none; no path */
#define PYCDS_MODULE_GENERATED 5  /* compiled at run time from a string: a memo's, not in the index;
                                     path: co_filename as it is, relative to nothing, may be
                                     empty */
#define PYCDS_MODULE_FROZEN 6     /* compiled from the source of a frozen module, whose import is
                                     stock's; path: co_filename, as of GENERATED */
#define PYCDS_FLAG_PACKAGE 1
#define PYCDS_ROOT_RUNFILES 0  /* the runfiles directory */
#define PYCDS_ROOT_STDLIB 1    /* sys._stdlib_dir */

/* What a program's imports compute the same way each time.  Only an interpreter with
 * the archive's very sys_version may use memos.  A memo's block lies in section MEMO
 * and has all that the answer depends on; key only finds it. */
typedef struct {
    uint32_t kind;            /* PYCDS_MEMO_* */
    uint32_t block;           /* offset of the block, 8-aligned */
    uint32_t block_size;      /* bytes, a multiple of 8 */
    uint32_t reserved;
    uint64_t key;             /* (fold(text) ^ kind ^ flags << 8) of the block's text and flags */
    uint64_t block_checksum;  /* fold of the block */
} pycds_memo;                 /* 32 bytes */

#define PYCDS_MEMO_REGEX 1
#define PYCDS_MEMO_SOURCE 2

/* The block of a regular expression: what re._compiler.compile(pattern, flags) hands to
 * _sre.compile(pattern, flags, code, groups, groupindex, indexgroup).  After the struct:
 *   code[ncode]      uint32_t
 *   names[nnames]    pycds_group_name, in the order of groupindex
 *   text             text_size bytes
 *   name texts       one after the other, UTF-8
 * then zero padding. */
typedef struct {
    uint32_t is_bytes;        /* 1: the pattern is bytes, and text is it; 0: a str, text its
                                 UTF-8 */
    uint32_t flags;           /* as given to compile() */
    uint32_t result_flags;    /* as given to _sre.compile() */
    uint32_t groups;          /* as given to _sre.compile(): of capturing groups, without group 0 */
    uint32_t ncode;
    uint32_t nnames;
    uint32_t text_size;       /* bytes */
    uint32_t reserved;
} pycds_regex;                /* 32 bytes */

typedef struct {
    uint32_t group;           /* its number */
    uint32_t size;            /* bytes of its name */
} pycds_group_name;

/* The block of a source text given as str to compile(), exec() or eval().  After the
 * struct: text, then the filename, UTF-8, then zero padding. */
typedef struct {
    uint32_t mode;            /* PYCDS_MODE_* */
    uint32_t flags;           /* PyCF_* and CO_FUTURE_* in effect, given or inherited */
    uint32_t module;          /* number of the module of kind GENERATED with the code */
    uint32_t text_size;       /* bytes */
    uint32_t filename_size;   /* bytes */
    uint32_t reserved;
} pycds_source;               /* 24 bytes */

#define PYCDS_MODE_EXEC 1
#define PYCDS_MODE_EVAL 2
#define PYCDS_MODE_SINGLE 3

/* A bind block is these arrays of uint32_t, one after the other, then zero padding:
 *   strings[nstrings]         numbers in the header's strings table, ascending
 *   slot_starts[nstrings + 1] slots of strings[i]: slots[slot_starts[i]] up to
 *                             slots[slot_starts[i + 1]]
 *   slots[nslots]             offsets of the pointers to that string in the module's objects
 *   frozensets[nfrozensets]   pycds_frozenset: {tuple, slot_count}, inner before outer
 *   frozenset_slots[nfrozenset_slots]  offsets of the pointers to each frozenset, in order
 *   filename_slots[nfilename_slots]    offsets of the co_filename pointers
 * A string slot holds the string's entry in the header's table fixed, if it has one; else
 * the address of the image's own str (relative to base, as all image pointers).  It is
 * written only where interning found another object.
 * Frozenset slots hold 0 in the file. */
typedef struct {
    uint32_t tuple;           /* offset of the tuple of elements */
    uint32_t slot_count;
} pycds_frozenset;

/* A reloc block is a sequence of groups {target, count, slots[count]} of uint32_t,
 * then zero padding: a group with count 0 ends it early.  target is a number in
 * the symbols table, or PYCDS_RELOC_BASE: add (actual - preferred base). */
#define PYCDS_RELOC_BASE 0xffffffff

#endif
