"""The programs that bench compares, each built under several interpreters."""

load(":flat.bzl", "flat", "zipapp")

def _versions_transition_impl(_settings, attr):
    return {version: {"//dev:python": version} for version in attr.versions}

_versions_transition = transition(
    implementation = _versions_transition_impl,
    inputs = [],
    outputs = ["//dev:python"],
)

def _rlocation(ctx, file):
    path = file.short_path
    return path[3:] if path.startswith("../") else ctx.workspace_name + "/" + path

def _bench_suite_impl(ctx):
    lines = []
    tools = []
    files = []
    rows = [json.decode(row) for row in ctx.attr.rows]
    for program in {row["program"]: None for row in rows}:
        for version in ctx.attr.versions:
            for row in rows:
                if row["program"] != program:
                    continue
                if "skipped" in row:
                    lines.append("\t".join([program, version, row["contender"], "-", row["skipped"]]))
                    continue
                runs = ctx.split_attr.executables[version][row["executable"]][DefaultInfo].files_to_run
                tools.append(runs)

                # One program has the same runfiles path under every interpreter: a link tells them apart.
                link = ctx.actions.declare_file("%s/%s/%s" % (ctx.label.name, version, row["executable"]))
                if link not in files:
                    ctx.actions.symlink(output = link, target_file = runs.executable, is_executable = True)
                    files.append(link)
                lines.append("\t".join([program, version, row["contender"], _rlocation(ctx, link)] + row["env"]))
    out = ctx.actions.declare_file(ctx.label.name + ".tsv")

    # The executables are tools of this action so that each one's own runfiles tree exists:
    # as bench's data they would share one, with every program's repositories on sys.path.
    ctx.actions.run_shell(
        outputs = [out],
        arguments = [out.path, "\n".join(lines)],
        command = 'printf "%s\\n" "$2" > "$1"',
        tools = tools,
        # A sandbox would stage each tree again, ten thousands of links.
        execution_requirements = {"no-sandbox": "1"},
        mnemonic = "PyCdsBenchSuite",
        progress_message = "Preparing the programs of %{label}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out] + files))]

_bench_suite = rule(
    implementation = _bench_suite_impl,
    doc = "A file of lines program, version, contender, executable, NAME=VALUE..., tab-separated, or with - and a reason; see suite.go.",
    attrs = {
        "executables": attr.label_list(cfg = _versions_transition, doc = "Every contender's executable, each once."),
        "rows": attr.string_list(doc = "JSON: program, contender, executable (a number in executables) and env, or skipped."),
        "versions": attr.string_list(doc = "Values of //dev:python."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def bench_suite(name, programs, versions, **kwargs):
    """Declares the suite file that //bench reads.

    Args:
        name: str.
        programs: dict of program name to a list of contenders: struct(name, executable, env), or
            struct(name, skipped) with a reason; the first is what ratios are taken to.
        versions: list of str, values of //dev:python.
        **kwargs: common attributes.
    """
    executables = []
    rows = []
    for program, contenders in programs.items():
        for contender in contenders:
            if hasattr(contender, "skipped"):
                rows.append(json.encode(struct(program = program, contender = contender.name, skipped = contender.skipped)))
                continue
            if contender.executable not in executables:
                executables.append(contender.executable)
            rows.append(json.encode(struct(
                program = program,
                contender = contender.name,
                executable = executables.index(contender.executable),
                env = contender.env,
            )))
    _bench_suite(
        name = name,
        executables = executables,
        rows = rows,
        versions = versions,
        **kwargs
    )

# No .pyc file is read or written: what read-only runfiles, sandboxes and containers have.
_NO_PYC = ["PYTHONDONTWRITEBYTECODE=1", "PYTHONPYCACHEPREFIX=/dev/null/none"]

def contenders(program, no_zipapp = None):
    """The contenders for a py_cds_binary whose file is named as the program.

    Args:
        program: string, its label.
        no_zipapp: string, why it cannot run from a zip file; None: it can.

    Returns:
        A list of struct for bench_suite: the stock py_binary with cached .pyc, without, the program's file
        with one folder on sys.path, a zipapp, and the program.
    """
    label = native.package_relative_label(program)
    stock = program.removesuffix(":" + label.name) + ":" + label.name + ".stock"
    flat(
        name = "flat_" + label.name,
        program = stock,
        tags = ["manual"],
    )
    if not no_zipapp:
        zipapp(
            name = "zipapp_" + label.name,
            program = stock,
            tags = ["manual"],
        )
    return [
        struct(name = "stock", executable = stock, env = []),
        struct(name = "stock, no .pyc", executable = stock, env = _NO_PYC),
        struct(name = "python file.py", executable = ":flat_" + label.name, env = []),
        struct(name = "zipapp", skipped = no_zipapp) if no_zipapp else struct(name = "zipapp", executable = ":zipapp_" + label.name, env = []),
        struct(name = "py_cds_binary", executable = program, env = []),
    ]
