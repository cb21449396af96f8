"""Repository rule for CPython's own tests, of which the interpreters' repositories are free."""

load(":debs.bzl", "run", "unpack_debs")

_BUILD = """\
load("@rules_python//python:py_library.bzl", "py_library")

package(default_visibility = ["//visibility:public"])

# The package test with its tests of re: what they import, no more.
py_library(
    name = "test_re",
    srcs = ["test/__init__.py", "test/re_tests.py", "test/test_re.py"] + glob(["test/support/*.py"]),
    imports = ["."],
)

exports_files(["test/re_tests.py"])
"""

def _cpython_tests_impl(rctx):
    version = rctx.attr.version
    unpack_debs(rctx, ["libpython%s-stdlib" % version, "libpython%s-testsuite" % version], "root")
    run(rctx, ["mv", "root/usr/lib/python%s/test" % version, "test"])
    rctx.delete("root")
    rctx.file("BUILD.bazel", _BUILD, executable = False)

cpython_tests = repository_rule(
    implementation = _cpython_tests_impl,
    doc = "The package test of Debian's interpreter.",
    environ = ["PYCDS_DEBS"],
    attrs = {
        "version": attr.string(mandatory = True, doc = "X.Y"),
    },
)
