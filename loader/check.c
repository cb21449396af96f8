/* Checks one module's entry, bind block and reloc block before any of it is used. */

#include "check.h"

#include <stdio.h>
#include <string.h>

/* Whether offset can be an object of at least size bytes. */
static int
object_ok(const pycds_image *image, uint32_t offset, uint64_t size)
{
    return offset % PYCDS_OBJECT_ALIGNMENT == 0
           && pycds_range_ok(offset, size, image->objects, image->size);
}

static int
slot_ok(const pycds_image *image, uint32_t offset)
{
    return object_ok(image, offset, sizeof(uint64_t));
}

static int
slots_ok(const pycds_image *image, const uint32_t *slots, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (!slot_ok(image, slots[i])) {
            return 0;
        }
    }
    return 1;
}

static int
check_entry(const pycds_image *image, const pycds_module *m, pycds_refusal *refusal)
{
    const pycds_header *header = image->header;
    const char *field = NULL;
    uint32_t found = 0;
#define CHECK(name, condition) \
    if (field == NULL && !(condition)) { \
        field = #name; \
        found = m->name; \
    }
    CHECK(name, pycds_names_ok(image, m->name, m->name_size))
    CHECK(path, pycds_names_ok(image, m->path, m->path_size))
    CHECK(path_size, m->path_size > 0 || m->kind == PYCDS_MODULE_GENERATED)
    CHECK(kind, m->kind == PYCDS_MODULE_SOURCE || m->kind == PYCDS_MODULE_GENERATED
                || m->kind == PYCDS_MODULE_FROZEN)
    CHECK(flags, (m->flags & ~(uint32_t)PYCDS_FLAG_PACKAGE) == 0)
    CHECK(root, m->root <= PYCDS_ROOT_STDLIB)
    CHECK(code, object_ok(image, m->code, PYCDS_OBJECT_HEADER_LIMIT / 2))
    CHECK(file, object_ok(image, m->file,
                          (uint64_t)header->str_data_offset + m->file_capacity + 1))
    CHECK(bind, m->bind % 8 == 0)
    CHECK(bind_size, m->bind_size % 8 == 0
                     && pycds_range_ok(m->bind, m->bind_size, PYCDS_HEADER_SIZE, image->size))
    CHECK(reloc, m->reloc % 8 == 0)
    CHECK(reloc_size, m->reloc_size % 8 == 0
                      && pycds_range_ok(m->reloc, m->reloc_size,
                                  m->reloc_size ? PYCDS_HEADER_SIZE : 0, image->size))
#undef CHECK
    if (field != NULL) {
        char text[64];
        if (refusal == NULL) {
            return -1;
        }
        snprintf(text, sizeof(text), "%s = %lu", field, (unsigned long)found);
        return pycds_refuse(refusal, PYCDS_REFUSE_MODULE_ENTRY,
                            "values inside the file", text);
    }
    return 0;
}

static int
refuse_block(pycds_refusal *refusal, pycds_reason reason, const char *wanted,
             uint64_t found)
{
    char text[32];
    if (refusal == NULL) {
        return -1;
    }
    snprintf(text, sizeof(text), "%llu", (unsigned long long)found);
    return pycds_refuse(refusal, reason, wanted, text);
}

void
pycds_image_find_bind(const pycds_image *image, uint32_t number, pycds_bind *bind)
{
    const pycds_module *m = &image->modules[number];
    bind->strings = (const uint32_t *)(image->start + m->bind);
    bind->slot_starts = bind->strings + m->nstrings;
    bind->slots = bind->slot_starts + m->nstrings + 1;
    bind->frozensets = (const pycds_frozenset *)(bind->slots + m->nslots);
    bind->frozenset_slots = (const uint32_t *)(bind->frozensets + m->nfrozensets);
    bind->filename_slots = bind->frozenset_slots + m->nfrozenset_slots;
}

