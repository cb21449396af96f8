/* Answers from an archive's memos: regular expressions and generated sources. */

#ifndef PYCDS_MEMO_H
#define PYCDS_MEMO_H

#include "archive.h"

/* Whether an archive of this process has memos that may be used. */
int pycds_has_memos(uint32_t kind);

/* Adds (pattern, flags) of each regular expression, or (source, filename, mode, flags) of
 * each source, to the list.  0, or -1 with an exception set. */
int pycds_list_regexes(PyObject *list);
int pycds_list_sources(PyObject *list);

/* Has re._compiler.compile() answer from the archives.  module is re._compiler, whose
 * body has run.  Leaves no exception. */
void pycds_install_regexes(PyObject *module);

/* Has the built-in compile(), exec() and eval() answer from the archives.  Leaves no
 * exception. */
void pycds_install_sources(void);

#endif
