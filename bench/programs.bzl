"""A program and everything that bench compares it with."""

load("@rules_pycds//rules:defs.bzl", "py_cds_binary")
load("//dev:interpreters.bzl", "INTERPRETERS")
load(":flat.bzl", "flat", "zipapp")
load(":suite.bzl", "bench_program_rows")

# Our own contender with other attributes: suffix of the target -> (name in the reports, attributes).
_VARIANTS = {
    "_now": ("py_cds_binary, exit = now", {"exit": "now"}),
    "_freeze": ("py_cds_binary, gc = freeze", {"gc": "freeze"}),
    "_image": ("py_cds_binary, image only", {"exit": "full", "gc": "off", "startup": "none"}),
}

# No .pyc file is read or written: what read-only runfiles, sandboxes and containers have.
_NO_PYC = ["PYTHONDONTWRITEBYTECODE=1", "PYTHONPYCACHEPREFIX=/dev/null/none"]

# A refused archive would start as stock does, and be measured so: let it fail.
_STRICT = ["PYCDS_STRICT=1"]

# Where the interpreter is at a constant address, so that an archive needs no relocation unless told.
_PRELINKED = [name for name in INTERPRETERS if name not in ("pbs_3.11", "pbs_3.12", "pbs_3.13")]

def bench_program(name, main, display = None, srcs = None, deps = [], no_zipapp = None, versions = None, no_version = None):
    """Declares a program NAME, what it is compared with, and NAME_rows, which a bench_suite takes.

    The contenders: the stock py_binary with cached .pyc (what ratios are taken to), without, with lazy imports; the
    program's file with one folder on sys.path; a zipapp; py_cds_binary, its variants, and relocated.

    Args:
        name: string, a py_cds_binary.
        main: label of its file.
        display: string, the program's name in the reports; name if absent.
        srcs: list of label; main alone if absent.
        deps: list of label.
        no_zipapp: string, why it cannot run from a zip file; None: it can.
        versions: list of string, the values of //dev:python that it can be built for; all if absent.
        no_version: string, why not for the others.
    """
    common = {"srcs": srcs or [main], "main": main, "deps": deps, "tags": ["manual"]}
    py_cds_binary(name = name, **common)
    stock = ":%s.stock" % name
    flat(name = name + "_flat", main = main, program = stock, tags = ["manual"])
    rows = [
        _row("stock", stock),
        _row("stock, no .pyc", stock, _NO_PYC),
        # Its imports are done where they are first needed: there is no import phase.
        _row("stock, lazy imports", stock, ["PYTHON_LAZY_IMPORTS=all", "BENCH_IMPORT_FD="], ["deb_3.15"], "came with CPython 3.15 (PEP 810)"),
        _row("python file.py", name + "_flat"),
    ]
    if no_zipapp:
        rows.append(struct(contender = "zipapp", versions = [], skipped = no_zipapp))
    else:
        zipapp(name = name + "_zipapp", main = main, program = stock, tags = ["manual"])
        rows.append(_row("zipapp", name + "_zipapp"))
    rows.append(_row("py_cds_binary", name, _STRICT))
    for suffix, (contender, attributes) in _VARIANTS.items():
        py_cds_binary(name = name + suffix, **(common | attributes))
        rows.append(_row(contender, name + suffix, _STRICT))
    rows.append(_row("py_cds_binary, relocated", name, ["PYCDS_RELOCATE=1"] + _STRICT, _PRELINKED, "is what py_cds_binary does here: the interpreter is in libpython.so"))
    bench_program_rows(
        name = name + "_rows",
        program = display or name,
        rows = rows,
        versions = versions or list(INTERPRETERS),
        no_version = no_version,
        tags = ["manual"],
    )

def _row(contender, executable, env = [], versions = list(INTERPRETERS), skipped = None):
    return struct(contender = contender, executable = executable, env = env, versions = versions, skipped = skipped)
