"""The build-time and run-time programs that the rules use, as private attributes."""

ARCHIVER = {
    "_archiver": attr.label(
        default = "//tools/archiver",
        cfg = "exec",
        executable = True,
    ),
}

LAUNCHER = {
    "_launcher": attr.label(
        doc = "The native program that every py_cds_binary starts with, without its configuration.",
        default = "//loader:launcher",
        cfg = "target",
        allow_single_file = True,
    ),
    "_launcher_maker": attr.label(
        doc = "Appends a configuration to _launcher.",
        default = "//tools/launcher",
        cfg = "exec",
        executable = True,
    ),
    "_early": attr.label(
        doc = "What _early_loader depends on.",
        default = "//loader:pycds_early",
        cfg = "target",
        allow_single_file = True,
    ),
    "_early_loader": attr.label(
        doc = "The loader for an interpreter in a libpython.so.",
        default = "//loader:pycds_early_loader",
        cfg = "target",
        allow_single_file = True,
    ),
    "_loader": attr.label(
        default = "//loader:pycds_loader",
        cfg = "target",
        allow_single_file = True,
    ),
}

TRAINER = {
    "_trainer": attr.label(
        default = "//tools/compiler:train.py",
        allow_single_file = True,
    ),
    "_trainer_files": attr.label(
        doc = "What _trainer reads beside itself.",
        default = "//tools/compiler:train_files",
    ),
}

COMPILER = {
    "_compiler": attr.label(
        default = "//tools/compiler:compile.py",
        allow_single_file = True,
    ),
    "_empty": attr.label(
        doc = "The content of the __init__.py files that Bazel adds to runfiles.",
        default = "//rules/private:empty.py",
        allow_single_file = True,
    ),
}
