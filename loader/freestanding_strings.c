/* Strings, for freestanding.c. */

#include <stdint.h>
#include <string.h>

/* In a loop: that a compiler does not make it a call of the very function it is in. */
#define KEEP_LOOP() __asm__ volatile("" ::: "memory")

void *
memcpy(void *restrict to, const void *restrict from, size_t n)
{
    char *t = to;
    const char *f = from;
    for (size_t i = 0; i < n; i++) {
        t[i] = f[i];
        KEEP_LOOP();
    }
    return to;
}

void *
memmove(void *to, const void *from, size_t n)
{
    if ((uintptr_t)to - (uintptr_t)from >= n) {
        return memcpy(to, from, n);     /* forwards overwrites nothing unread */
    }
    while (n-- > 0) {
        ((char *)to)[n] = ((const char *)from)[n];
        KEEP_LOOP();
    }
    return to;
}

void *
memset(void *to, int byte, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ((char *)to)[i] = (char)byte;
        KEEP_LOOP();
    }
    return to;
}

int
memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != q[i]) {
            return p[i] - q[i];
        }
    }
    return 0;
}

size_t
strlen(const char *s)
{
    size_t n = 0;
    while (s[n] != '\0') {
        n++;
        KEEP_LOOP();
    }
    return n;
}

int
strncmp(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i] || a[i] == '\0') {
            return (unsigned char)a[i] - (unsigned char)b[i];
        }
    }
    return 0;
}

int
strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

char *
stpcpy(char *restrict to, const char *restrict from)
{
    size_t n = strlen(from);
    return (char *)memcpy(to, from, n + 1) + n;
}

/* The first c from s on, or the end of s. */
static char *
find_or_end(const char *s, int c)
{
    while (*s != '\0' && *s != (char)c) {
        s++;
    }
    return (char *)s;
}

char *
strchr(const char *s, int c)
{
    char *found = find_or_end(s, c);
    return *found == (char)c ? found : NULL;
}

char *
strrchr(const char *s, int c)
{
    for (const char *p = s + strlen(s);; p--) {
        if (*p == (char)c) {
            return (char *)p;
        }
        if (p == s) {
            return NULL;
        }
    }
}

char *
strstr(const char *s, const char *wanted)
{
    size_t n = strlen(wanted);
    while (strncmp(s, wanted, n) != 0) {
        if (*s++ == '\0') {
            return NULL;
        }
    }
    return (char *)s;
}

char *
strpbrk(const char *s, const char *any)
{
    while (*s != '\0' && *find_or_end(any, *s) == '\0') {
        s++;
    }
    return *s != '\0' ? (char *)s : NULL;
}

char *
strsep(char **rest, const char *separators)
{
    char *s = *rest;
    if (s == NULL) {
        return NULL;
    }
    char *end = strpbrk(s, separators);
    if (end != NULL) {
        *end++ = '\0';
    }
    *rest = end;
    return s;
}

char *
strtok_r(char *restrict s, const char *restrict separators, char **restrict rest)
{
    if (s != NULL) {
        *rest = s;
    }
    do {
        s = strsep(rest, separators);
    } while (s != NULL && *s == '\0');
    return s;
}
