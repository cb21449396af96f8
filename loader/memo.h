/* Answers from an archive's memos: regular expressions and generated sources. */

#ifndef PYCDS_MEMO_H
#define PYCDS_MEMO_H

#include "archive.h"

/* Whether an archive of this process has memos that may be used. */
int pycds_has_memos(uint32_t kind);

/* What a block holds: (pattern, flags) of a regular expression, (source, filename, mode,
 * flags) of a source.  New reference; NULL with an exception, or without if the block
 * does not hold what its head says. */
PyObject *pycds_describe_regex(const void *block, uint64_t size);
PyObject *pycds_describe_source(const void *block, uint64_t size);

/* Has re._compiler.compile() answer from the archives.  module is re._compiler, whose
 * body has run.  Leaves no exception. */
void pycds_install_regexes(PyObject *module);

/* Has the built-in compile(), exec() and eval() answer from the archives.  Leaves no
 * exception. */
void pycds_install_sources(void);

#endif
