"""What py_cds_binary and py_cds_test have in common.

Either is a macro of two targets. `NAME.stock` is a plain py_binary or py_test of
rules_python, made of the same attributes; `NAME` takes its runfiles, PyInfo and
environment and replaces only the executable. So the files that a program finds,
the __init__.py files that Bazel adds, import paths, expansions of `env`, Python
version transitions and the checks of attributes are stock's own under every
version of Bazel and rules_python, in place of imitations of each."""

load("@rules_python//python:py_info.bzl", "PyInfo")
load("@rules_python//python:py_runtime_info.bzl", "PyRuntimeInfo")
load(":archive.bzl", "ARCHIVE_ATTRS", "create_archive")
load(":compile_aspect.bzl", "compile_aspect")
load(":launcher.bzl", "LAUNCHER_ATTRS", "create_launcher")
load(":paths.bzl", "label_text")
load(":providers.bzl", "PyCdsCodeInfo")
load(":train.bzl", "TRAIN_ATTRS", "create_training")

# What the macro gives as `startup` for a list of arguments.
_RUN = "[args]"

_GC = ["defer", "freeze", "off"]

EXECUTABLE_ATTRS = {
    "data": attr.label_list(
        doc = "Files and targets that the program reads at run time.",
        allow_files = True,
    ),
    "deps": attr.label_list(
        doc = "Python libraries that the program imports: targets with PyInfo.",
    ),
    "exit": attr.string(
        doc = "`quick`: the interpreter's finalization is left out where nothing could be seen of it; `now`: always; `full`: never.",
        default = "quick",
        values = ["full", "now", "quick"],
    ),
    "gc": attr.string(
        doc = "`defer`: no cyclic garbage collection while an archived import runs; `freeze`: then gc.freeze() as well; " +
              "`off`: the collector is left as the program has it.",
        default = "defer",
    ),
    "interpreter_args": attr.string_list(
        doc = "Arguments of the interpreter, before the program's; e.g. `-Xdev`.",
    ),
    "main": attr.label(
        doc = "The file of `srcs` to run; by default the one named `NAME.py`.",
        allow_single_file = [".py"],
    ),
    "main_module": attr.string(
        doc = "The module to run in place of a file, as `python -m` does.",
    ),
    "optimize": attr.int(
        doc = "0: as `python`; 1: as `python -O`, without assertions; 2: as `python -OO`, without docstrings.",
        default = 0,
        values = [0, 1, 2],
    ),
    "site": attr.string(
        doc = "`minimal`: what the module site changes is there without running it; " +
              "`full`: the interpreter runs it, with .pth files, sitecustomize and usercustomize.",
        default = "minimal",
        values = ["full", "minimal"],
    ),
    "srcs": attr.label_list(
        doc = "Python source files of the program.",
        allow_files = [".py", ".py3"],
    ),
    "startup": attr.string(
        doc = "`imports`: what the program's imports compute is recorded when it is built, and is in the archive; " +
              "`none`: it is not; a list: as `imports`, of the whole program run with these arguments.",
        default = "imports",
    ),
    "startup_args": attr.string_list(
        doc = "The list that is `startup`. Set by the macro.",
    ),
    "stock": attr.label(
        doc = "The same program as a py_binary or py_test. Set by the macro.",
        aspects = [compile_aspect],
        providers = [PyInfo],
    ),
} | ARCHIVE_ATTRS | LAUNCHER_ATTRS | TRAIN_ATTRS

# Attributes of the target that runs, not of the program in it.
_RUN_ATTRS = ["args", "flaky", "local", "output_licenses", "shard_count", "size", "timeout"]

# Attributes that both targets need.
_COMMON_ATTRS = [
    "compatible_with",
    "deprecation",
    "exec_compatible_with",
    "exec_properties",
    "features",
    "restricted_to",
    "target_compatible_with",
    "testonly",
    "toolchains",
]

