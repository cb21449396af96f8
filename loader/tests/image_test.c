/* Tests of image.c and check.c on a hand-made archive: a good one is taken, and one
 * wrong in any field is refused with its message, or is harmless. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image_sample.h"
#include "loader/image.h"
#include "loader/prepare.h"

static int failures;

static void __attribute__((format(printf, 1, 2)))
failed(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    failures++;
}

static int memo_found;         /* by the last use() */
static int early;               /* use() has modules prepared before it asks for one */

static const pycds_host host = {0x03630000, 0x0a0d0001, 0, 0, SYS_VERSION};

/* All that the loader would do with the file.  0, or -1 with *refusal filled in. */
static int
use(const char *path, const archive *a, size_t size, unsigned int flags,
    pycds_refusal *refusal)
{
    pycds_image image;
    pycds_bind bind;
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(a, 1, size, f) != size || fclose(f) != 0) {
        perror(path);
        exit(2);
    }
    if (pycds_image_open(&image, path, flags, refusal) < 0) {
        return -1;
    }
    pycds_image_settle(&image);
    int result = pycds_image_check_host(&image, &host, refusal);
    for (uint32_t i = 0; i < image.header->symbols.count; i++) {
        image.addresses[i] = image.symbols[i].address + (flags & PYCDS_OPEN_RELOCATE ? 1 : 0);
    }
    pycds_image_link(&image);
    while (result == 0 && early && pycds_prepare_next(&image)) {
    }
    int64_t number = result < 0 ? -1 : pycds_image_find(&image, NAME, 7);
    if (number >= 0) {
        result = pycds_prepare_module(&image, (uint32_t)number, &bind, refusal);
        if (result == 0) {
            const pycds_module *m = &image.modules[number];
            for (uint32_t i = 0; i < m->nslots; i++) {
                *pycds_image_slot(&image, bind.slots[i]) = 1;
            }
        }
    }
    const pycds_memo *memo;
    uint32_t probes = 0;
    memo_found = 0;
    /* Read to the last byte; an index that has it more often still comes to an end. */
    while ((memo = pycds_image_find_memo(&image, PYCDS_MEMO_SOURCE, FLAGS, TEXT, 8, &probes))
           != NULL) {
        const char *block = pycds_image_at(&image, memo->block);
        memo_found = memcmp(block + sizeof(pycds_source), TEXT, 8) == 0;
    }
    pycds_image_close(&image);
    return result;
}

static void
expect(const char *path, const char *what, const archive *a, size_t size,
       unsigned int flags, pycds_reason reason, const char *text)
{
    pycds_refusal refusal = {PYCDS_ACCEPTED, ""};
    early = 0;
    if ((use(path, a, size, flags, &refusal) == 0) != (reason == PYCDS_ACCEPTED)) {
        failed("%s: not so if a module is not prepared before", what);
    }
    early = 1;
    int result = use(path, a, size, flags, &refusal);
    if ((result == 0) != (reason == PYCDS_ACCEPTED) || (result < 0 && refusal.reason != reason)
        || (result < 0 && strstr(refusal.text, text) == NULL)) {
        failed("%s: wanted reason %d with '%s', found result %d, reason %d, '%s'", what,
               (int)reason, text, result, (int)refusal.reason, refusal.text);
    }
}

static void
test_good(const char *path)
{
    archive a;
    pycds_image image;
    pycds_refusal refusal;
    make(&a);
    expect(path, "good", &a, sizeof(a), 0, PYCDS_ACCEPTED, "");
    if (!memo_found) {
        failed("the memo was not found");
    }
    expect(path, "good, verified", &a, sizeof(a), PYCDS_OPEN_VERIFY, PYCDS_ACCEPTED, "");
    expect(path, "good, relocated", &a, sizeof(a), PYCDS_OPEN_RELOCATE, PYCDS_ACCEPTED, "");

    if (pycds_image_open(&image, path, 0, &refusal) < 0) {
        failed("open: %s", refusal.text);
        return;
    }
    pycds_image_settle(&image);
    image.addresses[0] = 0x1000;
    image.addresses[1] = 0x2000;
    pycds_image_link(&image);
    if (!image.prelinked || (uintptr_t)image.start != BASE) {
        failed("prelinked %d at %p, wanted 1 at %#llx", image.prelinked, (void *)image.start,
               (unsigned long long)BASE);
    }
    if (pycds_image_find(&image, "pkg.mo", 6) >= 0 || pycds_image_find(&image, "", 0) >= 0) {
        failed("found a module that is not there");
    }
    if (pycds_image_count_hot(&image) != 1) {
        failed("%u hot modules, wanted 1", (unsigned)pycds_image_count_hot(&image));
    }
    pycds_image_close(&image);
}

