/* Asks how large the stack is, in the loader's quick way and glibc's, and compares all of the
 * answers: under many limits, and with much and little on the stack. */

#define _GNU_SOURCE             /* pthread_getattr_np() */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/stack.h"

typedef struct {
    void *lowest;
    size_t size, guard;
    int detached, policy, inherited, scope;
    struct sched_param parameters;
    cpu_set_t processors;
} answer;

static void
ask(pthread_t thread, answer *a)
{
    pthread_attr_t attributes;
    memset(a, 0, sizeof(*a));
    if (pthread_getattr_np(thread, &attributes) != 0
        || pthread_attr_getstack(&attributes, &a->lowest, &a->size) != 0
        || pthread_attr_getguardsize(&attributes, &a->guard) != 0
        || pthread_attr_getdetachstate(&attributes, &a->detached) != 0
        || pthread_attr_getschedpolicy(&attributes, &a->policy) != 0
        || pthread_attr_getinheritsched(&attributes, &a->inherited) != 0
        || pthread_attr_getscope(&attributes, &a->scope) != 0
        || pthread_attr_getschedparam(&attributes, &a->parameters) != 0
        || pthread_attr_getaffinity_np(&attributes, sizeof(a->processors), &a->processors) != 0
        || pthread_attr_destroy(&attributes) != 0) {
        printf("FAILED: no attributes\n");
        exit(1);
    }
}

/* How often this process has opened its maps cannot be seen; that it has not is seen from
 * where no file can be opened. */
static int
asks_without_files(answer *a)
{
    struct rlimit files, none;
    getrlimit(RLIMIT_NOFILE, &files);
    none = files;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_NOFILE, &none);
    pthread_attr_t attributes;
    int result = pthread_getattr_np(pthread_self(), &attributes);
    if (result == 0) {
        pthread_attr_getstack(&attributes, &a->lowest, &a->size);
        pthread_attr_destroy(&attributes);
    }
    setrlimit(RLIMIT_NOFILE, &files);
    return result == 0;
}

static void *
ask_elsewhere(void *found)
{
    ask(pthread_self(), found);
    return NULL;
}

static int
compare(const char *limit, int quick)
{
    answer ours, glibcs, without;
    char *top = (char *)&ours;
    pycds_stack_expect();
    if (asks_without_files(&without) != quick) {
        printf("FAILED: limit %s: %s file was opened\n", limit, quick ? "a" : "no");
        return 1;
    }
    pycds_stack_expect();
    ask(pthread_self(), &ours);
    ask(pthread_self(), &glibcs);
    if (memcmp(&ours, &glibcs, sizeof(ours)) != 0
        || (quick && (without.lowest != glibcs.lowest || without.size != glibcs.size))) {
        printf("FAILED: limit %s: %p + %zu guard %zu, expected %p + %zu guard %zu\n", limit,
               ours.lowest, ours.size, ours.guard, glibcs.lowest, glibcs.size, glibcs.guard);
        return 1;
    }
    if (top < (char *)ours.lowest || top >= (char *)ours.lowest + ours.size) {
        printf("FAILED: limit %s: %p is not on the stack\n", limit, (void *)top);
        return 1;
    }
    pthread_t thread;
    answer other;
    pycds_stack_expect();
    if (pthread_create(&thread, NULL, ask_elsewhere, &other) != 0
        || pthread_join(thread, NULL) != 0
        || (top >= (char *)other.lowest && top < (char *)other.lowest + other.size)) {
        printf("FAILED: limit %s: two threads have one stack\n", limit);
        return 1;
    }
    return 0;
}

/* The program again, with a limit and so many bytes in its environment. */
static int
run(const char *program, rlim_t limit, size_t bytes, int quick)
{
    struct rlimit r;
    char text[32], *filler = malloc(bytes + 3);
    getrlimit(RLIMIT_STACK, &r);
    if (r.rlim_max != RLIM_INFINITY && (limit == RLIM_INFINITY || limit > r.rlim_max)) {
        printf("skipped: a stack of %lld bytes: the limit is %lld\n", (long long)limit,
               (long long)r.rlim_max);
        free(filler);
        return 0;
    }
    r.rlim_cur = limit;
    snprintf(text, sizeof(text), "%lld", (long long)limit);
    memset(filler, 'x', bytes + 2);
    filler[1] = '=';
    filler[bytes + 2] = '\0';
    char *arguments[] = {(char *)program, text, quick ? "quick" : "slow", NULL};
    char *environment[] = {filler, NULL};
    int status = 1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setrlimit(RLIMIT_STACK, &r);
        execve(program, arguments, environment);
        _exit(127);
    }
    free(filler);
    return pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
}

int
main(int argc, char **argv)
{
    static const struct { rlim_t limit; int quick; } limits[] = {
        {(rlim_t)8 << 20, 1}, {(rlim_t)1 << 20, 1}, {((rlim_t)3 << 20) + 12345, 1},
        {(rlim_t)128 << 20, 1}, {(rlim_t)200 << 20, 0}, {RLIM_INFINITY, 0},
    };
    static const size_t bytes[] = {0, 1, 7, 8, 100, 4095, 4096, 5000, 100000};
    int nfailed = 0, n = 0;
    if (argc == 3) {
        return compare(argv[1], strcmp(argv[2], "quick") == 0);
    }
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        for (size_t j = 0; j < sizeof(bytes) / sizeof(bytes[0]); j++) {
            nfailed += run("/proc/self/exe", limits[i].limit, bytes[j], limits[i].quick);
            n++;
        }
    }
    printf("%d passed, %d failed\n", n - nfailed, nfailed);
    return nfailed != 0 || n == 0;
}