def py_cds_executable(*, rule, stock_rule, name, srcs, deps, data, main, main_module, tags, attrs):
    """Declares the two targets of a program.

    Args:
      rule: function of `NAME`'s rule.
      stock_rule: function of `NAME.stock`'s rule.
      name: string.
      srcs: list of label or None.
      deps: list of label or None.
      data: list of label or None.
      main: label or None.
      main_module: string or None.
      tags: list of string or None.
      attrs: dict, all other attributes.
    """
    run_attrs = {key: attrs.pop(key) for key in _RUN_ATTRS if key in attrs}
    run_attrs |= {
        key: attrs.pop(key)
        for key in ("exit", "gc", "interpreter_args", "optimize", "site", "visibility")
        if key in attrs
    }
    run_attrs |= {key: attrs[key] for key in _COMMON_ATTRS if key in attrs}
    run_attrs |= _startup_attrs(attrs.pop("startup", None))

    stock_srcs = srcs or []
    stock_main = main
    if main_module and not main:
        # Not every rules_python has main_module.
        stock_main = name + ".stock_main.py"
        _main_module_file(name = stock_main.removesuffix(".py"), out = stock_main, main_module = main_module)
        stock_srcs = stock_srcs + [":" + stock_main]
    elif not main:
        main = _default_main(name, srcs)
        stock_main = main

    # Without a program there is no stock target: the rule reports what is wrong.
    stock = name + ".stock" if stock_main and not (main and main_module) else None
    if stock:
        stock_rule(
            name = stock,
            srcs = stock_srcs,
            deps = deps or [],
            data = data or [],
            main = stock_main,
            tags = (tags or []) + [tag for tag in ["manual"] if tag not in (tags or [])],
            visibility = run_attrs.get("visibility"),
            **attrs
        )
    rule(
        name = name,
        srcs = srcs,
        deps = deps,
        data = data,
        main = main,
        main_module = main_module,
        stock = ":" + stock if stock else None,
        tags = tags,
        **run_attrs
    )

def _startup_attrs(startup):
    if startup == None:
        return {}
    if type(startup) == "list":
        return {"startup": _RUN, "startup_args": startup}
    if type(startup) in ("string", "select"):
        return {"startup": startup}
    return {"startup": repr(startup)}  # the rule says what is wrong

def _default_main(name, srcs):
    # As stock's determine_main; a label may also be of a rule with that output.
    wanted = name + ".py"
    if type(srcs) != "list":
        return wanted if srcs else None
    generated = False
    for src in srcs:
        path = "/" + str(src).replace(":", "/")
        if path.endswith("/" + wanted):
            return src
        generated = generated or not path.endswith(".py")
    return wanted if generated else None

def _main_module_file_impl(ctx):
    ctx.actions.write(
        ctx.outputs.out,
        "import runpy\n\nrunpy.run_module({}, run_name=\"__main__\", alter_sys=True)\n".format(repr(ctx.attr.main_module)),
    )

_main_module_file_rule = rule(
    doc = "The main file of a NAME.stock whose program is a module.",
    implementation = _main_module_file_impl,
    attrs = {
        "main_module": attr.string(mandatory = True),
        "out": attr.output(mandatory = True),
    },
)

def _main_module_file(name, out, main_module):
    _main_module_file_rule(
        name = name,
        out = out,
        main_module = main_module,
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )

