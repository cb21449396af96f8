"""The file that lists what bench runs: programs, each built by several contenders under several interpreters."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//dev:interpreters.bzl", "INTERPRETERS")

_ProgramInfo = provider(
    doc = "A program's part of the suite.",
    fields = {
        "files": "list of File, its executables.",
        "lines": "list of string: program, version, contender, executable, NAME=VALUE..., tab-separated, or with - and a reason; see suite.go.",
        "program": "string.",
        "tools": "list of FilesToRunProvider.",
    },
)

def _versions_transition_impl(settings, attr):
    versions = settings["//bench:version"]
    for version in versions:
        if version not in INTERPRETERS:
            fail("--//bench:version=%s: expected one of %s" % (version, ", ".join(INTERPRETERS)))

    # A split needs one at least; bench_program_rows then ignores it.
    chosen = [version for version in versions if version in attr.versions] or attr.versions[:1]
    return {version: {"//dev:python": version} for version in chosen}

_versions_transition = transition(
    implementation = _versions_transition_impl,
    inputs = ["//bench:version"],
    outputs = ["//dev:python"],
)

def _rlocation(ctx, file):
    path = file.short_path
    return path[3:] if path.startswith("../") else ctx.workspace_name + "/" + path

def _bench_program_rows_impl(ctx):
    program = ctx.attr.program
    lines = []
    tools = []
    files = {}
    rows = [json.decode(row) for row in ctx.attr.rows]
    for version in ctx.attr._version[BuildSettingInfo].value:
        if version not in ctx.attr.versions:
            lines.append("\t".join([program, version, "all", "-", ctx.attr.no_version]))
            continue
        for row in rows:
            if version not in row["versions"]:
                lines.append("\t".join([program, version, row["contender"], "-", row["skipped"]]))
                continue
            runs = ctx.split_attr.executables[version][row["executable"]][DefaultInfo].files_to_run
            tools.append(runs)

            # One program has the same runfiles path under every interpreter: a link tells them apart.
            path = "%s/%s/%s" % (ctx.label.name, version, row["executable"])
            if path not in files:
                files[path] = ctx.actions.declare_file(path)
                ctx.actions.symlink(output = files[path], target_file = runs.executable, is_executable = True)
            lines.append("\t".join([program, version, row["contender"], _rlocation(ctx, files[path])] + row["env"]))
    return [_ProgramInfo(program = program, lines = lines, tools = tools, files = files.values())]

_bench_program_rows = rule(
    implementation = _bench_program_rows_impl,
    doc = "One program's part of the suite.",
    attrs = {
        "executables": attr.label_list(cfg = _versions_transition, doc = "Every contender's executable, each once."),
        "no_version": attr.string(doc = "Why there is no such program for other versions."),
        "program": attr.string(mandatory = True),
        "rows": attr.string_list(doc = "JSON: contender, executable (a number in executables), env, versions and, for other versions, skipped."),
        "versions": attr.string_list(doc = "Values of //dev:python that the program can be built for."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
        "_version": attr.label(default = "//bench:version"),
    },
)

def bench_program_rows(name, rows, **kwargs):
    """Declares one program's part of a bench_suite.

    Args:
        name: string.
        rows: list of struct(contender, executable, env, versions, skipped): versions are those that the contender
            can be had for, skipped is the reason why not for others. The first is what ratios are taken to.
        **kwargs: other attributes of the rule.
    """
    executables = []
    for row in rows:
        if row.versions and row.executable not in executables:
            executables.append(row.executable)
    _bench_program_rows(
        name = name,
        executables = executables,
        rows = [
            json.encode(struct(
                contender = row.contender,
                env = row.env if row.versions else [],
                executable = executables.index(row.executable) if row.versions else -1,
                skipped = row.skipped,
                versions = row.versions,
            ))
            for row in rows
        ],
        **kwargs
    )

def _bench_suite_impl(ctx):
    chosen = [target[_ProgramInfo] for target in ctx.attr.chosen]
    wanted = {info.program: None for info in chosen}
    for name in ctx.attr._program[BuildSettingInfo].value:
        if name not in wanted:
            fail("--//bench:program=%s: expected one of %s" % (name, ", ".join(ctx.attr.programs)))
    files = [file for info in chosen for file in info.files]
    lines = [line for info in chosen for line in info.lines]
    lines += ["%s\t-" % name for name in ctx.attr.programs if name not in wanted]

    # The executables are tools of this action so that each one's own runfiles tree exists:
    # as bench's data they would share one, with every program's repositories on sys.path.
    out = ctx.actions.declare_file(ctx.label.name + ".tsv")
    ctx.actions.run_shell(
        outputs = [out],
        arguments = [out.path, "\n".join(lines)],
        command = 'printf "%s\\n" "$2" > "$1"',
        tools = [tool for info in chosen for tool in info.tools],
        # A sandbox would stage each tree again, ten thousands of links.
        execution_requirements = {"no-sandbox": "1"},
        mnemonic = "PyCdsBenchSuite",
        progress_message = "Preparing the programs of %{label}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out] + files))]

_bench_suite = rule(
    implementation = _bench_suite_impl,
    doc = "The suite file that //bench reads: the chosen programs' lines, and `program, -` for each other program.",
    attrs = {
        "chosen": attr.label_list(providers = [_ProgramInfo], doc = "bench_program's NAME_rows."),
        "programs": attr.string_list(doc = "Names of all."),
        "_program": attr.label(default = "//bench:program"),
    },
)

def bench_suite(name, programs, **kwargs):
    """Declares the suite file that //bench reads, of the programs that //bench:program chooses.

    Args:
        name: string.
        programs: dict of a program's name in the reports to its bench_program.
        **kwargs: common attributes.
    """

    # A select, since Bazel would verify every archive among the dependencies, chosen or not.
    chosen = []
    for program, target in programs.items():
        setting = "%s_%s" % (name, target)
        native.config_setting(
            name = setting,
            flag_values = {"//bench:program": program},
        )
        chosen = chosen + select({
            ":" + setting: [":%s_rows" % target],
            "//conditions:default": [],
        })
    _bench_suite(
        name = name,
        chosen = chosen,
        programs = list(programs),
        **kwargs
    )

# A flag that is given once for each value. (A config_setting of a flag with a list matches only the very list.)
values_flag = rule(
    implementation = lambda ctx: [BuildSettingInfo(value = ctx.build_setting_value)],
    build_setting = config.string_list(flag = True, repeatable = True),
    doc = "A build setting with any number of values.",
)
