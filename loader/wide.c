/* Before it has its own codecs the interpreter converts paths with wcstombs(), one character
 * at a time (Python/fileutils.c, encode_current_locale()): some 5,000 calls at a start, 1 %
 * of a small program's time.  glibc sets up a conversion for each.  A character of ASCII
 * is itself in the locales that nearly everybody has, so it needs none.  Like stack.c's,
 * this function takes the place of glibc's for all of the process. */

#define _DEFAULT_SOURCE         /* nl_langinfo() */

#include <langinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Charsets of LC_CTYPE in which ASCII is itself; the second is that of C and POSIX. */
static int
has_ascii(const char *charset)
{
    /* strcmp() takes as long as all else here. */
    return (charset[0] == 'U' && charset[1] == 'T' && charset[2] == 'F' && charset[3] == '-'
            && charset[4] == '8' && charset[5] == '\0')
           || strcmp(charset, "ANSI_X3.4-1968") == 0;
}

__attribute__((visibility("default"))) size_t
wcstombs(char *bytes, const wchar_t *text, size_t size)
{
    if (has_ascii(nl_langinfo(CODESET))) {
        size_t i = 0;
        const size_t end = bytes == NULL ? SIZE_MAX : size;
        for (; i < end && (unsigned long)text[i] < 0x80; i++) {
            if (bytes != NULL) {
                bytes[i] = (char)text[i];
            }
            if (text[i] == L'\0') {
                return i;
            }
        }
        if (i == end) {
            return size;
        }
    }
    mbstate_t state;
    memset(&state, 0, sizeof(state));
    return wcsrtombs(bytes, &text, size, &state);
}
