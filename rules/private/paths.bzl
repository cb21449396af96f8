"""Logical paths: how the archiver, the launcher and the loader name files.

A logical path is relative to the runfiles directory, '/'-separated, e.g.
`_main/app/app.py` or `some_repo/site-packages/flask/__init__.py`."""

def logical_path(short_path, workspace_name):
    """Returns the logical path of a file.

    Args:
      short_path: string, a File's short_path, or one of runfiles.empty_filenames,
        which begin with `external/` for other repositories (as of Bazel 7).
      workspace_name: string, ctx.workspace_name, under which runfiles have the main repository.

    Returns:
      string.
    """
    for prefix in ("../", "external/"):
        if short_path.startswith(prefix):
            return short_path[len(prefix):]
    return workspace_name + "/" + short_path

def link_path(path, workspace_name):
    """Returns the logical path of a link in runfiles.

    Args:
      path: string, SymlinkEntry.path of one of runfiles.symlinks.
      workspace_name: string, ctx.workspace_name.

    Returns:
      string.
    """
    return path[3:] if path.startswith("../") else workspace_name + "/" + path

def label_text(label):
    """Returns a label as people write it.

    Args:
      label: Label.

    Returns:
      string, e.g. `//app:app`; labels of other repositories keep their canonical name.
    """
    text = str(label)
    return text.lstrip("@") if label.repo_name == "" else text

def stdlib_path(file):
    """Returns a file's path relative to the standard library's directory.

    Args:
      file: File of a PyRuntimeInfo's `files`.

    Returns:
      string, e.g. `json/__init__.py`; None if the file is outside of the standard
      library or of a part of it that programs do not import.
    """
    if not file.basename.endswith(".py"):
        return None
    path = _below_stdlib(file)
    top = path.split("/")[0]
    if not path or top in _NOT_IMPORTED or top.startswith("config-"):
        return None
    return path

def stdlib_other_path(file):
    """Returns the path of what import finds in the standard library beside `stdlib_path()`.

    Args:
      file: File of a PyRuntimeInfo's `files`.

    Returns:
      string, relative to the standard library's directory: of an extension module,
      e.g. `lib-dynload/_ssl.so`, or of a package that is not compiled, e.g.
      `test/__init__.py`; None for other files.
    """
    path = _below_stdlib(file)
    top, _, rest = path.partition("/")
    if top == "lib-dynload" and path.endswith(".so"):
        return path
    if top in _NOT_IMPORTED and rest == "__init__.py":
        return path
    return None

def _below_stdlib(file):
    _, _, rest = ("/" + file.short_path).partition("/lib/python3.")
    return rest.partition("/")[2]

# Directories next to the standard library's modules that are not part of it or
# are programs and tests of their own. Importing from them works as stock does.
_NOT_IMPORTED = {
    "dist-packages": True,
    "ensurepip": True,
    "idlelib": True,
    "lib-dynload": True,
    "lib2to3": True,
    "site-packages": True,
    "test": True,
    "turtledemo": True,
}
