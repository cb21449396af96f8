/* The loader's wcstombs() does what wcsrtombs() does, of which the C library's is made. */

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MAX_LENGTH 12
#define ROUNDS 200000

static int nfailed, npassed;

static size_t
convert(char *bytes, const wchar_t *text, size_t size)
{
    mbstate_t state;
    memset(&state, 0, sizeof(state));
    return wcsrtombs(bytes, &text, size, &state);
}

static void
compare(const wchar_t *text, size_t size)
{
    char ours[8 * MAX_LENGTH], theirs[8 * MAX_LENGTH];
    memset(ours, '#', sizeof(ours));
    memset(theirs, '#', sizeof(theirs));
    errno = 0;
    size_t found = wcstombs(ours, text, size);
    int error = errno;
    errno = 0;
    size_t wanted = convert(theirs, text, size);
    int ok = found == wanted && error == errno && memcmp(ours, theirs, sizeof(ours)) == 0
             && wcstombs(NULL, text, size) == convert(NULL, text, size);
    if (ok) {
        npassed++;
    }
    else if (nfailed++ < 10) {
        printf("FAILED: %s, size %zu, first characters %lx %lx: %zd, expected %zd\n",
               setlocale(LC_CTYPE, NULL), size, (long)text[0], (long)text[1],
               (ssize_t)found, (ssize_t)wanted);
    }
}

static void
compare_all(void)
{
    wchar_t text[MAX_LENGTH + 1] = {0};
    srand(1);
    for (long c = -3; c < 0x110003; c++) {
        text[0] = (wchar_t)c;
        compare(text, 8);
    }
    for (long i = 0; i < ROUNDS; i++) {
        int length = rand() % (MAX_LENGTH + 1);
        for (int k = 0; k < length; k++) {
            text[k] = rand() % 8 != 0 ? 1 + rand() % 0x7f : rand() % 0x120000;
        }
        text[length] = L'\0';
        compare(text, (size_t)(rand() % (4 * MAX_LENGTH)));
    }
}

int
main(void)
{
    static const char *const locales[] = {"C", "C.UTF-8", "en_US.ISO-8859-1"};
    for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
        if (setlocale(LC_ALL, locales[i]) == NULL) {
            printf("skipped: the locale %s is not installed\n", locales[i]);
            continue;
        }
        compare_all();
    }
    printf("%d passed, %d failed\n", npassed, nfailed);
    return nfailed != 0 || npassed == 0;
}
