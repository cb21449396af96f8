/* Finds the runfiles directory of a program. */

#ifndef PYCDS_RUNFILES_H
#define PYCDS_RUNFILES_H

/* The runfiles directory: the one that RUNFILES_DIR or RUNFILES_MANIFEST_FILE name, if
 * it holds the file known (relative to it); else beside or around the program as it
 * was called, or around what its symbolic links lead to.  The spelling is that of
 * Bazel's python_bootstrap_template.txt, FindModuleSpace(), since it shows in
 * sys.path.  NULL if there is none.  Allocated. */
char *pycds_find_runfiles(const char *program, const char *known);

/* Sets RUNFILES_MANIFEST_FILE or RUNFILES_DIR for the program's own children, as that
 * template's RunfilesEnvvar().  0, or -1 with errno set. */
int pycds_export_runfiles(const char *runfiles);

/* The strings up to a null pointer as one, allocated.  Ends the process with a message
 * if there is no memory. */
char *pycds_concat(const char *first, ...);

#endif
