"""Everything that depends on the Python toolchain alone, made once for all targets."""

load(":compile.bzl", "compile_bundle", "source_line")
load(":interpreter.bzl", "run_interpreter")
load(":paths.bzl", "stdlib_path")
load(":providers.bzl", "PyCdsRuntimeInfo")
load(":tools.bzl", "COMPILER")

TOOLCHAIN_TYPE = Label("@rules_python//python:toolchain_type")

def _pycds_runtime_impl(ctx):
    runtime = ctx.toolchains[TOOLCHAIN_TYPE].py3_runtime
    if not runtime:
        fail("the Python toolchain has no Python 3 runtime, which an archive needs; " +
             "register one for {}".format(TOOLCHAIN_TYPE))
    if not (runtime.interpreter or runtime.interpreter_path):
        fail("the Python 3 runtime names neither interpreter nor interpreter_path")

    abi = ctx.actions.declare_file(ctx.label.name + ".abi.json")
    args = ctx.actions.args()
    args.add(abi)
    run_interpreter(
        ctx,
        runtime = runtime,
        script = ctx.file._probe,
        arguments = [args],
        outputs = [abi],
        mnemonic = "PyCdsProbe",
        progress_message = "Probing Python interpreter %{output}",
        execution_requirements = {"supports-path-mapping": ""},
    )

    stdlib = {}
    if runtime.interpreter and runtime.files:
        for optimize in (0, 1, 2):
            stdlib[optimize] = _compile_stdlib(ctx, runtime, optimize)

    return [
        DefaultInfo(files = depset([abi])),
        PyCdsRuntimeInfo(abi = abi, runtime = runtime, stdlib = stdlib),
    ]

def _compile_stdlib(ctx, runtime, optimize):
    output = ctx.actions.declare_file("{}.stdlib{}.pycbundle".format(ctx.label.name, optimize))
    compile_bundle(
        ctx,
        runtime = runtime,
        compiler = ctx.file._compiler,
        output = output,
        add_sources = lambda args: args.add_all(runtime.files, map_each = _stdlib_source),
        inputs = runtime.files,
        optimize = optimize,
        lenient = True,
        what = "standard library %{output}",
    )
    return output

def _stdlib_source(file):
    path = stdlib_path(file)
    return source_line(file.path, path) if path else None

pycds_runtime = rule(
    doc = "Probes the Python toolchain of the current configuration and compiles its standard library.",
    implementation = _pycds_runtime_impl,
    attrs = {
        "_probe": attr.label(
            default = "//tools/compiler:probe.py",
            allow_single_file = True,
        ),
    } | COMPILER,
    toolchains = [TOOLCHAIN_TYPE],
    provides = [PyCdsRuntimeInfo],
)
