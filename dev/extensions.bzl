"""Module extensions for this repository's own tests, used by MODULE.bazel as dev dependencies."""

load(":repositories.bzl", "interpreter_repositories", "pypi_repositories")

def _interpreters_impl(_mctx):
    interpreter_repositories()

interpreters = module_extension(
    implementation = _interpreters_impl,
    doc = "Repositories @python_3_X_pbs and @python_3_X_deb, see dev/interpreters.bzl, and @python_3_14_tests, CPython's own.",
)

def _pypi_impl(_mctx):
    pypi_repositories()

pypi = module_extension(
    implementation = _pypi_impl,
    doc = "Third-party packages: the hub @pypi, whose targets read as those of rules_python's pip.parse.",
)
