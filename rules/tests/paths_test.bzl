"""Unit tests of logical paths."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private:paths.bzl", "label_text", "link_path", "logical_path", "stdlib_other_path", "stdlib_path")

def _logical_path_test(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "_main/app/app.py", logical_path("app/app.py", "_main"))
    asserts.equals(env, "repo/site-packages/a.py", logical_path("../repo/site-packages/a.py", "_main"))
    asserts.equals(env, "repo/pkg/__init__.py", logical_path("external/repo/pkg/__init__.py", "_main"))
    asserts.equals(env, "_main/external/a.py", link_path("external/a.py", "_main"))
    asserts.equals(env, "repo/a.py", link_path("../repo/a.py", "_main"))
    return unittest.end(env)

logical_path_test = unittest.make(_logical_path_test)

def _label_text_test(ctx):
    env = unittest.begin(ctx)
    asserts.true(env, label_text(Label("@rules_python//python:defs.bzl")).endswith("//python:defs.bzl"))
    asserts.true(env, label_text(Label("@rules_python//python:defs.bzl")).startswith("@@"))
    return unittest.end(env)

label_text_test = unittest.make(_label_text_test)

def _file(path):
    return struct(basename = path.rpartition("/")[2], short_path = path)

def _stdlib_path_test(ctx):
    env = unittest.begin(ctx)
    for path, want in {
        "../python/bin/python3.14": None,
        "../python/lib/python3.14/LICENSE.txt": None,
        "../python/lib/python3.14/config-3.14-x86_64-linux-gnu/python-config.py": None,
        "../python/lib/python3.14/json/__init__.py": "json/__init__.py",
        "../python/lib/python3.14/os.py": "os.py",
        "../python/lib/python3.14/site-packages/pip/__init__.py": None,
        "../python/lib/python3.14/test/regrtest.py": None,
        "../python/lib/python3.14/unittest/test.py": "unittest/test.py",
        "lib/python3.14/os.py": "os.py",
        "tools/os.py": None,
    }.items():
        asserts.equals(env, want, stdlib_path(_file(path)), path)
    return unittest.end(env)

stdlib_path_test = unittest.make(_stdlib_path_test)

def _stdlib_other_path_test(ctx):
    env = unittest.begin(ctx)
    for path, want in {
        "../python/lib/libpython3.14.so": None,
        "../python/lib/python3.14/json/__init__.py": None,
        "../python/lib/python3.14/lib-dynload/_ssl.cpython-314-x86_64-linux-gnu.so": "lib-dynload/_ssl.cpython-314-x86_64-linux-gnu.so",
        "../python/lib/python3.14/lib-dynload/README": None,
        "../python/lib/python3.14/site-packages/pip/__init__.py": None,
        "../python/lib/python3.14/test/__init__.py": "test/__init__.py",
        "../python/lib/python3.14/test/regrtest.py": None,
        "tools/_ssl.so": None,
    }.items():
        asserts.equals(env, want, stdlib_other_path(_file(path)), path)
    return unittest.end(env)

stdlib_other_path_test = unittest.make(_stdlib_other_path_test)

def paths_test_suite(name):
    unittest.suite(name, logical_path_test, label_text_test, stdlib_path_test, stdlib_other_path_test)
