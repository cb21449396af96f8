"""py_cds_archive_test: the proof that an archive is what its sources say."""

load(":launcher.bzl", "LAUNCHER_ATTRS", "create_launcher")
load(":paths.bzl", "logical_path")
load(":providers.bzl", "PyCdsArchiveInfo")

def _py_cds_archive_test_impl(ctx):
    target = ctx.attr.archive
    archive = target[PyCdsArchiveInfo]
    executable = ctx.actions.declare_file(ctx.label.name)
    files = create_launcher(
        ctx,
        output = executable,
        archive = archive,
        runfiles_archive = archive.archive,
        main = ctx.file._check,
    )
    runfiles = ctx.runfiles(
        [executable, archive.archive, ctx.file._check, ctx.executable._verifier] + files +
        ([archive.runtime.interpreter] if archive.runtime.interpreter else []),
        transitive_files = archive.runtime.files,
    ).merge_all([
        target[DefaultInfo].default_runfiles,
        ctx.attr._verifier[DefaultInfo].default_runfiles,
    ])
    return [
        DefaultInfo(executable = executable, runfiles = runfiles),
        RunEnvironmentInfo(environment = {
            "PYCDS_STRICT": "1",
            "PYCDS_TEST_ARCHIVE": logical_path(archive.archive.short_path, ctx.workspace_name),
            "PYCDS_TEST_ARCHIVER": logical_path(ctx.executable._verifier.short_path, ctx.workspace_name),
            "PYCDS_VERIFY": "1",
        }),
    ]

py_cds_archive_test = rule(
    doc = """Tests an archive.

The structure, checksum and every pointer are checked (`archiver verify`); then the
toolchain's interpreter loads the archive and compares every code object in it with
what it compiles from the source file itself.""",
    implementation = _py_cds_archive_test_impl,
    attrs = {
        "archive": attr.label(
            doc = "A py_cds_archive, py_cds_binary or py_cds_test.",
            mandatory = True,
            providers = [PyCdsArchiveInfo],
        ),
        "_check": attr.label(
            default = "//rules/private:check_archive.py",
            allow_single_file = True,
        ),
        "_verifier": attr.label(
            default = "//tools/archiver",
            # Shared with the actions that made the archive.
            cfg = "exec",
            executable = True,
        ),
    } | LAUNCHER_ATTRS,
    fragments = ["bazel_py"],
    test = True,
)
