/* Opens, checks, maps and relocates an archive.  The file is never trusted: every
 * size, offset and number is checked before it is used.  No Python here. */

#include "image.h"
#include "check.h"
#include "map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_START sizeof(pycds_prefix)
#define FILE_SIZE_LIMIT ((uint64_t)1 << 32)

uint64_t
pycds_fold(const void *data, uint64_t size)
{
    const uint8_t *p = data;
    uint64_t h = PYCDS_FOLD_SEED ^ size;
    while (size >= 8) {
        uint64_t w;
        memcpy(&w, p, 8);
        h = (h ^ w) * PYCDS_FOLD_MULTIPLIER;
        h ^= h >> 32;
        p += 8;
        size -= 8;
    }
    if (size > 0) {
        uint64_t w = 0;
        memcpy(&w, p, size);
        h = (h ^ w) * PYCDS_FOLD_MULTIPLIER;
        h ^= h >> 32;
    }
    return h;
}

static int
refuse_errno(pycds_refusal *refusal, pycds_reason reason, const char *wanted)
{
    return pycds_refuse(refusal, reason, wanted, strerror(errno));
}

static int
check_prefix(const pycds_prefix *prefix, uint64_t size, pycds_refusal *refusal)
{
    if (memcmp(prefix->magic, PYCDS_MAGIC, PYCDS_MAGIC_SIZE) != 0) {
        uint64_t wanted, found;
        memcpy(&wanted, PYCDS_MAGIC, sizeof(wanted));
        memcpy(&found, prefix->magic, sizeof(found));
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_MAGIC, wanted, found);
    }
    if (prefix->format_version != PYCDS_FORMAT_VERSION) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_FORMAT_VERSION,
                                    PYCDS_FORMAT_VERSION, prefix->format_version);
    }
    if (prefix->header_size != PYCDS_HEADER_SIZE) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_HEADER_SIZE,
                                    PYCDS_HEADER_SIZE, prefix->header_size);
    }
    if (prefix->file_size != size || size >= FILE_SIZE_LIMIT) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_FILE_SIZE,
                                    prefix->file_size, size);
    }
    if (prefix->head_size < PYCDS_HEADER_SIZE || prefix->head_size > size) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_HEAD_SIZE,
                                    size, prefix->head_size);
    }
    return 0;
}

/* The entries of a table of the head, or NULL. */
static const void *
table_entries(const pycds_image *image, const pycds_table *table, size_t entry_size,
              size_t alignment, uint64_t head_size, const char *name,
              pycds_refusal *refusal)
{
    uint64_t end = table->offset + (uint64_t)table->count * entry_size;
    if (table->offset < PYCDS_HEADER_SIZE || end > head_size
        || table->offset % alignment != 0) {
        char wanted[96], found[96];
        snprintf(wanted, sizeof(wanted), "%s inside [%zu, %llu)", name, PYCDS_HEADER_SIZE,
                 (unsigned long long)head_size);
        snprintf(found, sizeof(found), "[%lu, %llu)", (unsigned long)table->offset,
                 (unsigned long long)end);
        pycds_refuse(refusal, PYCDS_REFUSE_TABLE, wanted, found);
        return NULL;
    }
    return image->start + table->offset;
}

static int
check_sections(pycds_image *image, pycds_refusal *refusal)
{
    const pycds_header *header = image->header;
    uint64_t objects = image->size;
    for (uint32_t i = 0; i < header->sections.count; i++) {
        const pycds_section *s = &image->sections[i];
        uint64_t end = (uint64_t)s->offset + s->size;
        if (s->offset % PYCDS_PAGE_SIZE != 0) {
            return pycds_refuse_numbers(refusal, PYCDS_REFUSE_SECTION,
                                        PYCDS_PAGE_SIZE, s->offset);
        }
        if (end > image->size) {
            return pycds_refuse_numbers(refusal, PYCDS_REFUSE_SECTION, image->size, end);
        }
        if (s->kind < PYCDS_SECTION_HEAD || s->kind > PYCDS_SECTION_MEMO) {
            return pycds_refuse_numbers(refusal, PYCDS_REFUSE_SECTION,
                                        PYCDS_SECTION_MEMO, s->kind);
        }
        if (s->kind >= PYCDS_SECTION_CONST && s->kind <= PYCDS_SECTION_CODE
            && s->offset < objects) {
            objects = s->offset;
        }
    }
    if (header->modules.count > 0 && objects < PYCDS_PAGE_SIZE) {
        return pycds_refuse(refusal, PYCDS_REFUSE_SECTION,
                            "objects after the head", "objects on its first page");
    }
    image->objects = (uint32_t)objects;
    return 0;
}

