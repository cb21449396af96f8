"""The tests that every example has, under each interpreter that it is for."""

load("@rules_pycds//rules:defs.bzl", "py_cds_archive_test", "py_cds_test")
load("@rules_python//python:py_test.bzl", "py_test")
load("//dev:versions.bzl", "py_versions_test")

# Interpreters that a larger example is tested under: at a random address, at a fixed one, the newest.
SOME_VERSIONS = [
    "deb_3.15",
    "pbs_3.11",
    "pbs_3.14",
]

def program_tests(name, program, module, deps, shows, at_least, stderr = "compare", exits = "quick", versions = SOME_VERSIONS, archive_versions = ["pbs_3.14"]):
    """Declares a program's tests.

    NAME.same_output: stock and the archive print the same and end alike, the archive's interpreter as
    expected. NAME.archived_modules: all
    source modules that the program loads come from the archive. NAME.archive: the archive is valid.
    Each is a test_suite of one test for each interpreter.

    Args:
        name: string, prefix of the tests.
        program: string, label of the py_cds_binary.
        module: string, name of the module with the program's main().
        deps: list of label, libraries with that module.
        shows: string, a text that the program prints.
        at_least: int, the number of modules that must come from the archive.
        stderr: string, "compare", or "ignore" if it differs by design.
        exits: string, what the loader says of the interpreter's end (py_cds_binary's `exit`).
        versions: list of string, names of //dev:python.
        archive_versions: list of string, those of them to validate the archive under.
    """
    py_test(
        name = name + "_same_output",
        srcs = ["//tests:same_output.py"],
        data = [
            program,
            program + ".stock",
        ],
        env = {
            "CDS": "$(rootpath %s)" % program,
            "EXIT": exits,
            "SHOWS": shows,
            "STDERR": stderr,
            "STOCK": "$(rootpath %s.stock)" % program,
        },
        main = "//tests:same_output.py",
        tags = ["manual"],
        deps = ["//tests/contract:compare"],
    )
    py_versions_test(
        name = name + ".same_output",
        size = "medium",
        test = ":%s_same_output" % name,
        versions = versions,
    )

    py_cds_test(
        name = name + "_archived_modules",
        srcs = ["//tests:archived_modules.py"],
        env = {
            "AT_LEAST": str(at_least),
            "PROGRAM": module,
            "PYCDS_STRICT": "1",
        },
        main = "//tests:archived_modules.py",
        tags = ["manual"],
        deps = deps,
    )
    py_versions_test(
        name = name + ".archived_modules",
        size = "medium",
        test = ":%s_archived_modules" % name,
        versions = versions,
    )

    py_cds_archive_test(
        name = name + "_archive",
        archive = program,
        tags = ["manual"],
    )
    py_versions_test(
        name = name + ".archive",
        size = "large",
        test = ":%s_archive" % name,
        versions = archive_versions,
    )