static int
check_bind(const pycds_image *image, uint32_t number, pycds_bind *bind, pycds_refusal *refusal)
{
    const pycds_module *m = &image->modules[number];
    const pycds_reason reason = PYCDS_REFUSE_BIND_BLOCK;
    uint64_t sum = pycds_fold(image->start + m->bind, m->bind_size);
    if (sum != m->bind_checksum) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_BIND_CHECKSUM,
                                    m->bind_checksum, sum);
    }
    uint64_t words = 2 * (uint64_t)m->nstrings + 1 + m->nslots
                     + 2 * (uint64_t)m->nfrozensets + m->nfrozenset_slots
                     + m->nfilename_slots;
    if (words * 4 > m->bind_size) {
        return refuse_block(refusal, reason, "arrays within bind_size", words * 4);
    }
    pycds_image_find_bind(image, number, bind);
    const uint64_t str_size = (uint64_t)image->header->str_data_offset + 1;
    uint32_t start = 0;
    if (bind->slot_starts[0] != 0 || bind->slot_starts[m->nstrings] != m->nslots) {
        return refuse_block(refusal, reason, "slot_starts from 0 to nslots",
                            bind->slot_starts[m->nstrings]);
    }
    for (uint32_t i = 0; i < m->nstrings; i++) {
        uint32_t number = bind->strings[i];
        if (number >= image->header->strings.count
            || (i > 0 && number <= bind->strings[i - 1])) {
            return refuse_block(refusal, reason, "ascending numbers of strings", number);
        }
        if (!object_ok(image, image->strings[number], str_size)) {
            return refuse_block(refusal, reason, "a string inside the file",
                                image->strings[number]);
        }
        if (bind->slot_starts[i + 1] < start) {
            return refuse_block(refusal, reason, "ascending slot_starts",
                                bind->slot_starts[i + 1]);
        }
        start = bind->slot_starts[i + 1];
    }
    uint64_t frozenset_slots = 0;
    for (uint32_t i = 0; i < m->nfrozensets; i++) {
        if (!object_ok(image, bind->frozensets[i].tuple, 32)) {
            return refuse_block(refusal, reason, "a tuple inside the file",
                                bind->frozensets[i].tuple);
        }
        frozenset_slots += bind->frozensets[i].slot_count;
    }
    if (frozenset_slots != m->nfrozenset_slots) {
        return refuse_block(refusal, reason, "slot_counts that sum up to nfrozenset_slots",
                            frozenset_slots);
    }
    if (!slots_ok(image, bind->slots, m->nslots)
        || !slots_ok(image, bind->frozenset_slots, m->nfrozenset_slots)
        || !slots_ok(image, bind->filename_slots, m->nfilename_slots)) {
        return pycds_refuse(refusal, reason, "slots inside objects", "one outside");
    }
    return 0;
}

static int
check_reloc(const pycds_image *image, const pycds_module *m, pycds_refusal *refusal)
{
    const pycds_reason reason = PYCDS_REFUSE_RELOC_BLOCK;
    uint64_t sum = pycds_fold(image->start + m->reloc, m->reloc_size);
    if (sum != m->reloc_checksum) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_RELOC_CHECKSUM,
                                    m->reloc_checksum, sum);
    }
    const uint32_t *words = (const uint32_t *)(image->start + m->reloc);
    uint64_t n = m->reloc_size / 4;
    for (uint64_t i = 0; i + 2 <= n && words[i + 1] != 0;) {
        uint32_t target = words[i], count = words[i + 1];
        if (target != PYCDS_RELOC_BASE && target >= image->header->symbols.count) {
            return refuse_block(refusal, reason, "the number of a symbol", target);
        }
        i += 2;
        if (count > n - i) {
            return refuse_block(refusal, reason, "a group within reloc_size", count);
        }
        if (!slots_ok(image, words + i, count)) {
            return pycds_refuse(refusal, reason, "slots inside objects", "one outside");
        }
        i += count;
    }
    return 0;
}

int
pycds_image_check_module(const pycds_image *image, uint32_t number,
                         pycds_bind *bind, pycds_refusal *refusal)
{
    const pycds_module *m = &image->modules[number];
    if (refusal != NULL) {
        memset(refusal, 0, sizeof(*refusal));
    }
    if (check_entry(image, m, refusal) < 0 || check_bind(image, number, bind, refusal) < 0) {
        return -1;
    }
    return image->prelinked ? 0 : check_reloc(image, m, refusal);
}
