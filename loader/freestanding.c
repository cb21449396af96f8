/* The part of the C library that the launcher uses, for Linux on x86-64 and AArch64.
 *
 * glibc's own start-up takes longer than all that the launcher does: dozens of CPUID
 * instructions, each a trap in a virtual machine, and relocations.  Here is none.  The
 * functions are those of the standard headers, with their errno; where one does less
 * than the library's, a comment says so.  There are no threads, locales or streams, and
 * nothing may use thread-local storage, which nobody sets up (build_defs.bzl has the
 * flags).
 *
 * This file has what needs the kernel; the others are freestanding_*.c. */

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

#if !defined(__linux__) || !defined(__LP64__) \
    || !(defined(__x86_64__) || defined(__aarch64__))
#error "only for Linux on x86-64 and AArch64; build with --//loader:static_launcher=False"
#endif
#if defined(__SSP__) || defined(__SSP_ALL__) || defined(__SSP_STRONG__)
#error "the stack protector reads thread-local storage; build with -fno-stack-protector"
#endif

#define DIRECTORY_BUFFER (32 << 10)

char **environ;
static const unsigned long *auxiliary_vector;
static int last_error;

int main(int argc, char **argv);

/* ---- start and system calls ---- */

#ifdef __x86_64__
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call pycds_start\n");
#else
__asm__(".text\n"
        ".globl _start\n"
        ".type _start, %function\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    mov x30, #0\n"
        "    mov x0, sp\n"
        "    and sp, x0, #-16\n"
        "    b pycds_start\n");
#endif

/* The stack as the kernel makes it: argc, argv, environment, auxiliary vector. */
void __attribute__((noreturn, used))
pycds_start(char **stack)
{
    int argc = (int)(long)stack[0];
    char **argv = stack + 1, **end = argv + argc + 1;
    environ = end;
    while (*end != NULL) {
        end++;
    }
    auxiliary_vector = (const unsigned long *)(end + 1);
    exit(main(argc, argv));
}

int *
__errno_location(void)
{
    return &last_error;
}

/* The result of a system call as the library gives it. */
static long
checked(long result)
{
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

void
_exit(int status)
{
    for (;;) {
        pycds_call(SYS_exit_group, status, 0, 0, 0);
    }
}

/* There are no handlers to call and no streams to flush. */
void
exit(int status)
{
    _exit(status);
}

unsigned long
getauxval(unsigned long type)
{
    for (const unsigned long *p = auxiliary_vector; p[0] != AT_NULL; p += 2) {
        if (p[0] == type) {
            return p[1];
        }
    }
    errno = ENOENT;
    return 0;
}

/* No O_CREAT, so no mode. */
int
open(const char *path, int flags, ...)
{
    return (int)checked(pycds_call(SYS_openat, AT_FDCWD, (long)path, flags, 0));
}

int
close(int fd)
{
    return (int)checked(pycds_call(SYS_close, fd, 0, 0, 0));
}

ssize_t
pread(int fd, void *buffer, size_t size, off_t offset)
{
    return checked(pycds_call(SYS_pread64, fd, (long)buffer, (long)size, offset));
}

ssize_t
write(int fd, const void *buffer, size_t size)
{
    return checked(pycds_call(SYS_write, fd, (long)buffer, (long)size, 0));
}

int
access(const char *path, int mode)
{
    return (int)checked(pycds_call(SYS_faccessat, AT_FDCWD, (long)path, mode, 0));
}

ssize_t
readlink(const char *path, char *buffer, size_t size)
{
    return checked(pycds_call(SYS_readlinkat, AT_FDCWD, (long)path, (long)buffer, (long)size));
}

int
execve(const char *path, char *const argv[], char *const envp[])
{
    return (int)checked(pycds_call(SYS_execve, (long)path, (long)argv, (long)envp, 0));
}

/* Only into the caller's buffer. */
char *
getcwd(char *buffer, size_t size)
{
    if (checked(pycds_call(SYS_getcwd, (long)buffer, (long)size, 0, 0)) < 0) {
        return NULL;
    }
    if (buffer[0] != '/') {             /* "(unreachable)": not below the root */
        errno = ENOENT;
        return NULL;
    }
    return buffer;
}

/* malloc() is the only caller. */
void *
sbrk(intptr_t size)
{
    uintptr_t start = (uintptr_t)pycds_call(SYS_brk, 0, 0, 0, 0);
    uintptr_t end = start + (uintptr_t)size;
    /* The kernel answers where the end is now. */
    if ((uintptr_t)pycds_call(SYS_brk, (long)end, 0, 0, 0) != end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    return (void *)start;
}

/* The headers' struct stat is the kernel's. */
#ifdef __x86_64__
static_assert(sizeof(struct stat) == 144 && offsetof(struct stat, st_mode) == 24
              && offsetof(struct stat, st_size) == 48, "another struct stat");
#else
static_assert(sizeof(struct stat) == 128 && offsetof(struct stat, st_mode) == 16
              && offsetof(struct stat, st_size) == 48, "another struct stat");
#endif

int
stat(const char *path, struct stat *st)
{
    return (int)checked(pycds_call(SYS_newfstatat, AT_FDCWD, (long)path, (long)st, 0));
}

int
fstat(int fd, struct stat *st)
{
    return (int)checked(pycds_call(SYS_fstat, fd, (long)st, 0, 0));
}

/* ---- directories ---- */

struct __dirstream {
    int fd;
    size_t at, size;                    /* in the buffer */
    char buffer[DIRECTORY_BUFFER] __attribute__((aligned(16)));
};

/* The headers' struct dirent is the kernel's struct linux_dirent64. */
static_assert(offsetof(struct dirent, d_reclen) == 16
              && offsetof(struct dirent, d_type) == 18
              && offsetof(struct dirent, d_name) == 19, "another struct dirent");

DIR *
opendir(const char *path)
{
    DIR *directory = malloc(sizeof(*directory));
    if (directory == NULL) {
        return NULL;
    }
    directory->at = directory->size = 0;
    directory->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return directory->fd < 0 ? NULL : directory;
}

struct dirent *
readdir(DIR *directory)
{
    if (directory->at == directory->size) {
        long n = checked(pycds_call(SYS_getdents64, directory->fd, (long)directory->buffer,
                                    sizeof(directory->buffer), 0));
        if (n <= 0) {
            return NULL;
        }
        directory->at = 0;
        directory->size = (size_t)n;
    }
    struct dirent *entry = (struct dirent *)(void *)(directory->buffer + directory->at);
    directory->at += entry->d_reclen;
    return entry;
}

int
closedir(DIR *directory)
{
    return close(directory->fd);
}
