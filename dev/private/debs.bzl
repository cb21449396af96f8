"""Unpacking Debian packages in a repository rule.

They are in the folder that the variable PYCDS_DEBS names, with a file INDEX: for every line of dev/debs.txt
the line, a blank and the name of the downloaded .deb.
"""

_WHAT_TO_DO = "Run Bazel as ./tools/bazel: it downloads the packages that dev/debs.txt lists and sets PYCDS_DEBS."

def find_deb(rctx, package):
    """Finds one downloaded package.

    Args:
        rctx: repository_ctx of a rule with environ = ["PYCDS_DEBS"].
        package: str, a line of dev/debs.txt.
    Returns:
        path of the .deb
    """
    folder = rctx.os.environ.get("PYCDS_DEBS")
    if not folder:
        fail("%s is unpacked from the Debian package %s, and the variable PYCDS_DEBS, which names the folder with it, is not set. %s" %
             (rctx.name, package, _WHAT_TO_DO))
    index = rctx.path(folder).get_child("INDEX")
    if not index.exists:
        fail("PYCDS_DEBS is %s, and there is no file INDEX in it. %s" % (folder, _WHAT_TO_DO))
    for line in rctx.read(index).splitlines():
        wanted, _, file = line.partition(" ")
        if wanted == package:
            return index.dirname.get_child(file)
    fail("%s has no line for %s, which %s is unpacked from. Add it to dev/debs.txt. %s" %
         (index, package, rctx.name, _WHAT_TO_DO))

def unpack_debs(rctx, packages, root):
    """Unpacks packages into the folder `root` of the repository.

    Args:
        rctx: as for find_deb.
        packages: list of str, lines of dev/debs.txt.
        root: str, folder in the repository; it ends up with usr/, etc/ ...
    """
    for package in packages:
        run(rctx, ["dpkg-deb", "-x", find_deb(rctx, package), root])

def run(rctx, command, what_to_do = "", **kwargs):
    """Runs a command, which must succeed.

    Args:
        rctx: repository_ctx.
        command: list of str or path.
        what_to_do: str, advice that ends the error message.
        **kwargs: for rctx.execute.
    Returns:
        str, its standard output.
    """
    result = rctx.execute(command, **kwargs)
    if result.return_code != 0:
        fail("%s: `%s` ended with %d: %s%s %s" % (
            rctx.name,
            " ".join([str(word) for word in command]),
            result.return_code,
            result.stdout,
            result.stderr,
            what_to_do,
        ))
    return result.stdout
