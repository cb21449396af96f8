"""py_cds_binary: a py_binary that starts from an archive."""

load("@rules_python//python:py_binary.bzl", "py_binary")
load(":executable.bzl", "EXECUTABLE_ATTRS", "executable_impl", "py_cds_executable")

_py_cds_binary = rule(
    doc = "The executable half of the macro py_cds_binary.",
    implementation = executable_impl,
    attrs = EXECUTABLE_ATTRS | {
        "_public_name": attr.string(default = "py_cds_binary"),
    },
    executable = True,
    fragments = ["bazel_py"],
)

def py_cds_binary(name, srcs = None, deps = None, data = None, main = None, main_module = None, tags = None, **kwargs):
    """A Python program that starts from an archive of its modules.

    Takes every attribute of rules_python's py_binary, with the same meaning, and
    those below. Also declares `NAME.stock`, the same program as a py_binary.

    Output groups: `archive`, `manifest`, `training`; `_validation` verifies the archive.

    Args:
      name: string, the target's name.
      srcs: list of label, the program's Python sources.
      deps: list of label, the libraries it imports: targets with PyInfo.
      data: list of label, files it reads at run time.
      main: label, the file of `srcs` to run; default: the one named `NAME.py`.
      main_module: string, a module to run in place of a file, as `python -m` does;
        with any version of rules_python. Sets either this or `main`.
      tags: list of string.
      **kwargs: all other attributes of py_binary, and:
        `exit` ("quick", "now" or "full"): "quick", the default, ends the process as
          soon as the program and its exit handlers have run and its standard streams
          are flushed, if nothing could be seen of the interpreter's finalization: no
          object with a finalizer is left, no open file, no other thread, no extension
          module with types of its own but for known packages' (loader/packages.c);
          "now" does so in any case, for programs that close their files and leave
          nothing to finalizers; "full" always finalizes.
        `gc` ("defer", "freeze" or "off"): "defer", the default, runs no cyclic
          garbage collection while an archived import runs; "freeze" then also calls
          gc.freeze(), so that what the imports made is not looked at again, nor
          collected at exit; "off" leaves the collector as the program has it.
        `interpreter_args` (list of string): arguments of the interpreter, before
          the program's; with any version of rules_python.
        `optimize` (0, 1 or 2): 1 runs the program as `python -O`, without
          assertions, 2 as `python -OO`, without docstrings as well. Default 0.
        `site` ("minimal" or "full"): "minimal", the default, has what the module
          site makes visible (exit, quit, help, copyright, credits, license,
          site-packages on sys.path) without running it; "full" runs it, with
          .pth files, sitecustomize and usercustomize.
        `startup` ("imports", "none" or a list of string): what is recorded at build
          time of what the program computes the same way at each start: regular
          expressions, sources that it compiles, the order of modules, which
          functions run. "imports", the default, performs the import statements
          at the main file's module level, in a sandbox without network; a list
          runs the program with these arguments, which must end with exit status
          0; "none" records nothing. A training that fails is a warning.
    """
    py_cds_executable(
        rule = _py_cds_binary,
        stock_rule = py_binary,
        name = name,
        srcs = srcs,
        deps = deps,
        data = data,
        main = main,
        main_module = main_module,
        tags = tags,
        attrs = kwargs,
    )
