"""The action that compiles Python sources to a bytecode bundle."""

load(":interpreter.bzl", "run_interpreter")

def source_line(path, logical_path):
    """Returns the argument of compile.py for one source.

    Args:
      path: string, the file to read.
      logical_path: string, becomes co_filename and the archiver's name for it.

    Returns:
      string.
    """
    return path + "\t" + logical_path

def compile_bundle(ctx, *, runtime, compiler, output, add_sources, inputs, optimize, lenient, what):
    """Registers a PyCdsCompile action.

    Args:
      ctx: the rule or aspect context.
      runtime: PyRuntimeInfo of the interpreter that compiles.
      compiler: File, tools/compiler/compile.py.
      output: File, the bundle.
      add_sources: function of an Args, adds `source_line()` of each source.
      inputs: list or depset of File, the sources.
      optimize: int, 0, 1 or 2.
      lenient: bool; a source that does not compile is recorded in the bundle in
        place of failing the build.
      what: string, ends the progress message.
    """
    args = ctx.actions.args()
    args.add("--output", output)
    args.add("--optimize", optimize)
    args.add("--lenient" if lenient else "--strict")
    add_sources(args)
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    run_interpreter(
        ctx,
        runtime = runtime,
        script = compiler,
        arguments = [args],
        inputs = inputs,
        outputs = [output],
        mnemonic = "PyCdsCompile",
        progress_message = "Compiling Python " + what,
        # No path mapping: Bazel 7 and 8 do not map paths for a worker that is not sandboxed.
        execution_requirements = {
            "requires-worker-protocol": "json",
            "supports-workers": "1",
        },
    )
