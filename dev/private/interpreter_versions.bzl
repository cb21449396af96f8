"""Where each interpreter comes from: pinned versions and checksums."""

load(":cpython_tests.bzl", "cpython_tests")
load(":interpreter.bzl", "deb_interpreter", "pbs_interpreter")

_MODULE = "github.com/kluctl/go-embed-python"

_PBS = [
    # X.Y, version of the Go module (CPython's version, python-build-standalone's release), is in libpython.so, checksum
    ("3.11", "v0.0.0-3.11.11-20241219-1", True, "h1:yVXFTxa6cvhLC6TwkDEHmNaiWlDyaFEGiXd1DQdoeOU="),
    ("3.12", "v0.0.0-3.12.3-20240415-1", True, "h1:IX2O3LJUL0AjYsROGZ4aNENTEb3c/Ll/0b9Yb/8P61Q="),
    ("3.13", "v0.0.0-3.13.1-20241219-1", True, "h1:x1cSEj4Ug5mpuZgUHLvUmlc5r//KHFn6iYiRSrRcVy4="),
    ("3.14", "v0.0.0-3.14.6-20260610-1", False, "h1:oGUS7++Wm3LgxUfD6AmJgKbKQD2wdQFO9PzyJv6T+E4="),
]

_DEB = ["3.13", "3.14", "3.15"]

def interpreter_repositories():
    """Declares @python_3_X_pbs, @python_3_X_deb and @python_3_14_tests."""
    for version, module_version, shared, sum in _PBS:
        pbs_interpreter(
            name = "python_%s_pbs" % version.replace(".", "_"),
            version = version,
            module = _MODULE,
            module_version = module_version,
            shared = shared,
            sum = sum,
        )
    for version in _DEB:
        deb_interpreter(
            name = "python_%s_deb" % version.replace(".", "_"),
            version = version,
        )
    cpython_tests(
        name = "python_3_14_tests",
        version = "3.14",
    )
