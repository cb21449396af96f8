/* Error messages, for freestanding.c. */

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Those of glibc for what the launcher's calls may give. */
char *
strerror(int error)
{
    static const struct {
        int error;
        const char *text;
    } texts[] = {
        {EPERM, "Operation not permitted"},
        {ENOENT, "No such file or directory"},
        {EINTR, "Interrupted system call"},
        {EIO, "Input/output error"},
        {ENXIO, "No such device or address"},
        {E2BIG, "Argument list too long"},
        {ENOEXEC, "Exec format error"},
        {EAGAIN, "Resource temporarily unavailable"},
        {ENOMEM, "Cannot allocate memory"},
        {EACCES, "Permission denied"},
        {EFAULT, "Bad address"},
        {EBUSY, "Device or resource busy"},
        {ENODEV, "No such device"},
        {ENOTDIR, "Not a directory"},
        {EISDIR, "Is a directory"},
        {EINVAL, "Invalid argument"},
        {ENFILE, "Too many open files in system"},
        {EMFILE, "Too many open files"},
        {ETXTBSY, "Text file busy"},
        {ENAMETOOLONG, "File name too long"},
        {ELOOP, "Too many levels of symbolic links"},
        {EOVERFLOW, "Value too large for defined data type"},
        {ELIBBAD, "Accessing a corrupted shared library"},
        {ENOTCONN, "Transport endpoint is not connected"},
        {ETIMEDOUT, "Connection timed out"},
        {ESTALE, "Stale file handle"},
        {EREMOTEIO, "Remote I/O error"},
        {0, "Success"},
    };
    static char unknown[32];
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].error == error) {
            return (char *)texts[i].text;
        }
    }
    snprintf(unknown, sizeof(unknown), "Unknown error %d", error);
    return unknown;
}

typedef struct {
    char *buffer;
    size_t room, used;
    int fd;                             /* -1: what does not fit is left out */
    size_t total;
} output;

static void
flush(output *out)
{
    for (size_t done = 0; done < out->used;) {
        ssize_t n = write(out->fd, out->buffer + done, out->used - done);
        if (n <= 0) {
            break;
        }
        done += (size_t)n;
    }
    out->used = 0;
}

static void
put(output *out, const char *s, size_t n)
{
    out->total += n;
    while (n > 0) {
        if (out->used == out->room) {
            if (out->fd < 0) {
                return;
            }
            flush(out);
        }
        size_t part = n < out->room - out->used ? n : out->room - out->used;
        memcpy(out->buffer + out->used, s, part);
        out->used += part;
        s += part;
        n -= part;
    }
}

static void
put_number(output *out, unsigned long long number, int is_negative)
{
    char digits[24], *start = digits + sizeof(digits);
    do {
        *--start = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    if (is_negative) {
        *--start = '-';
    }
    put(out, start, (size_t)(digits + sizeof(digits) - start));
}

static int
takes(const char **format, const char *conversion)
{
    size_t n = strlen(conversion);
    if (strncmp(*format, conversion, n) != 0) {
        return 0;
    }
    *format += n;
    return 1;
}

/* Knows %s, %d, %zu and %llu; any other ends the process. */
static void
print(output *out, const char *format, va_list args)
{
    while (*format != '\0') {
        const char *text = format;
        while (*format != '\0' && *format != '%') {
            format++;
        }
        put(out, text, (size_t)(format - text));
        if (*format == '\0') {
            break;
        }
        if (takes(&format, "%s")) {
            const char *s = va_arg(args, const char *);
            s = s != NULL ? s : "(null)";
            put(out, s, strlen(s));
        }
        else if (takes(&format, "%d")) {
            long number = va_arg(args, int);
            int is_negative = number < 0;
            put_number(out, (unsigned long long)(is_negative ? -number : number), is_negative);
        }
        else if (takes(&format, "%zu")) {
            put_number(out, va_arg(args, size_t), 0);
        }
        else if (takes(&format, "%llu")) {
            put_number(out, va_arg(args, unsigned long long), 0);
        }
        else {
            __builtin_trap();
        }
    }
}

/* Does not say if it could not write. */
int
vdprintf(int fd, const char *restrict format, va_list args)
{
    char buffer[4096];
    output out = {buffer, sizeof(buffer), 0, fd, 0};
    print(&out, format, args);
    flush(&out);
    return (int)out.total;
}

int
dprintf(int fd, const char *restrict format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vdprintf(fd, format, args);
    va_end(args);
    return n;
}

/* The size is not 0. */
int
snprintf(char *restrict buffer, size_t size, const char *restrict format, ...)
{
    output out = {buffer, size - 1, 0, -1, 0};
    va_list args;
    va_start(args, format);
    print(&out, format, args);
    va_end(args);
    buffer[out.used] = '\0';
    return (int)out.total;
}
