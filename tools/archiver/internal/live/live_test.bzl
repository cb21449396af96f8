"""Runs a Go test with a Python toolchain's interpreter to compare with."""

load("//dev:interpreters.bzl", "DEFAULT_INTERPRETER")
load("//dev:versions.bzl", "py_versions_test")

_TOOLCHAIN = "@rules_python//python:toolchain_type"

# The Go program is the same for all interpreters: build it once.
_build_once = transition(
    implementation = lambda _settings, _attr: {"//dev:python": DEFAULT_INTERPRETER},
    inputs = [],
    outputs = ["//dev:python"],
)

def _live_test_impl(ctx):
    runtime = ctx.toolchains[_TOOLCHAIN].py3_runtime
    inner = ctx.attr.inner[0][DefaultInfo]
    environment = ctx.attr.inner[0][RunEnvironmentInfo].environment
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = inner.files_to_run.executable,
        is_executable = True,
    )

    # rules_go starts a test in the runfiles folder of the test's package.
    up = "../" * len(ctx.attr.inner[0].label.package.split("/"))
    return [
        DefaultInfo(
            executable = executable,
            runfiles = ctx.runfiles(
                [executable, runtime.interpreter],
                transitive_files = runtime.files,
            ).merge(inner.default_runfiles),
        ),
        RunEnvironmentInfo(environment = environment | {
            "PYCDS_TEST_PYTHONS": up + runtime.interpreter.short_path,
        }),
    ]

_live_test = rule(
    doc = "A Go test with PYCDS_TEST_PYTHONS naming the interpreter of the Python toolchain.",
    implementation = _live_test_impl,
    attrs = {
        "inner": attr.label(
            doc = "The go_test.",
            cfg = _build_once,
            mandatory = True,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    test = True,
    toolchains = [_TOOLCHAIN],
)

def live_test(name, inner, **kwargs):
    """Runs a go_test once under each interpreter of //dev.

    Args:
      name: string, the test suite; its tests are `name.VERSION`.
      inner: label of the go_test. It reads PYCDS_TEST_PYTHONS, the path of one
        interpreter, and skips without.
      **kwargs: attributes of all tests, such as size.
    """
    _live_test(
        name = name + "_one",
        inner = inner,
        tags = ["manual"],
    )
    py_versions_test(
        name = name,
        test = ":" + name + "_one",
        **kwargs
    )
