"""The programs that bench compares, each built under several interpreters."""

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
        mnemonic = "PyCdsBenchSuite",
        progress_message = "Preparing the programs of %{label}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out] + files))]

_bench_suite = rule(
    implementation = _bench_suite_impl,
    doc = "A file of lines program, version, contender, executable, NAME=VALUE..., tab-separated; see suite.go.",
    attrs = {
        "executables": attr.label_list(cfg = _versions_transition, doc = "Every contender's executable, each once."),
        "rows": attr.string_list(doc = "JSON: program, contender, executable (a number in executables), env."),
        "versions": attr.string_list(doc = "Values of //dev:python."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def bench_suite(name, programs, versions, **kwargs):
    """Declares the suite file that //bench reads.

    Args:
        name: str.
        programs: dict of program name to a list of contenders: struct(name, executable, env); the first is
            what ratios are taken to.
        versions: list of str, values of //dev:python.
        **kwargs: common attributes.
    """
    executables = []
    rows = []
    for program, contenders in programs.items():
        for contender in contenders:
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

def contenders(program):
    """The contenders for a py_cds_binary.

    Args:
        program: string, its label.

    Returns:
        A list of struct for bench_suite: the stock py_binary with cached .pyc, without, and the program.
    """
    stock = (program if ":" in program else program + ":" + program.split("/")[-1]) + ".stock"
    return [
        struct(name = "stock", executable = stock, env = []),
        struct(name = "stock, no .pyc", executable = stock, env = _NO_PYC),
        struct(name = "pycds", executable = program, env = []),
    ]
