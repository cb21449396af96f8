/* For early_test.py: loads the shared object named on the command line, if any, and says
 * what the data of its libpython is like. */

#include <dlfcn.h>
#include <stdio.h>

void show_data(void);

int
main(int argc, char **argv)
{
    if (argc > 1 && dlopen(argv[1], RTLD_NOW) == NULL) {
        printf("%s\n", dlerror());
        return 1;
    }
    show_data();
    return 0;
}
