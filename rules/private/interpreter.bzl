"""Runs the Python toolchain's own interpreter in build actions."""

# -B, -S, -s: nothing outside of the declared inputs is read or written.
# -P: a script's folder does not hide modules of the standard library.
# Not -I nor -E, which would ignore PYTHONHASHSEED.
_FLAGS = ["-B", "-S", "-s", "-P"]

def run_interpreter(ctx, *, runtime, script, arguments, inputs = [], tools = [], **kwargs):
    """Registers an action that runs a Python script.

    The interpreter is the *target* platform's, since only it makes bytecode and
    facts for itself; so the execution platform must be able to run it.

    Args:
      ctx: the rule or aspect context.
      runtime: PyRuntimeInfo.
      script: File, the Python program; it may import the standard library alone.
      arguments: list of Args, the script's.
      inputs: list or depset of File.
      tools: list of File or FilesToRunProvider, what else the script uses.
      **kwargs: passed to ctx.actions.run.
    """
    interpreter = runtime.interpreter or runtime.interpreter_path
    files = [runtime.files] if runtime.files else []
    ctx.actions.run(
        executable = interpreter,
        arguments = [_startup_arguments(ctx, script)] + arguments,
        inputs = inputs,
        tools = [script] + files + tools,
        env = {
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "0",
        },
        **kwargs
    )

def _startup_arguments(ctx, script):
    args = ctx.actions.args()
    args.add_all(_FLAGS)
    args.add(script)
    return args
