"""The action that lays a program's code out as an archive."""

load(":compile.bzl", "compile_bundle", "source_line")
load(":paths.bzl", "label_text", "link_path", "logical_path", "stdlib_other_path")
load(":providers.bzl", "PyCdsArchiveInfo")
load(":tools.bzl", "ARCHIVER", "COMPILER")

ARCHIVE_ATTRS = ARCHIVER | COMPILER

# What import finds in a directory beside packages.
_IMPORTABLE = (".py", ".pyc", ".so")

def create_archive(ctx, *, name, code, runfiles, imports, optimize, main = None, train = None):
    """Registers the actions that make an archive and verify it.

    Args:
      ctx: the context of a rule with ARCHIVE_ATTRS and `fragments = ["bazel_py"]`.
      name: string, the archive's file name without extension.
      code: PyCdsCodeInfo of the program.
      runfiles: runfiles of the program: what import resolution sees. Only the
        names matter to the archive, not the content.
      imports: depset of string, PyInfo.imports of the program.
      optimize: int, the level that `code` was compiled for.
      main: File, the program's main file; None if it has none.
      train: function that registers an action which records what the program's
        imports compute, and returns the recording, a File; None for an archive
        without. Its arguments: `bundles`, depset of File; `stdlib`, list of File;
        `import_roots`, list of string.

    Returns:
      struct of `info`, PyCdsArchiveInfo; `validation`, the File that exists if the
      archive is good: for the output group `_validation`; and `training`, a list of
      File: the recording that `train` returned.
    """
    runtime = code.runtime
    bundles = depset(transitive = [code.bundles] + _empty_packages(ctx, name, runtime, runfiles, optimize))
    stdlib = [runtime.stdlib[optimize]] if optimize in runtime.stdlib else []
    import_roots = _import_roots(ctx, runfiles, imports)
    training = [train(bundles, stdlib, import_roots)] if train else []
    inputs = depset([runtime.abi] + stdlib + training, transitive = [bundles])

    # A worker takes exactly one file of arguments.
    def arguments(verb):
        args = ctx.actions.args()
        args.use_param_file("@%s", use_always = True)
        args.set_param_file_format("multiline")
        args.add(verb)
        _add_content(args, ctx, runtime, bundles, stdlib, training, import_roots, runfiles, optimize, main)
        return args

    archive = ctx.actions.declare_file(name + ".pycds")
    manifest = ctx.actions.declare_file(name + ".pycds.json")
    build = arguments("build")
    build.add(archive, format = "--output=%s")
    build.add(manifest, format = "--manifest=%s")
    ctx.actions.run(
        executable = ctx.executable._archiver,
        arguments = [build],
        inputs = inputs,
        outputs = [archive, manifest],
        mnemonic = "PyCdsArchive",
        progress_message = "Laying out Python archive %{label}",
        # No path mapping: Bazel 7 and 8 do not map paths for a worker that is not sandboxed.
        execution_requirements = {
            "requires-worker-protocol": "json",
            "supports-workers": "1",
        },
    )

    stamp = ctx.actions.declare_file(name + ".pycds.verified")
    verify = arguments("verify")
    verify.add(stamp, format = "--stamp=%s")
    verify.add(archive)
    ctx.actions.run(
        executable = ctx.executable._archiver,
        arguments = [verify],
        inputs = depset([archive], transitive = [inputs]),
        outputs = [stamp],
        mnemonic = "PyCdsVerify",
        progress_message = "Verifying Python archive %{label}",
        execution_requirements = {"supports-path-mapping": ""},
    )
    return struct(
        info = PyCdsArchiveInfo(
            abi = runtime.abi,
            archive = archive,
            imports = imports,
            manifest = manifest,
            optimize = optimize,
            runtime = runtime.runtime,
        ),
        training = training,
        validation = stamp,
    )

