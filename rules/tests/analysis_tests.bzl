"""What the rules provide and which actions they register."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_python//python:py_info.bzl", "PyInfo")
load("@rules_python//python:py_library.bzl", "py_library")
load("//rules:defs.bzl", "PyCdsArchiveInfo", "py_cds_archive", "py_cds_binary", "py_cds_test")

def _contains(env, wanted, all):
    for item in wanted:
        asserts.true(env, item in all, "{} is not in {}".format(item, all))

def _mnemonics(env):
    return [action.mnemonic for action in analysistest.target_actions(env)]

def _runfiles(target):
    return [file.short_path for file in target[DefaultInfo].default_runfiles.files.to_list()]

def _binary_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    directory = "rules/tests/"

    asserts.equals(env, directory + "hello", target[DefaultInfo].files_to_run.executable.short_path)
    asserts.equals(env, [directory + "hello"], [file.short_path for file in target[DefaultInfo].files.to_list()])
    _contains(env, [
        directory + "hello",
        directory + "hello.early/early",
        directory + "hello.early/loader",
        directory + "hello.loader",
        directory + "hello.pycds",
        directory + "testdata/data.txt",
        directory + "testdata/greeting.py",
        directory + "testdata/hello.py",
    ], _runfiles(target))
    asserts.true(env, [path for path in _runfiles(target) if "/bin/python3" in path], "the interpreter is not in runfiles")

    archive = target[PyCdsArchiveInfo]
    asserts.equals(env, directory + "hello.pycds", archive.archive.short_path)
    asserts.equals(env, directory + "hello.pycds.json", archive.manifest.short_path)
    asserts.equals(env, "rules/private/runtime.abi.json", archive.abi.short_path)
    asserts.equals(env, 0, archive.optimize)

    asserts.equals(
        env,
        [directory + "testdata/greeting.py", directory + "testdata/hello.py"],
        sorted([file.short_path for file in target[PyInfo].transitive_sources.to_list()]),
    )
    _contains(env, [ctx.workspace_name + "/rules/tests/testdata"], target[PyInfo].imports.to_list())
    asserts.equals(env, {
        "DATA": "rules/tests/testdata/data.txt",
        "PLAIN": "1",
    }, target[RunEnvironmentInfo].environment)

    groups = target[OutputGroupInfo]
    asserts.equals(env, [archive.archive], groups.archive.to_list())
    asserts.equals(env, [archive.manifest], groups.manifest.to_list())
    asserts.equals(env, 1, len(groups._validation.to_list()))
    asserts.true(env, InstrumentedFilesInfo in target)

    _contains(env, ["PyCdsArchive", "PyCdsLauncher", "PyCdsVerify"], _mnemonics(env))
    return analysistest.end(env)

binary_test = analysistest.make(_binary_test_impl)

def _config_test_impl(ctx):
    env = analysistest.begin(ctx)
    config = [
        action.content
        for action in analysistest.target_actions(env)
        if action.outputs.to_list()[0].basename.endswith(".launch")
    ][0].splitlines()
    _contains(env, ctx.attr.lines, config)
    for line in config:
        for prefix in ctx.attr.without:
            asserts.false(env, line.startswith(prefix), line)
    return analysistest.end(env)

config_test = analysistest.make(
    _config_test_impl,
    attrs = {
        "lines": attr.string_list(doc = "Lines of the launcher's configuration."),
        "without": attr.string_list(doc = "What no line begins with."),
    },
)

def _archive_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    archive = target[PyCdsArchiveInfo]
    asserts.equals(env, [archive.archive], target[DefaultInfo].files.to_list())
    asserts.equals(env, ctx.attr.optimize, archive.optimize)
    _contains(env, ["PyCdsArchive", "PyCdsVerify"], _mnemonics(env))
    action = [a for a in analysistest.target_actions(env) if a.mnemonic == "PyCdsArchive"][0]
    inputs = [file.basename for file in action.inputs.to_list()]
    _contains(env, ctx.attr.inputs, inputs)
    for name in inputs:
        asserts.false(env, name.endswith(".py"), "sources are inputs of PyCdsArchive: " + name)
    return analysistest.end(env)

archive_test = analysistest.make(
    _archive_test_impl,
    attrs = {
        "inputs": attr.string_list(doc = "Names of some inputs of the action."),
        "optimize": attr.int(doc = "PyCdsArchiveInfo.optimize."),
    },
)

def _training_test_impl(ctx):
    env = analysistest.begin(ctx)
    actions = {action.mnemonic: action for action in analysistest.target_actions(env)}
    directory = "rules/tests/"
    archive_inputs = [file.basename for file in actions["PyCdsArchive"].inputs.to_list()]
    outputs = [file.short_path for file in analysistest.target_under_test(env)[OutputGroupInfo].training.to_list()]
    recording = ctx.attr.program + ".pycds.training"
    if not ctx.attr.trained:
        asserts.false(env, "PyCdsTrain" in actions, "there is a training")
        asserts.equals(env, [], [name for name in archive_inputs if name.endswith(".training")])
        asserts.equals(env, [], outputs)
        return analysistest.end(env)

    action = actions["PyCdsTrain"]
    asserts.equals(env, [directory + recording], [file.short_path for file in action.outputs.to_list()])
    asserts.equals(env, [directory + recording], outputs)
    _contains(env, [recording], archive_inputs)
    inputs = [file.short_path for file in action.inputs.to_list()]
    _contains(env, [
        directory + ctx.attr.program + ".stock",
        "{}greeting.{}.pycbundle".format(directory, ctx.attr.optimize),
        "rules/private/runtime.stdlib{}.pycbundle".format(ctx.attr.optimize),
        "tools/compiler/record.py",
        "tools/compiler/train.py",
    ], inputs)
    asserts.true(env, [path for path in inputs if "stock-runfiles" in path or ".stock.runfiles" in path], "no runfiles in {}".format(inputs))
    asserts.equals(env, [], [path for path in inputs if path.endswith(".pycds") or path == directory + ctx.attr.program])
    _contains(env, ctx.attr.arguments, action.argv)
    _contains(env, ["--main=" + ctx.workspace_name + "/rules/tests/testdata/hello.py"], action.argv)
    asserts.equals(env, ctx.attr.runs, "--run" in action.argv)
    asserts.equals(env, "0", action.env["PYTHONHASHSEED"])
    return analysistest.end(env)

training_test = analysistest.make(
    _training_test_impl,
    attrs = {
        "arguments": attr.string_list(doc = "Arguments of train.py."),
        "optimize": attr.int(doc = "The target's `optimize`."),
        "program": attr.string(doc = "Name of the target under test."),
        "runs": attr.bool(doc = "The training runs the program."),
        "trained": attr.bool(doc = "There is a training."),
    },
)

def _generated_impl(ctx):
    source = ctx.actions.declare_file(ctx.label.name + ".py")
    ctx.actions.write(source, "NAME = __name__\n")
    return [
        DefaultInfo(
            files = depset([source]),
            runfiles = ctx.runfiles([source]).merge_all([dep[DefaultInfo].default_runfiles for dep in ctx.attr.deps]),
        ),
        PyInfo(transitive_sources = depset([source], transitive = [dep[PyInfo].transitive_sources for dep in ctx.attr.deps])),
    ]

# A Python rule that is not rules_python's, as py_proto_library is.
_generated = rule(
    implementation = _generated_impl,
    attrs = {"deps": attr.label_list(providers = [PyInfo])},
)

def analysis_test_suite(name):
    """Declares the tests and their suite.

    Args:
      name: string, the suite.
    """
    py_library(
        name = "greeting",
        srcs = ["testdata/greeting.py"],
        imports = ["testdata"],
    )
    hello = dict(
        srcs = ["testdata/hello.py"],
        main = "testdata/hello.py",
        deps = [":greeting"],
        tags = ["manual"],
    )
    py_cds_binary(
        name = "hello",
        data = ["testdata/data.txt"],
        env = {
            "DATA": "$(location testdata/data.txt)",
            "PLAIN": "1",
        },
        **hello
    )
    py_cds_binary(
        name = "hello_optimized",
        interpreter_args = ["-Xdev"],
        optimize = 2,
        **hello
    )
    py_cds_test(
        name = "hello_test",
        site = "full",
        **hello
    )
    py_cds_test(
        name = "hello_trained_test",
        data = ["testdata/data.txt"],
        startup = "imports",
        **hello
    )
    py_cds_binary(
        name = "hello_run",
        data = ["testdata/data.txt"],
        exit = "now",
        gc = "freeze",
        startup = ["a b", "--c=d"],
        **hello
    )
    py_cds_binary(
        name = "hello_untrained",
        exit = "full",
        gc = "off",
        startup = "none",
        **hello
    )
    py_cds_binary(
        name = "trained",
        srcs = ["testdata/trained.py"],
        main = "testdata/trained.py",
        startup = [],
        tags = ["manual"],
    )
    py_library(
        name = "programs",
        srcs = [
            "testdata/leaves.py",
            "testdata/trained.py",
        ],
        imports = ["testdata"],
    )
    py_cds_binary(
        name = "trained_module",
        main_module = "trained",
        startup = ["x"],
        tags = ["manual"],
        deps = [":programs"],
    )
    py_cds_binary(
        name = "exits",
        srcs = ["testdata/exits.py"],
        main = "testdata/exits.py",
        tags = ["manual"],
        deps = [":programs"],
    )
    py_cds_binary(
        name = "hello_module",
        deps = [":greeting"],
        main_module = "greeting",
        tags = ["manual"],
    )
    py_cds_archive(name = "greeting_archive", optimize = 1, deps = [":greeting"])
    py_cds_archive(name = "hello_archive", binary = ":hello")
    _generated(name = "generated", deps = [":greeting"])
    py_cds_archive(name = "generated_archive", deps = [":generated"])

    binary_test(name = "binary_test", target_under_test = ":hello")
    config_test(
        name = "binary_config_test",
        lines = [
            "exit=quick",
            "gc=defer",
            "import_all=1",
            "site=minimal",
        ],
        target_under_test = ":hello",
        without = ["interpreter_arg=", "main_module="],
    )
    config_test(
        name = "optimized_config_test",
        lines = [
            "interpreter_arg=-OO",
            "interpreter_arg=-Xdev",
        ],
        target_under_test = ":hello_optimized",
    )
    config_test(
        name = "test_config_test",
        lines = ["site=full"],
        target_under_test = ":hello_test",
    )
    config_test(
        name = "module_config_test",
        lines = ["main_module=greeting"],
        target_under_test = ":hello_module",
        without = ["main="],
    )
    config_test(
        name = "freeze_config_test",
        lines = [
            "exit=now",
            "gc=freeze",
        ],
        target_under_test = ":hello_run",
    )
    config_test(
        name = "gc_off_config_test",
        lines = [
            "exit=full",
            "gc=off",
        ],
        target_under_test = ":hello_untrained",
    )
    training_test(
        name = "binary_training_test",
        arguments = [
            "--env=DATA=rules/tests/testdata/data.txt",
            "--label=//rules/tests:hello",
        ],
        program = "hello",
        target_under_test = ":hello",
        trained = True,
    )
    training_test(
        name = "run_training_test",
        arguments = [
            "--arg=a b",
            "--arg=--c=d",
        ],
        program = "hello_run",
        runs = True,
        target_under_test = ":hello_run",
        trained = True,
    )
    training_test(
        name = "interpreter_args_training_test",
        arguments = ["--interpreter_arg=-Xdev"],
        optimize = 2,
        program = "hello_optimized",
        target_under_test = ":hello_optimized",
        trained = True,
    )
    training_test(
        name = "untrained_test",
        target_under_test = ":hello_untrained",
    )
    training_test(
        name = "test_is_untrained_test",
        target_under_test = ":hello_test",
    )
    training_test(
        name = "test_training_test",
        program = "hello_trained_test",
        target_under_test = ":hello_trained_test",
        trained = True,
    )
    archive_test(
        name = "archive_of_deps_test",
        inputs = [
            "greeting.1.pycbundle",
            "runtime.abi.json",
            "runtime.stdlib1.pycbundle",
        ],
        optimize = 1,
        target_under_test = ":greeting_archive",
    )
    archive_test(
        name = "archive_of_generated_test",
        inputs = [
            "generated.0.pycbundle",
            "greeting.0.pycbundle",
        ],
        target_under_test = ":generated_archive",
    )
    archive_test(
        name = "archive_of_binary_test",
        inputs = [
            "greeting.0.pycbundle",
            "hello.stock.0.pycbundle",
            "runtime.stdlib0.pycbundle",
        ],
        target_under_test = ":hello_archive",
    )
    native.test_suite(name = name, tests = [
        ":archive_of_binary_test",
        ":archive_of_deps_test",
        ":archive_of_generated_test",
        ":binary_config_test",
        ":binary_test",
        ":binary_training_test",
        ":freeze_config_test",
        ":gc_off_config_test",
        ":interpreter_args_training_test",
        ":module_config_test",
        ":optimized_config_test",
        ":run_training_test",
        ":test_config_test",
        ":test_is_untrained_test",
        ":test_training_test",
        ":untrained_test",
    ])
