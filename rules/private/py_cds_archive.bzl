"""py_cds_archive: an archive alone."""

load("@rules_python//python:py_info.bzl", "PyInfo")
load(":archive.bzl", "ARCHIVE_ATTRS", "create_archive")
load(":compile_aspect.bzl", "compile_aspect")
load(":paths.bzl", "label_text")
load(":providers.bzl", "PyCdsArchiveInfo", "PyCdsCodeInfo")

def _py_cds_archive_impl(ctx):
    if bool(ctx.attr.binary) == bool(ctx.attr.deps):
        fail("py_cds_archive {}: 'binary' is {} and 'deps' is {}; set one of them".format(
            label_text(ctx.label),
            label_text(ctx.attr.binary.label) if ctx.attr.binary else "unset",
            [label_text(dep.label) for dep in ctx.attr.deps],
        ))
    targets = [ctx.attr.binary] if ctx.attr.binary else ctx.attr.deps
    runfiles = ctx.runfiles().merge_all([target[DefaultInfo].default_runfiles for target in targets])
    result = create_archive(
        ctx,
        name = ctx.label.name,
        code = PyCdsCodeInfo(
            bundles = depset(transitive = [target[PyCdsCodeInfo].bundles for target in targets]),
            # That of the binary, which may be of another Python version.
            runtime = targets[0][PyCdsCodeInfo].runtime,
        ),
        runfiles = runfiles,
        imports = depset(transitive = [target[PyInfo].imports for target in targets]),
        optimize = ctx.attr.optimize,
    )
    archive = result.info
    files = depset([archive.archive])
    return [
        DefaultInfo(
            files = files,
            runfiles = ctx.runfiles([archive.archive]).merge(runfiles),
        ),
        OutputGroupInfo(
            archive = files,
            manifest = depset([archive.manifest]),
            _validation = depset([result.validation]),
        ),
        archive,
    ]

py_cds_archive = rule(
    doc = """An archive of the modules of some libraries or of an existing program.

It has no `startup`, since there is no program whose start could be recorded.

Outputs: `NAME.pycds` and, in the output group `manifest`, `NAME.pycds.json`, which
tells what is in it, and what is left out and why.""",
    implementation = _py_cds_archive_impl,
    attrs = {
        "binary": attr.label(
            doc = "A program: a py_binary, py_test, py_cds_binary or py_cds_test. Either this or `deps`.",
            aspects = [compile_aspect],
            providers = [PyInfo],
        ),
        "deps": attr.label_list(
            doc = "Python libraries: targets with PyInfo.",
            aspects = [compile_aspect],
            providers = [PyInfo],
        ),
        "optimize": attr.int(
            doc = "The level of `python -O` that the archive is for.",
            default = 0,
            values = [0, 1, 2],
        ),
    } | ARCHIVE_ATTRS,
    fragments = ["bazel_py"],
    provides = [PyCdsArchiveInfo],
)
