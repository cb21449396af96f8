/* A hand-made archive that is right in every field, for tests to change. */

#ifndef PYCDS_TESTS_IMAGE_SAMPLE_H
#define PYCDS_TESTS_IMAGE_SAMPLE_H

#include <stddef.h>
#include <string.h>

#include "loader/image.h"

#define BASE 0x200000000000
#define NAME "pkg.mod"
#define PATH "_main/pkg/mod.py"
#define SYS_VERSION "3.99.0 (test)"
#define TEXT "a = b123"
#define FLAGS 0x1000000
#define MEMO_KEY (pycds_fold(TEXT, 8) ^ PYCDS_MEMO_SOURCE ^ (uint64_t)FLAGS << 8)

/* The archive: a head page, a page of blocks, a page of objects. */
typedef struct {
    pycds_prefix prefix;
    pycds_header header;
    pycds_section sections[3];
    pycds_symbol symbols[2];
    pycds_module modules[1];
    pycds_memo memos[1];
    uint32_t index[2];
    uint32_t memo_index[2];
    uint32_t strings[2];
    uint64_t fixed[1];
    char names[64];
    char sys_version[16];
    uint8_t pad[PYCDS_PAGE_SIZE - 64 - 136 - 48 - 32 - 96 - 32 - 8 - 8 - 8 - 8 - 64 - 16];
    struct {
        uint32_t strings[2];
        uint32_t slot_starts[3];
        uint32_t slots[3];
        pycds_frozenset frozensets[1];
        uint32_t frozenset_slots[1];
        uint32_t filename_slots[1];
        uint32_t pad[2];
    } bind;
    struct {
        uint32_t type_group[4];     /* target 0: two slots */
        uint32_t base_group[3];     /* one slot */
        uint32_t end[3];
    } reloc;
    struct {
        pycds_source head;
        char text[8];
    } memo;
    uint8_t pad2[PYCDS_PAGE_SIZE - 56 - 40 - 32];
    uint64_t objects[PYCDS_PAGE_SIZE / 8];
} archive;

_Static_assert(sizeof(archive) == 3 * PYCDS_PAGE_SIZE, "three pages");

#define AT(field) ((uint32_t)offsetof(archive, field))
#define OBJECT(i) (AT(objects) + 8 * (i))

/* Makes the checksums right again after an edit. */
static void
seal(archive *a)
{
    const uint8_t *bytes = (const uint8_t *)a;
    for (int i = 0; i < 1; i++) {
        pycds_module *m = &a->modules[i];
        if ((uint64_t)m->bind + m->bind_size <= sizeof(*a)) {
            m->bind_checksum = pycds_fold(bytes + m->bind, m->bind_size);
        }
        if ((uint64_t)m->reloc + m->reloc_size <= sizeof(*a)) {
            m->reloc_checksum = pycds_fold(bytes + m->reloc, m->reloc_size);
        }
    }
    if ((uint64_t)a->memos[0].block + a->memos[0].block_size <= sizeof(*a)) {
        a->memos[0].block_checksum = pycds_fold(bytes + a->memos[0].block,
                                                a->memos[0].block_size);
    }
    uint64_t head = a->prefix.head_size;
    if (head >= 64 && head <= sizeof(*a)) {
        a->prefix.head_checksum = pycds_fold(bytes + 64, head - 64);
    }
    a->prefix.file_checksum = pycds_fold(bytes + 64, sizeof(*a) - 64);
}

static void
make(archive *a)
{
    memset(a, 0, sizeof(*a));
    memcpy(a->prefix.magic, PYCDS_MAGIC, PYCDS_MAGIC_SIZE);
    a->prefix.format_version = PYCDS_FORMAT_VERSION;
    a->prefix.header_size = 200;
    a->prefix.file_size = sizeof(*a);
    a->prefix.head_size = AT(pad);
    a->header = (pycds_header){
        .py_version = 0x03630000, .pyc_magic = 0x0a0d0001, .pointer_size = 8,
        .type_offset = 8, .str_length_offset = 16, .str_data_offset = 40, .base = BASE,
        .sys_version = {AT(sys_version), sizeof(SYS_VERSION) - 1},
        .sections = {AT(sections), 3}, .symbols = {AT(symbols), 2}, .index = {AT(index), 2},
        .modules = {AT(modules), 1}, .strings = {AT(strings), 2}, .names = {AT(names), 64},
        .memos = {AT(memos), 1}, .memo_index = {AT(memo_index), 2},
        .fixed = {AT(fixed), 1}, .main = 1,
        .hot = AT(objects), .hot_size = PYCDS_PAGE_SIZE,
    };
    a->sections[0] = (pycds_section){PYCDS_SECTION_HEAD, 0, 0, AT(pad)};
    a->sections[1] = (pycds_section){PYCDS_SECTION_BIND, 0, AT(bind), PYCDS_PAGE_SIZE};
    a->sections[2] = (pycds_section){PYCDS_SECTION_CODE, 0, AT(objects), PYCDS_PAGE_SIZE};
    a->symbols[0] = (pycds_symbol){PYCDS_SYM_UNICODE_TYPE, 0, 0x1000};
    a->symbols[1] = (pycds_symbol){PYCDS_SYM_NONE, 0, 0x2000};
    memcpy(a->names, NAME PATH, sizeof(NAME PATH));
    memcpy(a->sys_version, SYS_VERSION, sizeof(SYS_VERSION));
    a->index[pycds_fold(NAME, 7) & 1] = 1;
    a->strings[0] = OBJECT(0);
    a->strings[1] = OBJECT(10);
    a->fixed[0] = 0x3000;
    a->modules[0] = (pycds_module){
        .name = AT(names), .name_size = 7, .kind = PYCDS_MODULE_SOURCE,
        .root = PYCDS_ROOT_RUNFILES, .path = AT(names) + 7, .path_size = 16,
        .code = OBJECT(100), .file = OBJECT(200), .file_capacity = 64,
        .bind = AT(bind), .bind_size = sizeof(a->bind), .nstrings = 2, .nslots = 3,
        .nfrozensets = 1, .nfrozenset_slots = 1, .nfilename_slots = 1,
        .reloc = AT(reloc), .reloc_size = sizeof(a->reloc),
    };
    a->memos[0] = (pycds_memo){.kind = PYCDS_MEMO_SOURCE, .block = AT(memo),
                               .block_size = sizeof(a->memo), .key = MEMO_KEY};
    a->memo_index[MEMO_KEY & 1] = 1;
    a->memo.head = (pycds_source){.mode = PYCDS_MODE_EXEC, .text_size = 8};
    memcpy(a->memo.text, TEXT, 8);
    const uint32_t slots[3] = {OBJECT(30), OBJECT(31), OBJECT(32)};
    a->bind.strings[1] = 1;
    a->bind.slot_starts[1] = 1;
    a->bind.slot_starts[2] = 3;
    memcpy(a->bind.slots, slots, sizeof(slots));
    a->bind.frozensets[0] = (pycds_frozenset){OBJECT(40), 1};
    a->bind.frozenset_slots[0] = OBJECT(33);
    a->bind.filename_slots[0] = OBJECT(34);
    a->reloc.type_group[1] = 2;
    a->reloc.type_group[2] = OBJECT(50);
    a->reloc.type_group[3] = OBJECT(51);
    a->reloc.base_group[0] = PYCDS_RELOC_BASE;
    a->reloc.base_group[1] = 1;
    a->reloc.base_group[2] = OBJECT(52);
    a->objects[52] = BASE + OBJECT(60);
    seal(a);
}

#endif
