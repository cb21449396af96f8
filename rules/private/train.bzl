"""The action that records what a program's imports compute the same way each time."""

load(":interpreter.bzl", "run_interpreter")
load(":paths.bzl", "label_text", "logical_path")
load(":tools.bzl", "TRAINER")

TRAIN_ATTRS = TRAINER

def create_training(ctx, *, name, runtime, stock, bundles, stdlib, import_roots, optimize, main, main_module, interpreter_args, arguments):
    """Registers the action PyCdsTrain.

    It succeeds when the program fails: the recording is empty then, and a warning
    says why.

    Args:
      ctx: the context of a rule with TRAIN_ATTRS.
      name: string, the recording's file name without extension.
      runtime: PyRuntimeInfo of the program.
      stock: Target, the program as a py_binary or py_test: its runfiles are what
        the program sees, its `env` is in the environment.
      bundles: depset of File, bytecode of the program.
      stdlib: list of File, bytecode of the standard library.
      import_roots: list of string, directories on sys.path, relative to runfiles.
      optimize: int, 0, 1 or 2.
      main: File, the program's main file; or
      main_module: string, the module that is the program.
      interpreter_args: list of string, before the program on the command line.
      arguments: list of string: run the program with these; None: perform its imports.

    Returns:
      File, the recording; tools/compiler/recording.py says what is in it.
    """
    output = ctx.actions.declare_file(name + ".pycds.training")
    files_to_run = stock[DefaultInfo].files_to_run

    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add(output, format = "--output=%s")
    args.add(label_text(ctx.label), format = "--label=%s")
    args.add(optimize, format = "--optimize=%s")
    if main_module:
        args.add(main_module, format = "--main_module=%s")
    else:
        args.add(logical_path(main.short_path, ctx.workspace_name), format = "--main=%s")
    args.add(files_to_run.executable.path + ".runfiles", format = "--runfiles=%s")
    args.add_all(import_roots, format_each = "--import_root=%s")
    args.add_all(bundles, format_each = "--bundle=%s")
    args.add_all(stdlib, format_each = "--stdlib_bundle=%s")
    for key, value in stock[RunEnvironmentInfo].environment.items():
        if "\n" not in value:  # one argument a line
            args.add("--env={}={}".format(key, value))
    args.add_all(interpreter_args, format_each = "--interpreter_arg=%s")
    if arguments != None:
        args.add("--run")
        args.add_all(arguments, format_each = "--arg=%s")

    run_interpreter(
        ctx,
        runtime = runtime,
        script = ctx.file._trainer,
        arguments = [args],
        inputs = depset(stdlib, transitive = [bundles]),
        tools = [files_to_run] + ctx.files._trainer_files,
        outputs = [output],
        mnemonic = "PyCdsTrain",
        progress_message = "Training Python start-up %{label}",
        # No path mapping: runfiles trees have one path.
        execution_requirements = {"block-network": "1"},
        resource_set = _two_processes,
    )
    return output

def _two_processes(_os, _inputs_size):
    return {"cpu": 2, "memory": 500}