static void
test_relocate(const char *path)
{
    archive a;
    pycds_image image;
    pycds_refusal refusal;
    make(&a);
    expect(path, "good", &a, sizeof(a), 0, PYCDS_ACCEPTED, "");
    /* The base is taken. */
    void *taken = mmap((void *)BASE, PYCDS_PAGE_SIZE, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (taken == MAP_FAILED || pycds_image_open(&image, path, 0, &refusal) < 0) {
        failed("open with the base taken: %s", refusal.text);
        return;
    }
    pycds_image_settle(&image);
    image.addresses[0] = 0x1234;
    image.addresses[1] = 0x2000;
    pycds_image_link(&image);
    pycds_bind bind;
    while (pycds_prepare_next(&image)) {
    }
    for (int i = 0; i < 2; i++) {       /* pointers to the file's own objects move once */
        if (pycds_prepare_module(&image, 0, &bind, &refusal) < 0) {
            failed("the module is not ready: %s", refusal.text);
        }
    }
    image.prepared[0] = 1;      /* in work, in a thread that is not there */
    if (pycds_prepare_module(&image, 0, &bind, &refusal) == 0
        || strstr(refusal.text, "that a fork came in the middle of") == NULL) {
        failed("a module that nobody is at work on: '%s'", refusal.text);
    }
    const uint64_t *objects = (const uint64_t *)(image.start + AT(objects));
    if (image.start == taken || image.prelinked || objects[50] != 0x1234
        || objects[51] != 0x1234
        || objects[52] != (uint64_t)(uintptr_t)image.start + OBJECT(60)) {
        failed("relocation: start %p, prelinked %d, slots %#llx %#llx %#llx",
               (void *)image.start, image.prelinked, (unsigned long long)objects[50],
               (unsigned long long)objects[51], (unsigned long long)objects[52]);
    }
    pycds_image_close(&image);
    munmap(taken, PYCDS_PAGE_SIZE);
}

/* A thread and an import want the same module. */
static void
test_at_once(const char *path)
{
    archive a;
    pycds_image image;
    pycds_refusal refusal;
    make(&a);
    expect(path, "good", &a, sizeof(a), 0, PYCDS_ACCEPTED, "");
    for (int round = 0; round < 500; round++) {
        pycds_bind bind;
        if (pycds_image_open(&image, path, PYCDS_OPEN_RELOCATE, &refusal) < 0) {
            failed("open: %s", refusal.text);
            return;
        }
        pycds_image_settle(&image);
        image.ahead = (pycds_ahead){.fd = -1, .step = pycds_prepare_next, .of = &image};
        pycds_ahead_begin(&image.ahead);
        image.addresses[0] = 0x1234;
        image.addresses[1] = 0x2000;
        pycds_image_link(&image);
        for (volatile int i = 0; i < round * 100; i++) {
        }
        int result = pycds_prepare_module(&image, 0, &bind, &refusal);
        const uint64_t *objects = (const uint64_t *)(image.start + AT(objects));
        if (result < 0 || bind.slots == NULL || objects[50] != 0x1234
            || objects[52] != (uint64_t)(uintptr_t)image.start + OBJECT(60)) {
            failed("round %d: result %d, slots %#llx %#llx", round, result,
                   (unsigned long long)objects[50], (unsigned long long)objects[52]);
        }
        pycds_image_close(&image);
    }
}

typedef struct {
    const char *what;
    size_t offset;              /* of the field in the archive */
    int size;                   /* bytes */
    uint64_t value;
    pycds_reason reason;
    const char *text;
} edit;

#define EDIT(field, value, reason, text) \
    {#field " = " #value, offsetof(archive, field), sizeof(((archive *)0)->field), value, \
     PYCDS_REFUSE_##reason, text}
#define HARMLESS(field, value) \
    {#field " = " #value, offsetof(archive, field), sizeof(((archive *)0)->field), value, \
     PYCDS_ACCEPTED, ""}

static const edit edits[] = {
    EDIT(prefix.magic[0], 0, MAGIC, "magic: wanted 0x"),
    EDIT(prefix.format_version, 3, FORMAT_VERSION, "format version: wanted 2, found 3"),
    EDIT(prefix.header_size, 168, HEADER_SIZE, "header_size: wanted 200, found 168"),
    EDIT(prefix.file_size, 12289, FILE_SIZE, "file_size: wanted 12289, found 12288"),
    EDIT(prefix.head_size, 100, HEAD_SIZE, "head_size"),
    EDIT(prefix.head_size, 20000, HEAD_SIZE, "head_size: wanted 12288, found 20000"),
    HARMLESS(prefix.reserved[0], 1),
    EDIT(header.py_version, 0x030b0000, PY_VERSION,
         "py_version: wanted 0x30b0000, found 0x3630000"),
    EDIT(header.pyc_magic, 1, PYC_MAGIC, "pyc_magic"),
    EDIT(header.abi_flags, 1, ABI_FLAGS, "abi_flags: wanted 1, found 0"),
    EDIT(header.abi_flags, 2, ABI_FLAGS, "abi_flags: wanted 2, found 0"),
    EDIT(header.abi_flags, 8, ABI_FLAGS, "abi_flags: wanted 8, found 0"),
    HARMLESS(header.abi_flags, PYCDS_ABI_EXACT_BUILD),
    EDIT(header.pointer_size, 4, POINTER_SIZE, "pointer_size: wanted 4, found 8"),
    EDIT(header.optimize, 2, OPTIMIZE, "optimize: wanted 2, found 0"),
    EDIT(header.type_offset, 4, LAYOUT, "object layout"),
    EDIT(header.type_offset, 1 << 20, LAYOUT, "object layout"),
    EDIT(header.str_length_offset, 0xfffffff8, LAYOUT, "object layout"),
    EDIT(header.str_length_offset, 48, LAYOUT, "object layout"),
    EDIT(header.str_data_offset, 1 << 30, LAYOUT, "object layout"),
    EDIT(header.base, BASE + 1, BASE, "base"),
    EDIT(header.base, 0, BASE, "base"),
    EDIT(header.base, 0xfffffffffffff000, BASE, "base"),
    EDIT(header.sys_version.offset, 0, TABLE, "sys_version inside [200, "),
    EDIT(header.sys_version.count, 1 << 20, TABLE, "sys_version inside [200, "),
    EDIT(header.sections.offset, 162, TABLE, "sections inside"),
    EDIT(header.sections.count, 0x20000000, TABLE, "sections inside"),
    EDIT(header.symbols.offset, 4, TABLE, "symbols inside"),
    EDIT(header.symbols.offset, AT(symbols) + 4, TABLE, "symbols inside"),
    EDIT(header.symbols.count, 0xffffffff, TABLE, "symbols inside"),
    EDIT(header.index.offset, 0xfffffffc, TABLE, "index inside"),
    EDIT(header.index.count, 3, INDEX, "index: wanted 2, found 3"),
    EDIT(header.index.count, 0, INDEX, "index: wanted 2, found 0"),
    EDIT(header.index.count, 1, INDEX, "index: wanted 2, found 1"),
    EDIT(header.modules.offset, 8192, TABLE, "modules inside"),
    EDIT(header.modules.count, 0x10000000, TABLE, "modules inside"),
    EDIT(header.strings.offset, 1, TABLE, "strings inside"),
    EDIT(header.strings.count, 1 << 30, TABLE, "strings inside"),
    EDIT(header.strings.count, 1, BIND_BLOCK, "numbers of strings, found 1"),
    EDIT(header.names.offset, 0, TABLE, "names inside"),
    EDIT(header.names.count, 5000, TABLE, "names inside"),
    HARMLESS(header.names.count, 6),    /* no name is in bounds: nothing is found */
    EDIT(header.memos.offset, AT(memos) + 4, TABLE, "memos inside"),
    EDIT(header.memos.count, 0x10000000, TABLE, "memos inside"),
    EDIT(header.memos.count, 2, INDEX, "index: wanted 3, found 2"),
    EDIT(header.memo_index.offset, 2, TABLE, "memo_index inside"),
    EDIT(header.memo_index.count, 0, INDEX, "index: wanted 2, found 0"),
    EDIT(header.memo_index.count, 3, INDEX, "index: wanted 2, found 3"),
    EDIT(header.fixed.offset, AT(fixed) + 4, TABLE, "fixed inside"),
    EDIT(header.fixed.offset, 192, TABLE, "fixed inside"),
    EDIT(header.fixed.count, 0x20000000, TABLE, "fixed inside"),
    HARMLESS(header.fixed.count, 3),    /* of strings that are not there */
    HARMLESS(fixed[0], 1),
    HARMLESS(header.main, 0),
    EDIT(header.main, 2, INDEX, "index: wanted 1, found 2"),
    EDIT(header.hot, 4, HOT, "hot part: wanted 12288, found 4100"),
    EDIT(header.hot, 0, HOT, "hot part"),
    EDIT(header.hot, 0xfffff000, HOT, "hot part"),
    EDIT(header.hot_size, 8192, HOT, "hot part: wanted 12288, found 16384"),
    EDIT(header.hot_size, 100, HOT, "hot part"),
    HARMLESS(header.hot_size, 0),
    EDIT(sections[0].kind, 0, SECTION, "section"),
    EDIT(sections[0].kind, 9, SECTION, "section: wanted 8, found 9"),
    EDIT(sections[1].offset, 100, SECTION, "section: wanted 4096, found 100"),
    EDIT(sections[2].size, 4097, SECTION, "section: wanted 12288, found 12289"),
    EDIT(sections[2].offset, 0, SECTION, "objects on its first page"),
    HARMLESS(symbols[0].address, 1),
    HARMLESS(index[0], 0),
    HARMLESS(index[0], 7),
    HARMLESS(index[1], 0xffffffff),
    EDIT(strings[0], 8, BIND_BLOCK, "a string inside the file, found 8"),
    EDIT(strings[1], 12284, BIND_BLOCK, "a string inside the file, found 12284"),
    HARMLESS(modules[0].name, 0),
    HARMLESS(modules[0].name_size, 0xffffffff),
    EDIT(modules[0].kind, 9, MODULE_ENTRY, "kind = 9"),
    EDIT(modules[0].flags, 2, MODULE_ENTRY, "flags = 2"),
    EDIT(modules[0].root, 2, MODULE_ENTRY, "root = 2"),
    EDIT(modules[0].path, 0, MODULE_ENTRY, "path = 0"),
    EDIT(modules[0].path_size, 0xffffffff, MODULE_ENTRY, "path = "),
    EDIT(modules[0].path_size, 0, MODULE_ENTRY, "path_size = 0"),
    EDIT(modules[0].code, 4096, MODULE_ENTRY, "code = 4096"),
    EDIT(modules[0].code, OBJECT(100) + 4, MODULE_ENTRY, "code = "),
    EDIT(modules[0].code, 12280, MODULE_ENTRY, "code = 12280"),
    EDIT(modules[0].file, 0, MODULE_ENTRY, "file = 0"),
    EDIT(modules[0].file_capacity, 0xffffffff, MODULE_ENTRY, "file = "),
    EDIT(modules[0].bind, 4, MODULE_ENTRY, "bind = 4"),
    EDIT(modules[0].bind, 0, MODULE_ENTRY, "bind_size = "),
    EDIT(modules[0].bind_size, 0xfffffff8, MODULE_ENTRY, "bind_size = "),
    EDIT(modules[0].bind_size, 40, BIND_BLOCK, "arrays within bind_size"),
    EDIT(modules[0].nstrings, 0xffffffff, BIND_BLOCK, "arrays within bind_size"),
    EDIT(modules[0].nstrings, 1, BIND_BLOCK, "bind block"),
    EDIT(modules[0].nslots, 2, BIND_BLOCK, "slot_starts from 0 to nslots"),
    EDIT(modules[0].nfrozensets, 0, BIND_BLOCK, "nfrozenset_slots"),
    EDIT(modules[0].nfrozenset_slots, 0, BIND_BLOCK, "nfrozenset_slots, found 1"),
    EDIT(modules[0].nfilename_slots, 90, BIND_BLOCK, "arrays within bind_size"),
    EDIT(modules[0].nfilename_slots, 2, BIND_BLOCK, "slots inside objects"),
    EDIT(bind.strings[0], 1, BIND_BLOCK, "ascending numbers of strings"),
    EDIT(bind.strings[1], 2, BIND_BLOCK, "ascending numbers of strings, found 2"),
    EDIT(bind.slot_starts[0], 1, BIND_BLOCK, "slot_starts"),
    EDIT(bind.slot_starts[1], 4, BIND_BLOCK, "ascending slot_starts, found 3"),
    EDIT(bind.slot_starts[2], 4, BIND_BLOCK, "slot_starts from 0 to nslots"),
    EDIT(bind.slots[0], 0, BIND_BLOCK, "slots inside objects"),
    EDIT(bind.slots[2], 12288, BIND_BLOCK, "slots inside objects"),
    EDIT(bind.slots[2], OBJECT(1) + 1, BIND_BLOCK, "slots inside objects"),
    EDIT(bind.frozensets[0].tuple, 0, BIND_BLOCK, "a tuple inside the file"),
    EDIT(bind.frozensets[0].slot_count, 2, BIND_BLOCK, "nfrozenset_slots, found 2"),
    EDIT(bind.frozenset_slots[0], 160, BIND_BLOCK, "slots inside objects"),
    EDIT(bind.filename_slots[0], 0xfffffff8, BIND_BLOCK, "slots inside objects"),
};

/* A memo that is not to be trusted is not found. */
static const edit memo_edits[] = {
    HARMLESS(memos[0].kind, PYCDS_MEMO_REGEX),
    HARMLESS(memos[0].block, 0),
    HARMLESS(memos[0].block, 4),
    HARMLESS(memos[0].block, 0xfffffff8),
    HARMLESS(memos[0].block_size, 0xfffffff8),
    HARMLESS(memos[0].key, 1),
    HARMLESS(header.memos.count, 0),
    HARMLESS(memo_index[0], 0),
    HARMLESS(memo_index[1], 0),
    HARMLESS(memo_index[0], 7),
    HARMLESS(memo_index[1], 0xffffffff),
    HARMLESS(sys_version[0], '4'),
};

static const edit reloc_edits[] = {
    EDIT(modules[0].reloc, 4, MODULE_ENTRY, "reloc = 4"),
    EDIT(modules[0].reloc, 0, MODULE_ENTRY, "reloc_size = "),
    EDIT(modules[0].reloc_size, 0xfffffff8, MODULE_ENTRY, "reloc_size = "),
    EDIT(modules[0].reloc_size, 8, RELOC_BLOCK, "a group within reloc_size, found 2"),
    HARMLESS(modules[0].reloc_size, 0),
    EDIT(reloc.type_group[0], 2, RELOC_BLOCK, "the number of a symbol, found 2"),
    EDIT(reloc.type_group[1], 0xffffffff, RELOC_BLOCK, "a group within reloc_size"),
    HARMLESS(reloc.type_group[1], 0),
    EDIT(reloc.type_group[2], 64, RELOC_BLOCK, "slots inside objects"),
    EDIT(reloc.base_group[2], 12288, RELOC_BLOCK, "slots inside objects"),
    EDIT(reloc.base_group[2], OBJECT(2) + 2, RELOC_BLOCK, "slots inside objects"),
};

static void
apply(archive *a, const edit *e)
{
    make(a);
    memcpy((uint8_t *)a + e->offset, &e->value, (size_t)e->size);
}

static void
test_edits(const char *path)
{
    archive a;
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        apply(&a, &edits[i]);
        seal(&a);
        expect(path, edits[i].what, &a, sizeof(a), 0, edits[i].reason, edits[i].text);
    }
    for (size_t i = 0; i < sizeof(reloc_edits) / sizeof(edits[0]); i++) {
        apply(&a, &reloc_edits[i]);
        seal(&a);
        expect(path, reloc_edits[i].what, &a, sizeof(a), PYCDS_OPEN_RELOCATE,
               reloc_edits[i].reason, reloc_edits[i].text);
    }
    for (size_t i = 0; i < sizeof(memo_edits) / sizeof(edits[0]); i++) {
        const edit *e = &memo_edits[i];
        uint32_t before;
        apply(&a, e);
        make(&a);
        memcpy(&before, (uint8_t *)&a + e->offset, sizeof(before));
        apply(&a, e);
        seal(&a);
        expect(path, e->what, &a, sizeof(a), 0, PYCDS_ACCEPTED, "");
        int changed = memcmp(&before, (uint8_t *)&a + e->offset, sizeof(before)) != 0;
        int is_unused = strncmp(e->what, "memo_index", 10) == 0 && before == 0;
        if (memo_found != (is_unused || !changed)) {
            failed("%s: memo found: %d", e->what, memo_found);
        }
    }
    make(&a);
    a.memo.text[7] = '4';
    seal(&a);
    a.memo.text[7] = '3';
    a.memos[0].block_checksum++;
    a.prefix.head_checksum = pycds_fold((uint8_t *)&a + 64, a.prefix.head_size - 64);
    expect(path, "memo checksum", &a, sizeof(a), 0, PYCDS_ACCEPTED, "");
    if (memo_found) {
        failed("a memo with a wrong checksum was found");
    }
    make(&a);
    a.header.abi_flags = PYCDS_ABI_EXACT_BUILD;
    a.sys_version[0] = '4';
    seal(&a);
    expect(path, "other build", &a, sizeof(a), 0, PYCDS_REFUSE_EXACT_BUILD,
           "sys.version: wanted 4.99.0 (test), found 3.99.0 (test)");
}

/* Without new checksums, a change is noticed wherever it is. */
static void
test_checksums(const char *path)
{
    archive a;
    for (size_t offset = 64; offset < AT(pad); offset++) {
        if (offset >= AT(header.base) && offset < AT(header.base) + 8) {
            continue;           /* may be no base at all */
        }
        make(&a);
        ((uint8_t *)&a)[offset] ^= 0x10;
        expect(path, "head", &a, sizeof(a), 0, PYCDS_REFUSE_HEAD_CHECKSUM, "head_checksum: wanted 0x");
    }
    for (size_t offset = AT(bind); offset < AT(reloc); offset += 3) {
        make(&a);
        ((uint8_t *)&a)[offset] ^= 0x10;
        expect(path, "bind", &a, sizeof(a), 0, PYCDS_REFUSE_BIND_CHECKSUM, "bind_checksum: wanted 0x");
    }
    for (size_t offset = AT(reloc); offset < AT(memo); offset += 3) {
        make(&a);
        ((uint8_t *)&a)[offset] ^= 0x10;
        expect(path, "reloc", &a, sizeof(a), PYCDS_OPEN_RELOCATE, PYCDS_REFUSE_RELOC_CHECKSUM,
               "reloc_checksum: wanted 0x");
    }
    for (size_t offset = AT(pad); offset < sizeof(a); offset += 61) {
        make(&a);
        ((uint8_t *)&a)[offset] ^= 0x10;
        expect(path, "file", &a, sizeof(a), PYCDS_OPEN_VERIFY, PYCDS_REFUSE_FILE_CHECKSUM,
               "file_checksum: wanted 0x");
    }
}

static void
test_sizes(const char *path)
{
    archive a;
    make(&a);
    for (size_t size = 0; size < sizeof(a); size += 97) {
        expect(path, "cut", &a, size, 0,
               size < 200 ? PYCDS_REFUSE_SHORT : PYCDS_REFUSE_FILE_SIZE,
               size < 200 ? "size of the file: wanted 200, found " : "file_size: wanted 12288, found ");
    }
    pycds_image image;
    pycds_refusal refusal;
    unlink(path);
    if (pycds_image_open(&image, path, 0, &refusal) == 0
        || refusal.reason != PYCDS_REFUSE_OPEN || strstr(refusal.text, "No such file") == NULL) {
        failed("absent: '%s'", refusal.text);
    }
}

/* Whatever one word of head or blocks says, with right checksums, nothing outside the
 * mapping is touched: the test would crash. */
static void
test_all_words(const char *path)
{
    static const uint32_t values[] = {0, 1, 3, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff,
                                      AT(objects), sizeof(archive) - 8};
    archive a;
    pycds_refusal refusal;
    for (size_t offset = 64; offset < AT(pad2); offset += 4) {
        if (offset >= AT(pad) && offset < AT(bind)) {
            continue;
        }
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            make(&a);
            memcpy((uint8_t *)&a + offset, &values[i], 4);
            seal(&a);
            use(path, &a, sizeof(a), i % 2 ? PYCDS_OPEN_RELOCATE : 0, &refusal);
        }
    }
}

int
main(void)
{
    char path[512];
    const char *directory = getenv("TEST_TMPDIR");
    snprintf(path, sizeof(path), "%s/image_test.%ld.pycds", directory ? directory : "/tmp",
             (long)getpid());
    test_good(path);
    test_relocate(path);
    test_at_once(path);
    test_edits(path);
    test_checksums(path);
    test_sizes(path);
    test_all_words(path);
    unlink(path);
    printf("%s\n", failures ? "FAIL" : "PASS");
    return failures != 0;
}
