/* An interpreter that shows how it was started: its arguments and its environment, each
 * in order and ended by a zero byte, with an empty line between them. */

#include <stdio.h>

extern char **environ;

static void
show(char **strings)
{
    for (; *strings != NULL; strings++) {
        fputs(*strings, stdout);
        putchar('\0');
    }
}

int
main(int argc, char **argv)
{
    (void)argc;
    show(argv);
    fputs("\n\n", stdout);
    show(environ);
    return fflush(stdout) == 0 ? 0 : 1;
}
