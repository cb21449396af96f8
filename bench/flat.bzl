"""A program as people start it without Bazel: `python file.py` with one folder of packages, and zipapp."""

load("@rules_python//python:py_info.bzl", "PyInfo")

_PYTHON_TOOLCHAIN = "@rules_python//python:toolchain_type"

def _runfiles_path(ctx, file):
    path = file.short_path
    return path[3:] if path.startswith("../") else ctx.workspace_name + "/" + path

def _program_files(ctx):
    """What a program imports and reads, in one folder.

    Returns:
        struct: `main`, the program's File; `placed`, a dict of path in the folder to File; `runtime`, the
        PyRuntimeInfo.
    """
    program = ctx.attr.program
    runtime = ctx.toolchains[_PYTHON_TOOLCHAIN].py3_runtime
    not_program = {file: None for file in runtime.files.to_list()}

    # A file's place is its path below the sys.path entry that holds it; the workspace's root is one.
    entries = sorted(program[PyInfo].imports.to_list() + [ctx.workspace_name], key = lambda e: -len(e))
    placed = {}
    for file in program[DefaultInfo].default_runfiles.files.to_list():
        if file in not_program or file == program[DefaultInfo].files_to_run.executable:
            continue
        path = _runfiles_path(ctx, file)
        for entry in entries:
            if path.startswith(entry + "/"):
                placed[path[len(entry) + 1:]] = file
                break
    return struct(main = ctx.file.main, placed = placed, runtime = runtime)

def _flat_impl(ctx):
    files = _program_files(ctx)
    main, runtime = files.main, files.runtime
    folder = ctx.label.name + ".packages"
    symlinks = {folder + "/" + path: file for path, file in files.placed.items()}

    # -P because the file is a link: Python would add the source folder itself, and write .pyc files there.
    # BENCH_PATH and BENCH_CODE are for bench's own preparations: other code, which is told of the file and the folder.
    # Through the runfiles tree, so that .pyc files are cached beside these links, as stock does.
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(out, """\
#!/bin/sh
packages="$0.runfiles/{workspace}/{folder}"
export PYTHONPATH="$packages${{BENCH_PATH:+:$BENCH_PATH}}"
if [ -n "$BENCH_CODE" ]; then exec "$0.runfiles/{interpreter}" -c "$BENCH_CODE" "$0.runfiles/{main}" "$packages"; fi
exec "$0.runfiles/{interpreter}" -P "$0.runfiles/{main}"
""".format(
        workspace = ctx.workspace_name,
        folder = folder,
        interpreter = _runfiles_path(ctx, runtime.interpreter),
        main = _runfiles_path(ctx, main),
    ), is_executable = True)
    return [DefaultInfo(
        executable = out,
        runfiles = ctx.runfiles(files = [main], transitive_files = runtime.files, symlinks = symlinks),
    )]

def _zipapp_impl(ctx):
    files = _program_files(ctx)
    runtime = files.runtime
    copies = ctx.actions.args()
    copies.use_param_file("%s", use_always = True)
    copies.set_param_file_format("multiline")
    for path, file in [("__main__.py", files.main)] + files.placed.items():
        copies.add(file.path + "\t" + path)
    archive = ctx.actions.declare_file(ctx.label.name + ".pyz")
    ctx.actions.run_shell(
        inputs = depset([files.main] + files.placed.values(), transitive = [runtime.files]),
        outputs = [archive],
        arguments = [runtime.interpreter.path, archive.path, copies],
        command = _ZIPAPP,
        mnemonic = "PyCdsBenchZipapp",
        progress_message = "Packing %{label}",
    )
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(out, """\
#!/bin/sh
exec "$0.runfiles/{interpreter}" "$0.runfiles/{archive}"
""".format(
        interpreter = _runfiles_path(ctx, runtime.interpreter),
        archive = _runfiles_path(ctx, archive),
    ), is_executable = True)
    return [DefaultInfo(
        executable = out,
        runfiles = ctx.runfiles(files = [archive], transitive_files = runtime.files),
    )]

# $1: interpreter; $2: the archive; $3: lines of file, tab, path in the archive.
_ZIPAPP = """\
set -e
packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
while IFS=$'\\t' read -r file path; do
    case $path in */*) mkdir -p "$packed/${path%/*}" ;; esac
    cp -L "$file" "$packed/$path"
done <"$3"
"$1" -m zipapp "$packed" -o "$2"
"""

flat = rule(
    implementation = _flat_impl,
    doc = "A script that starts a program's file with one folder on PYTHONPATH. Runs from its own place only.",
    attrs = {
        "main": attr.label(mandatory = True, allow_single_file = [".py"], doc = "The program's file."),
        "program": attr.label(mandatory = True, providers = [PyInfo], doc = "A py_binary."),
    },
    executable = True,
    toolchains = [_PYTHON_TOOLCHAIN],
)

zipapp = rule(
    implementation = _zipapp_impl,
    doc = "What `python -m zipapp` makes of a program, and a script that starts it. Runs from its own place only.",
    attrs = {
        "main": attr.label(mandatory = True, allow_single_file = [".py"], doc = "As flat's."),
        "program": attr.label(mandatory = True, providers = [PyInfo], doc = "As flat's."),
    },
    executable = True,
    toolchains = [_PYTHON_TOOLCHAIN],
)
