"""The same repositories as extensions.bzl's, for WORKSPACE: call both macros."""

load("//dev/private:interpreter_versions.bzl", _interpreter_repositories = "interpreter_repositories")
load("//dev/private:pypi.bzl", _pypi_repositories = "pypi_repositories")

interpreter_repositories = _interpreter_repositories
pypi_repositories = _pypi_repositories
