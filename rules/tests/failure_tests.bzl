"""What the rules refuse, and in which words."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_python//python:py_library.bzl", "py_library")
load("//rules:defs.bzl", "py_cds_archive", "py_cds_binary", "py_cds_test")

def _failure_test_impl(ctx):
    env = analysistest.begin(ctx)
    for text in ctx.attr.texts:
        asserts.expect_failure(env, text)
    return analysistest.end(env)

failure_test = analysistest.make(
    _failure_test_impl,
    attrs = {"texts": attr.string_list(mandatory = True)},
    expect_failure = True,
)

def _no_py_info_impl(_ctx):
    return []

_no_py_info = rule(implementation = _no_py_info_impl)

def failure_test_suite(name):
    """Declares the tests and their suite.

    Args:
      name: string, the suite.
    """
    _no_py_info(name = "no_py_info", tags = ["manual"])
    py_library(name = "library", srcs = ["testdata/greeting.py"], tags = ["manual"])

    # Name of the failing target: its rule, its attributes, what the error says.
    cases = {
        "archive_of_both": (py_cds_archive, dict(binary = ":hello", deps = [":library"]), [
            "py_cds_archive //rules/tests:archive_of_both: 'binary' is //rules/tests:hello and 'deps' is",
            "set one of them",
        ]),
        "archive_of_nothing": (py_cds_archive, {}, [
            "py_cds_archive //rules/tests:archive_of_nothing: 'binary' is unset and 'deps' is []; set one of them",
        ]),
        "dep_without_py_info": (py_cds_binary, dict(srcs = ["testdata/hello.py"], main = "testdata/hello.py", deps = [":no_py_info"]), [
            "//rules/tests:no_py_info",
            "PyInfo",
        ]),
        "gc_on": (py_cds_binary, dict(srcs = ["testdata/hello.py"], main = "testdata/hello.py", gc = "on"), [
            "py_cds_binary //rules/tests:gc_on: 'gc' is 'on'; want one of [\"defer\", \"freeze\", \"off\"]",
        ]),
        "main_and_main_module": (py_cds_binary, dict(srcs = ["testdata/hello.py"], main = "testdata/hello.py", main_module = "hello"), [
            "py_cds_binary //rules/tests:main_and_main_module: 'main' is",
            "'main_module' is 'hello'; set one of them",
        ]),
        "main_not_in_srcs": (py_cds_binary, dict(srcs = ["testdata/hello.py"], main = "testdata/greeting.py"), [
            "could not find 'testdata/greeting.py' as specified by 'main' attribute",
        ]),
        "missing_main": (py_cds_binary, dict(srcs = ["testdata/hello.py"]), [
            "py_cds_binary //rules/tests:missing_main: the default main file 'missing_main.py' is not in 'srcs', which has " +
            "[\"rules/tests/testdata/hello.py\"]; add it, or set 'main' or 'main_module'",
        ]),
        "missing_main_test": (py_cds_test, dict(srcs = []), [
            "py_cds_test //rules/tests:missing_main_test: the default main file 'missing_main_test.py' is not in 'srcs', which has []",
        ]),
        "startup_number": (py_cds_test, dict(srcs = ["testdata/hello.py"], main = "testdata/hello.py", startup = 3), [
            "py_cds_test //rules/tests:startup_number: 'startup' is '3'; want",
        ]),
        "startup_other": (py_cds_binary, dict(srcs = ["testdata/hello.py"], main = "testdata/hello.py", startup = "import"), [
            "py_cds_binary //rules/tests:startup_other: 'startup' is 'import'; want \"none\", \"imports\" or a list of the program's arguments",
        ]),
        "name.py": (py_cds_binary, dict(srcs = ["testdata/hello.py"], main = "testdata/hello.py"), [
            "the name must not end in '.py'; name the file in 'main'",
        ]),
    }
    tests = []
    for target, (rule, attributes, texts) in cases.items():
        rule(name = target, tags = ["manual"], **attributes)
        test = target.replace(".", "_") + "_fails_test"
        failure_test(name = test, target_under_test = ":" + target, texts = texts)
        tests.append(":" + test)
    native.test_suite(name = name, tests = tests)
