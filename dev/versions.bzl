"""The same test under several interpreters in one `bazel test`, by a transition on //dev:python."""

load(":interpreters.bzl", "INTERPRETERS")

def _interpreter_transition_impl(_settings, attr):
    return {"//dev:python": attr.interpreter}

_interpreter_transition = transition(
    implementation = _interpreter_transition_impl,
    inputs = [],
    outputs = ["//dev:python"],
)

def _under_interpreter_impl(ctx):
    inner = ctx.attr.inner[0]
    executable = inner[DefaultInfo].files_to_run.executable
    if not executable:
        fail("%s is not executable" % inner.label)

    # A link under our own name: programs look for their runfiles at <argv[0]>.runfiles.
    link = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = link, target_file = executable, is_executable = True)
    providers = [DefaultInfo(
        executable = link,
        files = depset([link]),
        runfiles = ctx.runfiles([link, executable]).merge(inner[DefaultInfo].default_runfiles),
    )]
    for provider in [RunEnvironmentInfo, testing.ExecutionInfo, InstrumentedFilesInfo]:
        if provider in inner:
            providers.append(inner[provider])
    return providers

_ATTRS = {
    "inner": attr.label(mandatory = True, cfg = _interpreter_transition, doc = "The executable or test to build and run."),
    "interpreter": attr.string(mandatory = True, values = sorted(INTERPRETERS), doc = "Value for //dev:python."),
    "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
}

_DOC = "Another executable, built for one interpreter; same runfiles and environment. `args` are this rule's own."

_under_interpreter_test = rule(
    implementation = _under_interpreter_impl,
    doc = _DOC,
    attrs = _ATTRS,
    test = True,
)

# An executable built for one interpreter: py_version_binary(name, inner, interpreter).
py_version_binary = rule(
    implementation = _under_interpreter_impl,
    doc = _DOC,
    attrs = _ATTRS,
    executable = True,
)

def _files_under_interpreter_impl(ctx):
    inner = ctx.attr.inner[0]
    providers = [DefaultInfo(
        files = inner[DefaultInfo].files,
        runfiles = inner[DefaultInfo].default_runfiles,
    )]
    if OutputGroupInfo in inner:
        providers.append(inner[OutputGroupInfo])
    return providers

# What any target builds for one interpreter: py_version_files(name, inner, interpreter).
py_version_files = rule(
    implementation = _files_under_interpreter_impl,
    doc = "Another target's files and runfiles, built for one interpreter.",
    attrs = _ATTRS,
)

def py_versions_test(name, test, versions = sorted(INTERPRETERS), tags = [], **kwargs):
    """Runs a test under several interpreters.

    Declares a test `name.VERSION` for each, and a test_suite `name` of them. A version that the test's
    dependencies do not exist for (numpy) is skipped as incompatible.

    Args:
        name: str.
        test: label of a test target; give it tags = ["manual"] if it need not run by itself as well.
        versions: list of str, names of dev/interpreters.bzl.
        tags: list of str, tags of all declared tests.
        **kwargs: attributes of all tests: args, size, timeout... Those of `test` itself do not count.
    """
    for version in versions:
        _under_interpreter_test(
            name = "%s.%s" % (name, version),
            inner = test,
            interpreter = version,
            tags = tags,
            **kwargs
        )
    native.test_suite(
        name = name,
        tags = tags,
        tests = [":%s.%s" % (name, version) for version in versions],
    )