static int
check_layout(const pycds_header *header, pycds_refusal *refusal)
{
    const uint32_t offsets[] = {header->type_offset, header->str_length_offset,
                                header->str_data_offset};
    for (size_t i = 0; i < 3; i++) {
        uint32_t alignment = i == 2 ? 1 : PYCDS_OBJECT_ALIGNMENT;
        if (offsets[i] % alignment != 0 || offsets[i] > PYCDS_OBJECT_HEADER_LIMIT) {
            return pycds_refuse_numbers(refusal, PYCDS_REFUSE_LAYOUT,
                                        PYCDS_OBJECT_HEADER_LIMIT, offsets[i]);
        }
    }
    if (header->str_data_offset < header->str_length_offset + 8) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_LAYOUT,
                                    header->str_length_offset + 8,
                                    header->str_data_offset);
    }
    return 0;
}

/* A power of two, with room for at least one empty entry: every probe ends. */
static int
check_index(const pycds_table *index, uint32_t entries, pycds_refusal *refusal)
{
    if ((index->count & (index->count - 1)) != 0 || index->count <= entries) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_INDEX, (uint64_t)entries + 1,
                                    index->count);
    }
    return 0;
}

static int
check_head(pycds_image *image, unsigned int flags, pycds_refusal *refusal)
{
    const pycds_prefix *prefix = (const pycds_prefix *)image->start;
    const pycds_header *header = image->header;
    const uint64_t head = prefix->head_size;
    uint64_t sum = pycds_fold(image->start + HEAD_START, head - HEAD_START);

    if (sum != prefix->head_checksum) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_HEAD_CHECKSUM,
                                    prefix->head_checksum, sum);
    }
    if (flags & PYCDS_OPEN_VERIFY) {
        sum = pycds_fold(image->start + HEAD_START, image->size - HEAD_START);
        if (sum != prefix->file_checksum) {
            return pycds_refuse_numbers(refusal, PYCDS_REFUSE_FILE_CHECKSUM,
                                        prefix->file_checksum, sum);
        }
    }
#define TABLE(field, type, alignment) \
    table_entries(image, &header->field, sizeof(type), alignment, head, #field, refusal)
    if ((image->sections = TABLE(sections, pycds_section, 4)) == NULL
        || (image->symbols = TABLE(symbols, pycds_symbol, 8)) == NULL
        || (image->index = TABLE(index, uint32_t, 4)) == NULL
        || (image->modules = TABLE(modules, pycds_module, 8)) == NULL
        || (image->strings = TABLE(strings, uint32_t, 4)) == NULL
        || (image->fixed = TABLE(fixed, uint64_t, 8)) == NULL
        || (image->memos = TABLE(memos, pycds_memo, 8)) == NULL
        || (image->memo_index = TABLE(memo_index, uint32_t, 4)) == NULL
        || TABLE(names, char, 1) == NULL
        || TABLE(sys_version, char, 1) == NULL) {
        return -1;
    }
#undef TABLE
    if (check_index(&header->index, header->modules.count, refusal) < 0
        || (header->memos.count > 0
            && check_index(&header->memo_index, header->memos.count, refusal) < 0)) {
        return -1;
    }
    if (header->main > header->modules.count) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_INDEX, header->modules.count,
                                    header->main);
    }
    if (header->hot % PYCDS_PAGE_SIZE != 0 || header->hot_size % PYCDS_PAGE_SIZE != 0
        || !pycds_range_ok(header->hot, header->hot_size,
                           header->hot_size > 0 ? PYCDS_PAGE_SIZE : 0, image->size)) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_HOT, image->size,
                                    (uint64_t)header->hot + header->hot_size);
    }
    if (check_sections(image, refusal) < 0) {
        return -1;
    }
    return check_layout(header, refusal);
}

