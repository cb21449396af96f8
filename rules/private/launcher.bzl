"""The action that makes a program's executable: the native launcher and its configuration."""

load("@bazel_skylib//lib:paths.bzl", "paths")
load(":archive.bzl", "import_all")
load(":paths.bzl", "logical_path")
load(":tools.bzl", "LAUNCHER")

LAUNCHER_ATTRS = LAUNCHER

def create_launcher(ctx, *, output, archive, runfiles_archive, main = None, main_module = None, interpreter_args = [], site = "minimal", gc = "defer", exit = "quick"):
    """Registers the actions that make a launcher.

    Args:
      ctx: the context of a rule with LAUNCHER_ATTRS and `fragments = ["bazel_py"]`.
      output: File, the executable.
      archive: PyCdsArchiveInfo.
      runfiles_archive: File, the archive in runfiles.
      main: File, the program; or
      main_module: string, the module to run as the program.
      interpreter_args: list of string, before the program on the command line.
      site: string, see py_cds_binary.
      gc: string, see py_cds_binary.
      exit: string, see py_cds_binary.

    Returns:
      list of File, what the launcher needs in its runfiles beside the
      interpreter, the archive and the program.
    """

    # Not in folders of their own in runfiles, nor named .so: either would make a
    # package of these rules importable in the program. A name with a dot does not.
    loader = ctx.actions.declare_file(output.basename + ".loader", sibling = output)
    early_loader = ctx.actions.declare_file(output.basename + ".early/loader", sibling = output)
    early = ctx.actions.declare_file(output.basename + ".early/early", sibling = output)
    ctx.actions.symlink(output = loader, target_file = ctx.file._loader)
    ctx.actions.symlink(output = early_loader, target_file = ctx.file._early_loader)
    ctx.actions.symlink(output = early, target_file = ctx.file._early)

    runtime = archive.runtime
    lines = ctx.actions.args()
    lines.set_param_file_format("multiline")
    if runtime.interpreter:
        interpreter = logical_path(runtime.interpreter.short_path, ctx.workspace_name)
    else:
        interpreter = runtime.interpreter_path
    lines.add(interpreter, format = "interpreter=%s")
    if archive.optimize:
        lines.add("-" + "O" * archive.optimize, format = "interpreter_arg=%s")
    lines.add_all(interpreter_args, format_each = "interpreter_arg=%s")
    if main_module:
        lines.add(main_module, format = "main_module=%s")
    else:
        lines.add(logical_path(main.short_path, ctx.workspace_name), format = "main=%s")

    # sys.path as Bazel's python_bootstrap_template.txt has it, Main().
    lines.add("import_root=")
    lines.add_all(archive.imports, format_each = "import_root=%s")
    if import_all(ctx):
        lines.add("import_all=1")
    else:
        lines.add(ctx.workspace_name, format = "import_root=%s")
    lines.add(logical_path(runfiles_archive.short_path, ctx.workspace_name), format = "archive=%s")
    lines.add(logical_path(loader.short_path, ctx.workspace_name), format = "loader=%s")
    lines.add(logical_path(paths.dirname(early.short_path), ctx.workspace_name), format = "early=%s")
    lines.add(site, format = "site=%s")
    lines.add(gc, format = "gc=%s")
    lines.add(exit, format = "exit=%s")
    config = ctx.actions.declare_file(output.basename + ".launch", sibling = output)
    ctx.actions.write(config, lines)

    args = ctx.actions.args()
    args.add("--template", ctx.file._launcher)
    args.add("--config", config)
    if runtime.interpreter:
        args.add("--interpreter", runtime.interpreter)
    args.add("--output", output)
    ctx.actions.run(
        executable = ctx.executable._launcher_maker,
        arguments = [args],
        inputs = [ctx.file._launcher, config] + ([runtime.interpreter] if runtime.interpreter else []),
        outputs = [output],
        mnemonic = "PyCdsLauncher",
        progress_message = "Making Python launcher %{label}",
        execution_requirements = {"supports-path-mapping": ""},
    )
    return [loader, early_loader, early]
