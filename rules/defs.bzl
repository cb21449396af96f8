"""The public rules and providers of rules_pycds."""

load("//rules/private:providers.bzl", _PyCdsArchiveInfo = "PyCdsArchiveInfo")
load("//rules/private:py_cds_archive.bzl", _py_cds_archive = "py_cds_archive")
load("//rules/private:py_cds_archive_test.bzl", _py_cds_archive_test = "py_cds_archive_test")
load("//rules/private:py_cds_binary.bzl", _py_cds_binary = "py_cds_binary")
load("//rules/private:py_cds_test.bzl", _py_cds_test = "py_cds_test")

PyCdsArchiveInfo = _PyCdsArchiveInfo
py_cds_archive = _py_cds_archive
py_cds_archive_test = _py_cds_archive_test
py_cds_binary = _py_cds_binary
py_cds_test = _py_cds_test