def _add_content(args, ctx, runtime, bundles, stdlib, training, import_roots, runfiles, optimize, main):
    """Adds the archiver's arguments that say what an archive is made of."""
    workspace_name = ctx.workspace_name
    args.add(runtime.abi, format = "--abi=%s")
    args.add(label_text(ctx.label), format = "--label=%s")
    args.add(optimize, format = "--optimize=%s")
    if main:
        args.add(logical_path(main.short_path, workspace_name), format = "--main=%s")
    args.add_all(import_roots, format_each = "--import_root=%s")
    args.add_all(bundles, format_each = "--bundle=%s")
    args.add_all(stdlib, format_each = "--stdlib_bundle=%s")
    args.add_all(training, format_each = "--training=%s")
    if stdlib:
        args.add_all(runtime.runtime.files, map_each = stdlib_other_path, format_each = "--stdlib_file=%s")

    for entries, logical in [
        (runfiles.files, lambda file: logical_path(file.short_path, workspace_name)),
        (runfiles.symlinks, lambda entry: link_path(entry.path, workspace_name)),
        (runfiles.root_symlinks, lambda entry: entry.path),
    ]:
        args.add_all(
            entries,
            allow_closure = True,
            expand_directories = False,
            map_each = _known_as(logical),
            uniquify = True,
        )

def _known_as(logical):
    """Returns the map_each that makes the archiver's argument of what is in runfiles.

    Args:
      logical: function of a File or SymlinkEntry; returns its logical path.
    """

    def argument(entry):
        path = logical(entry)
        file = getattr(entry, "target_file", entry)

        # Bazel does not know of a source whether it is a directory.
        if file.is_directory or (file.is_source and not file.extension):
            return "--tree=" + path
        if path.endswith(_IMPORTABLE):
            return "--file=" + path

        # Any directory is a namespace package, whatever is in it.
        directory = path.rpartition("/")[0]
        return "--file=" + directory + "/*" if directory else None

    return argument

def import_all(ctx):
    """Tells whether stock puts every top-level runfiles directory on sys.path.

    Args:
      ctx: the context of a rule with `fragments = ["bazel_py"]`.

    Returns:
      bool, the flag --experimental_python_import_all_repositories; its default
      where this Bazel has no such flag.
    """
    fragment = getattr(ctx.fragments, "bazel_py", None)
    return getattr(fragment, "python_import_all_repositories", True)

def _import_roots(ctx, runfiles, imports):
    """Returns the directories on sys.path, relative to runfiles, as stock has them.

    The order is that of Bazel's python_bootstrap_template.txt, Main().
    """
    if import_all(ctx):
        directories = {ctx.workspace_name: True}
        for file in runfiles.files.to_list():
            directories[logical_path(file.short_path, ctx.workspace_name).split("/")[0]] = True
        for entry in runfiles.symlinks.to_list():
            directories[link_path(entry.path, ctx.workspace_name).split("/")[0]] = True
        for entry in runfiles.root_symlinks.to_list():
            if "/" in entry.path:
                directories[entry.path.split("/")[0]] = True
        repositories = sorted(directories)
    else:
        repositories = [ctx.workspace_name]
    return [""] + imports.to_list() + repositories

def _empty_packages(ctx, name, runtime, runfiles, optimize):
    """Compiles the __init__.py files that exist in runfiles only.

    Bazel adds them where a directory with Python files has none (legacy_create_init
    of py_binary), which makes regular packages of what would be namespaces.
    """
    names = sorted(runfiles.empty_filenames.to_list())
    if not names:
        return []
    bundle = ctx.actions.declare_file(name + ".init.pycbundle")
    empty = ctx.file._empty
    compile_bundle(
        ctx,
        runtime = runtime.runtime,
        compiler = ctx.file._compiler,
        output = bundle,
        add_sources = lambda args: args.add_all([
            source_line(empty.path, logical_path(path, ctx.workspace_name))
            for path in names
        ]),
        inputs = [empty],
        optimize = optimize,
        lenient = False,
        what = "empty packages of %{label}",
    )
    return [depset([bundle])]