int
pycds_image_open(pycds_image *image, const char *path, unsigned int flags,
                 pycds_refusal *refusal)
{
    union {
        struct {
            pycds_prefix prefix;
            pycds_header header;
        } head;
        uint8_t bytes[PYCDS_HEADER_SIZE];
    } start;
    struct stat st;

    memset(image, 0, sizeof(*image));
    memset(refusal, 0, sizeof(*refusal));
    int fd = image->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return refuse_errno(refusal, PYCDS_REFUSE_OPEN, path);
    }
    ssize_t n = pread(fd, &start, sizeof(start), 0);
    if (n < 0 || fstat(fd, &st) < 0) {
        refuse_errno(refusal, PYCDS_REFUSE_READ, path);
        goto fail;
    }
    if ((size_t)n < sizeof(start)) {
        pycds_refuse_numbers(refusal, PYCDS_REFUSE_SHORT, sizeof(start), (uint64_t)n);
        goto fail;
    }
    image->size = (uint64_t)st.st_size;
    if (check_prefix(&start.head.prefix, image->size, refusal) < 0
        || pycds_map_file(image, fd, &start.head.header, flags, refusal) < 0) {
        goto fail;
    }
    image->header = (const pycds_header *)(image->start + HEAD_START);
    if (check_head(image, flags, refusal) < 0) {
        goto fail;
    }
    image->addresses = calloc(image->header->symbols.count + 1, sizeof(uint64_t));
    image->prepared = calloc(image->header->modules.count + 1, 1);
    image->hot_modules = malloc((image->header->modules.count + 1) * sizeof(uint32_t));
    if (image->addresses == NULL || image->prepared == NULL || image->hot_modules == NULL) {
        refuse_errno(refusal, PYCDS_REFUSE_MAP, "memory for the tables");
        goto fail;
    }
    pycds_map_hot_begin(image);
    return 0;

fail:
    if (image->start == NULL) {
        close(fd);
    }
    pycds_image_close(image);
    return -1;
}

void
pycds_image_settle(pycds_image *image)
{
    pycds_map_hot_end(image);
    if (image->fd >= 0) {
        close(image->fd);
        image->fd = -1;
    }
}

void
pycds_image_close(pycds_image *image)
{
    if (image->start != NULL) {
        pycds_image_settle(image);
        pycds_ahead_leave();
        munmap(image->start, image->mapped);
    }
    free(image->addresses);
    free((void *)image->prepared);
    free(image->hot_modules);
    memset(image, 0, sizeof(*image));
}

uint64_t
pycds_image_patched(const pycds_image *image)
{
    uint64_t size = 0;
    for (uint32_t i = 0; i < image->header->sections.count; i++) {
        const pycds_section *s = &image->sections[i];
        if (s->kind == PYCDS_SECTION_PATCHED && image->header->hot_size > 0
            && s->offset >= image->header->hot) {
            size += s->size;
        }
    }
    return size;
}

uint32_t
pycds_image_count_hot(const pycds_image *image)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < image->header->modules.count; i++) {
        count += pycds_image_is_hot(image, i);
    }
    return count;
}

