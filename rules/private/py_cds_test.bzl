"""py_cds_test: a py_test that starts from an archive."""

load("@rules_python//python:py_test.bzl", "py_test")
load(":executable.bzl", "EXECUTABLE_ATTRS", "executable_impl", "py_cds_executable")

_py_cds_test = rule(
    doc = "The executable half of the macro py_cds_test.",
    implementation = executable_impl,
    attrs = EXECUTABLE_ATTRS | {
        # How a test rule in Starlark takes part in `bazel coverage`
        # (rules_python's attributes.bzl, COVERAGE_ATTRS).
        "_collect_cc_coverage": attr.label(
            default = "@bazel_tools//tools/test:collect_cc_coverage",
            cfg = "exec",
            executable = True,
        ),
        "_lcov_merger": attr.label(
            default = configuration_field(fragment = "coverage", name = "output_generator"),
            cfg = "exec",
            executable = True,
        ),
        # A test starts about once per change: training would cost more than it saves.
        "startup": attr.string(default = "none"),
        "_public_name": attr.string(default = "py_cds_test"),
    },
    fragments = ["bazel_py"],
    test = True,
)

def py_cds_test(name, srcs = None, deps = None, data = None, main = None, main_module = None, tags = None, **kwargs):
    """A Python test that starts from an archive of its modules.

    Takes every attribute of rules_python's py_test, with the same meaning. Also
    declares `NAME.stock`, the same program as a py_test tagged `manual`.

    Args:
      name: string, the target's name.
      srcs: list of label, the program's Python sources.
      deps: list of label, the libraries it imports: targets with PyInfo.
      data: list of label, files it reads at run time.
      main: label, the file of `srcs` to run; default: the one named `NAME.py`.
      main_module: string, a module to run in place of a file, as `python -m` does.
      tags: list of string.
      **kwargs: all other attributes of py_test, and `exit`, `gc`, `interpreter_args`,
        `optimize`, `site` and `startup` of py_cds_binary; the default of `startup`
        is "none", since a test starts about once per change.
    """
    py_cds_executable(
        rule = _py_cds_test,
        stock_rule = py_test,
        name = name,
        srcs = srcs,
        deps = deps,
        data = data,
        main = main,
        main_module = main_module,
        tags = tags,
        attrs = kwargs,
    )