def executable_impl(ctx):
    """Implements the rules of py_cds_binary and py_cds_test.

    Args:
      ctx: the rule context, with EXECUTABLE_ATTRS.

    Returns:
      list of providers.
    """
    main = _main_file(ctx)
    _check_values(ctx)
    stock = ctx.attr.stock
    stock_runfiles = stock[DefaultInfo].default_runfiles
    result = create_archive(
        ctx,
        name = ctx.label.name,
        code = stock[PyCdsCodeInfo],
        runfiles = stock_runfiles,
        imports = stock[PyInfo].imports,
        optimize = ctx.attr.optimize,
        main = main,
        train = _trainer(ctx, main),
    )
    archive = result.info

    executable = ctx.actions.declare_file(ctx.label.name)
    files = [archive.archive]
    if ctx.configuration.coverage_enabled:
        # Stock's own start-up runs the program under the coverage tool.
        ctx.actions.symlink(
            output = executable,
            target_file = stock[DefaultInfo].files_to_run.executable,
            is_executable = True,
        )
    else:
        files.extend(create_launcher(
            ctx,
            output = executable,
            archive = archive,
            runfiles_archive = archive.archive,
            main = main,
            main_module = ctx.attr.main_module,
            interpreter_args = ctx.attr.interpreter_args,
            site = ctx.attr.site,
            gc = ctx.attr.gc,
            exit = ctx.attr.exit,
        ))

    runfiles = ctx.runfiles([executable] + files)
    providers = [
        DefaultInfo(
            executable = executable,
            files = depset([executable]),
            default_runfiles = runfiles.merge(stock_runfiles),
            data_runfiles = runfiles.merge(stock[DefaultInfo].data_runfiles),
        ),
        OutputGroupInfo(
            archive = depset([archive.archive]),
            compilation_outputs = stock[PyInfo].transitive_sources,
            manifest = depset([archive.manifest]),
            training = depset(result.training),
            _validation = depset([result.validation]),
        ),
        archive,
        stock[PyInfo],
        stock[RunEnvironmentInfo],
        coverage_common.instrumented_files_info(
            ctx,
            dependency_attributes = ["stock"],
        ),
    ]
    if PyRuntimeInfo in stock:
        providers.append(stock[PyRuntimeInfo])
    return providers

def _trainer(ctx, main):
    """Returns create_archive's `train`."""

    # Under coverage nothing starts from the archive.
    if ctx.attr.startup == "none" or ctx.configuration.coverage_enabled:
        return None
    return lambda bundles, stdlib, import_roots: create_training(
        ctx,
        name = ctx.label.name,
        runtime = ctx.attr.stock[PyCdsCodeInfo].runtime.runtime,
        stock = ctx.attr.stock,
        bundles = bundles,
        stdlib = stdlib,
        import_roots = import_roots,
        optimize = ctx.attr.optimize,
        main = main,
        main_module = ctx.attr.main_module,
        interpreter_args = ctx.attr.interpreter_args,
        arguments = ctx.attr.startup_args if ctx.attr.startup == _RUN else None,
    )

def _check_values(ctx):
    if ctx.attr.startup not in ("imports", "none", _RUN):
        _fail(ctx, "'startup' is '{}'; want \"none\", \"imports\" or a list of the program's arguments".format(ctx.attr.startup))
    if ctx.attr.gc not in _GC:
        _fail(ctx, "'gc' is '{}'; want one of {}".format(ctx.attr.gc, _GC))

def _main_file(ctx):
    """Finds the program's file as stock does (py_executable.bzl, determine_main)."""
    if ctx.label.name.endswith(".py"):
        _fail(ctx, "the name must not end in '.py'; name the file in 'main'")
    if ctx.attr.main_module:
        if ctx.attr.main:
            _fail(ctx, "'main' is '{}' and 'main_module' is '{}'; set one of them".format(
                ctx.attr.main.label,
                ctx.attr.main_module,
            ))
        return None
    wanted = ctx.attr.main.label.name if ctx.attr.main else ctx.label.name + ".py"
    found = [file for file in ctx.files.srcs if ("/" + file.short_path).endswith("/" + wanted)]
    if not found:
        _fail(ctx, "the default main file '{}' is not in 'srcs', which has {}; add it, or set 'main' or 'main_module'".format(
            wanted,
            [file.short_path for file in ctx.files.srcs],
        ))
    if len(found) > 1:
        _fail(ctx, "the main file '{}' matches several of 'srcs': {}; set 'main' to one of them".format(
            wanted,
            [file.short_path for file in found],
        ))
    return found[0]

def _fail(ctx, message):
    fail("{} {}: {}".format(ctx.attr._public_name, label_text(ctx.label), message))
