"""Compares every code object of the archive it runs from with its source.

The program of py_cds_archive_test: it runs under the toolchain's interpreter with
the archive loaded. Environment: PYCDS_TEST_ARCHIVER and PYCDS_TEST_ARCHIVE, the
archiver and the archive, relative to the runfiles directory.
"""

import importlib.util
import os
import re
import subprocess
import sys
import types
import warnings

import _pycds

# What a code object is made of beside co_consts. co_code is as compiled, not as
# specialized by running; co_lines() and co_positions() follow from co_linetable.
_SCALARS = [
    "co_argcount",
    "co_cellvars",
    "co_code",
    "co_exceptiontable",
    "co_filename",
    "co_firstlineno",
    "co_flags",
    "co_freevars",
    "co_kwonlyargcount",
    "co_linetable",
    "co_name",
    "co_names",
    "co_nlocals",
    "co_posonlyargcount",
    "co_qualname",
    "co_stacksize",
    "co_varnames",
]


def runfiles_dir():
    """Returns the runfiles directory, the first entry that stock puts on sys.path."""
    return os.environ.get("RUNFILES_DIR") or sys.path[0]


def verify():
    """Returns the exit status of `archiver verify`."""
    root = runfiles_dir()
    return subprocess.call(
        [
            os.path.join(root, os.environ["PYCDS_TEST_ARCHIVER"]),
            "verify",
            os.path.join(root, os.environ["PYCDS_TEST_ARCHIVE"]),
        ]
    )


def differences(archived, compiled, where):
    """Yields one line for each difference of two constants."""
    if type(archived) is not type(compiled):
        yield "%s: %s, want %s" % (where, type(archived), type(compiled))
    elif isinstance(compiled, types.CodeType):
        where = "%s %s:%d" % (where, compiled.co_qualname, compiled.co_firstlineno)
        for name in _SCALARS:
            yield from differences(getattr(archived, name), getattr(compiled, name), "%s.%s" % (where, name))
        yield from differences(archived.co_consts, compiled.co_consts, where + ".co_consts")
    elif isinstance(compiled, (tuple, list)):
        if len(archived) != len(compiled):
            yield "%s: %d items, want %d" % (where, len(archived), len(compiled))
            return
        for i, (a, c) in enumerate(zip(archived, compiled)):
            yield from differences(a, c, "%s[%d]" % (where, i))
    elif isinstance(compiled, slice):
        yield from differences(
            (archived.start, archived.stop, archived.step), (compiled.start, compiled.stop, compiled.step), where
        )
    elif isinstance(compiled, frozenset):
        # Equal items of different types (1 and True) are not both in one set.
        if {(type(item), repr(item)) for item in archived} != {(type(item), repr(item)) for item in compiled}:
            yield "%s: %r, want %r" % (where, archived, compiled)
    elif repr(archived) != repr(compiled):  # tells 0.0 from -0.0, and nan is nan
        yield "%s: %r, want %r" % (where, archived, compiled)


def check(name):
    """Returns the differences of a module from its source."""
    archived = _pycds.get_code(name)
    if not isinstance(archived, types.CodeType):
        return ["%s: get_code returned %r" % (name, archived)]
    try:
        with open(archived.co_filename, "rb") as f:
            source = f.read()
    except OSError as e:
        return ["%s: its source file cannot be read: %s" % (name, e)]
    compiled = compile(source, archived.co_filename, "exec", dont_inherit=True, optimize=sys.flags.optimize)
    return list(differences(archived, compiled, name))


def fresh_compiler():
    """Returns a copy of the module re._compiler that answers from no archive."""
    spec = importlib.util.spec_from_file_location("re._fresh", re._compiler.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_regex(compiler, pattern, flags):
    """Returns the differences of an archived regular expression from a compiled one."""
    archived, fresh = re._compiler.compile(pattern, flags), compiler.compile(pattern, flags)
    where = "regex %r with flags %d" % (pattern, flags)
    # Patterns are equal if flags, groups and code are.
    if archived != fresh:
        return ["%s: %r is not equal to %r" % (where, archived, fresh)]
    return list(
        differences(list(archived.groupindex.items()), list(fresh.groupindex.items()), where + ": groupindex")
    )


def check_source(source, filename, mode, flags):
    """Returns the differences of an archived source's code from compiled code."""
    archived = compile(source, filename, mode, flags, True)
    # With a level given, the archive does not answer.
    fresh = compile(source, filename, mode, flags, True, sys.flags.optimize)
    where = "source %r in %r" % (source, filename)
    if archived is not compile(source, filename, mode, flags, True):
        return ["%s: not from the archive" % where]
    return list(differences(archived, fresh, where))


def main():
    warnings.simplefilter("ignore")
    failed = 0
    if verify() != 0:
        print("archiver verify failed", file=sys.stderr)
        failed += 1
    names = sorted(_pycds.module_names())
    if not names:
        print("the archive has no modules", file=sys.stderr)
        failed += 1
    for name in names:
        found = check(name)
        failed += bool(found)
        for line in found[:10]:
            print(line, file=sys.stderr)
    compiler = fresh_compiler()
    memos = [check_regex(compiler, *memo) for memo in _pycds.regexes()]
    memos += [check_source(*memo) for memo in _pycds.sources()]
    for found in memos:
        failed += bool(found)
        for line in found[:10]:
            print(line, file=sys.stderr)
    print("%d modules and %d memos compared, %d failed" % (len(names), len(memos), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
