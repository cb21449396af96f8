/* Interpreters in a libpython.so (python-build-standalone's to 3.13) spend a seventh of a
 * small program's time on page faults before main(): the dynamic linker relocates pointers
 * on 400 to 600 pages, each of which is first copied from the file, at 2.3 us a page.  Here
 * libpython's data gets a huge page with the same content, 0.6 us a page.
 *
 * That must happen when libpython is mapped and before it is relocated.  The only code that
 * the dynamic linker runs by then is resolvers of indirect functions, so this is one, in a
 * shared object of its own that the loader depends on: it comes after libpython in the
 * search order, so it is relocated before it; if not, nothing is done.  Little is relocated
 * by then, so that the C library can't be called, and there is one thread.
 *
 * Memory has at each address what it had.  What can be told: /proc/self/maps has no file for
 * it. */

#define _GNU_SOURCE             /* mremap() */

#include "early.h"

#include <features.h>

int64_t pycds_early_time;

#if defined(__GLIBC__) && (defined(__x86_64__) || defined(__aarch64__))

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "format.h"
#include "huge.h"
#include "kernel.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22   /* Linux 5.14; to older ones it is an error */
#endif

#define PAGE PYCDS_PAGE_SIZE
#define HUGE_PAGE ((size_t)PYCDS_HUGE_PAGE_SIZE)

/* Whether it is in memory; an error, below 0, if nothing is mapped there. */
static long
is_resident(uintptr_t page)
{
    unsigned char result;
    long error = pycds_call(SYS_mincore, (long)page, PAGE, (long)&result, 0);
    return error < 0 ? error : result & 1;
}

static void
copy(void *to, const void *from, size_t size)
{
    /* Volatile, lest it becomes a call of memcpy(). */
    volatile uint64_t *t = to;
    const uint64_t *f = from;
    for (size_t i = 0; i < size / sizeof(*t); i++) {
        t[i] = f[i];
    }
}

/* Puts the page of 2 MiB at from in place of what is mapped at to.  Whether it is there. */
static int
move(uintptr_t from, uintptr_t to)
{
    if (pycds_call6(SYS_mremap, (long)from, HUGE_PAGE, HUGE_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
                    (long)to, 0) >= 0) {
        return 1;
    }
    /* It may have failed after it took away what was there. */
    if (is_resident(to) == -ENOMEM
        && pycds_call6(SYS_mmap, (long)to, HUGE_PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) >= 0) {
        copy((void *)to, (void *)from, HUGE_PAGE);
    }
    pycds_call(SYS_munmap, (long)from, HUGE_PAGE, 0, 0);
    return 0;
}

/* Gives the 2 MiB of memory from start on a huge page, if there is one to have. */
static void
give_huge_page(uintptr_t start)
{
    char *page = pycds_map_huge(1);
    if (page == NULL) {
        return;
    }
    const int64_t began = pycds_processor_time();
    if (pycds_call(SYS_madvise, (long)page, HUGE_PAGE, MADV_HUGEPAGE, 0) < 0
        || (*(volatile char *)page = 0, is_resident((uintptr_t)page + HUGE_PAGE - PAGE) != 1)) {
        pycds_call(SYS_munmap, (long)page, HUGE_PAGE, 0, 0);
        return;
    }
    pycds_call(SYS_madvise, (long)start, HUGE_PAGE, MADV_POPULATE_READ, 0);
    copy(page, (const void *)start, HUGE_PAGE);
    const int64_t time = pycds_processor_time() - began;
    pycds_early_time = move((uintptr_t)page, start) ? time : 0;
}

static int
is_libpython(const char *path)
{
    static const char name[] = "libpython3.";
    const char *file = path;
    for (; *path != '\0'; path++) {
        file = *path == '/' ? path + 1 : file;
    }
    size_t i = 0;
    while (name[i] != '\0' && file[i] == name[i]) {
        i++;
    }
    return name[i] == '\0';
}

/* Where its writable segment starts, or 0 if that is less than a huge page. */
static uintptr_t
data_of(const struct link_map *object)
{
    const ElfW(Ehdr) *elf = (const ElfW(Ehdr) *)object->l_addr;
    if (is_resident(object->l_addr) < 0 || elf->e_ident[EI_MAG0] != ELFMAG0
        || elf->e_ident[EI_MAG1] != ELFMAG1 || elf->e_ident[EI_MAG2] != ELFMAG2
        || elf->e_ident[EI_MAG3] != ELFMAG3 || elf->e_phentsize != sizeof(ElfW(Phdr))
        || elf->e_phoff + elf->e_phnum * sizeof(ElfW(Phdr)) > PAGE) {
        return 0;
    }
    const ElfW(Phdr) *segment = (const ElfW(Phdr) *)(object->l_addr + elf->e_phoff);
    for (size_t i = 0; i < elf->e_phnum; i++) {
        if (segment[i].p_type == PT_LOAD && segment[i].p_flags == (PF_R | PF_W)) {
            uintptr_t start = object->l_addr + segment[i].p_vaddr;
            uintptr_t end = start + segment[i].p_memsz;
            start &= ~(uintptr_t)(PAGE - 1);
            return end - start >= HUGE_PAGE ? start : 0;
        }
    }
    return 0;
}

/* Whether the first relative relocation, the linkers put them first, is still to be done. */
static int
is_to_be_relocated(const struct link_map *object)
{
    uintptr_t first = 0;
    size_t count = 0;
    for (const ElfW(Dyn) *d = object->l_ld; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_RELA) {
            first = d->d_un.d_ptr;      /* to which l_addr may have been added */
        }
        else if (d->d_tag == DT_RELACOUNT) {
            count = d->d_un.d_val;
        }
    }
    if (first == 0 || count == 0 || object->l_addr == 0) {
        return 0;
    }
    const ElfW(Rela) *r = (const ElfW(Rela) *)(first + (first < object->l_addr
                                                         ? object->l_addr : 0));
    return *(const uintptr_t *)(object->l_addr + r->r_offset)
           != object->l_addr + (uintptr_t)r->r_addend;
}

static void
do_nothing(void)
{
}

static __attribute__((used)) void
(*resolve(void))(void)
{
    /* Called once or twice: some linkers write two relocations. */
    for (const struct link_map *object = _r_debug.r_map; object != NULL && pycds_early_time == 0;
         object = object->l_next) {
        uintptr_t data;
        if (is_libpython(object->l_name) && is_to_be_relocated(object)
            && (data = data_of(object)) != 0) {
            give_huge_page(data);
            break;
        }
    }
    return do_nothing;
}

void early(void) __attribute__((ifunc("resolve"), visibility("hidden")));

/* The relocation of this pointer calls resolve().  Visible, so that no linker drops it. */
__attribute__((visibility("default"))) void (*const pycds_early)(void) = early;

#endif