int
pycds_image_check_host(pycds_image *image, const pycds_host *host,
                       pycds_refusal *refusal)
{
    const pycds_header *header = image->header;
    const uint32_t build_flags = PYCDS_ABI_FREE_THREADED | PYCDS_ABI_DEBUG;

    if (header->pointer_size != sizeof(void *)) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_POINTER_SIZE,
                                    header->pointer_size, sizeof(void *));
    }
    if (header->py_version != host->py_version) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_PY_VERSION,
                                    header->py_version, host->py_version);
    }
    if (header->pyc_magic != host->pyc_magic) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_PYC_MAGIC,
                                    header->pyc_magic, host->pyc_magic);
    }
    if ((header->abi_flags & ~PYCDS_ABI_EXACT_BUILD) != (host->abi_flags & build_flags)) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_ABI_FLAGS,
                                    header->abi_flags, host->abi_flags);
    }
    if (header->optimize != host->optimize) {
        return pycds_refuse_numbers(refusal, PYCDS_REFUSE_OPTIMIZE,
                                    header->optimize, host->optimize);
    }
    const char *wanted = (const char *)image->start + header->sys_version.offset;
    size_t size = header->sys_version.count;
    image->exact = strlen(host->sys_version) == size
                   && memcmp(wanted, host->sys_version, size) == 0;
    if (header->abi_flags & PYCDS_ABI_EXACT_BUILD && !image->exact) {
        char text[200];
        snprintf(text, sizeof(text), "%.*s", (int)size, wanted);
        return pycds_refuse(refusal, PYCDS_REFUSE_EXACT_BUILD, text, host->sys_version);
    }
    return 0;
}

void
pycds_image_link(pycds_image *image)
{
    image->prelinked = image->delta == 0;
    for (uint32_t i = 0; i < image->header->symbols.count; i++) {
        if (image->symbols[i].address != image->addresses[i]) {
            image->prelinked = 0;
        }
    }
    pycds_ahead_ready(&image->ahead);
}

int64_t
pycds_image_find(const pycds_image *image, const char *name, size_t size)
{
    uint32_t mask = image->header->index.count - 1;
    uint32_t probe = (uint32_t)pycds_fold(name, size) & mask;
    for (uint32_t n = 0; n <= mask; n++) {
        uint32_t entry = image->index[(probe + n) & mask];
        if (entry == 0 || entry > image->header->modules.count) {
            return -1;
        }
        const pycds_module *m = &image->modules[entry - 1];
        if (m->name_size == size && pycds_names_ok(image, m->name, m->name_size)
            && memcmp(image->start + m->name, name, size) == 0) {
            return entry - 1;
        }
    }
    return -1;
}

int
pycds_image_memo_ok(const pycds_image *image, const pycds_memo *memo)
{
    return memo->block % 8 == 0
           && pycds_range_ok(memo->block, memo->block_size, PYCDS_HEADER_SIZE, image->size)
           && pycds_fold(image->start + memo->block, memo->block_size)
              == memo->block_checksum;
}

const pycds_memo *
pycds_image_find_memo(const pycds_image *image, uint32_t kind, uint32_t flags,
                      const char *text, size_t size, uint32_t *probes)
{
    const uint32_t count = image->header->memo_index.count;
    if (image->header->memos.count == 0 || !image->exact) {
        return NULL;
    }
    const uint64_t key = pycds_fold(text, size) ^ kind ^ (uint64_t)flags << 8;
    while (*probes < count) {
        uint32_t entry = image->memo_index[((uint32_t)key + (*probes)++) & (count - 1)];
        if (entry == 0 || entry > image->header->memos.count) {
            return NULL;
        }
        const pycds_memo *memo = &image->memos[entry - 1];
        if (memo->key == key && memo->kind == kind && pycds_image_memo_ok(image, memo)) {
            return memo;
        }
    }
    return NULL;
}

void
pycds_image_relocate(const pycds_image *image, uint32_t number)
{
    const pycds_module *m = &image->modules[number];
    const uint32_t *words = (const uint32_t *)(image->start + m->reloc);
    uint64_t n = m->reloc_size / 4;
    for (uint64_t i = 0; i + 2 <= n && words[i + 1] != 0;) {
        uint32_t target = words[i], count = words[i + 1];
        const uint32_t *slots = words + i + 2;
        if (target != PYCDS_RELOC_BASE) {
            for (uint32_t k = 0; k < count; k++) {
                *pycds_image_slot(image, slots[k]) = image->addresses[target];
            }
        }
        else if (image->delta != 0) {
            for (uint32_t k = 0; k < count; k++) {
                *pycds_image_slot(image, slots[k]) += image->delta;
            }
        }
        i += 2 + (uint64_t)count;
    }
}
