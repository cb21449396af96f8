"""Runs a program's main() and fails unless every pure-Python module came from the archive.

PROGRAM names its module; AT_LEAST is how many modules must have come from the archive, so that
the test does not pass for want of modules.
"""

import importlib
import os
import sys


def offenders(stats):
    """Returns (name, origin, loader) of each source module that the archive did not provide."""
    found = []
    imported = set(stats["imported"])
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        origin = getattr(spec, "origin", None)
        # Not for the archive: built-in, frozen and extension modules, namespaces, modules made at run time.
        if not isinstance(origin, str) or not origin.endswith(".py"):
            continue
        if name in stats["early"] or name == "__main__":
            continue
        kind = type(spec.loader)
        if spec.name not in imported or kind.__name__ != "ArchiveLoader":
            found.append((name, origin, f"{kind.__module__}.{kind.__qualname__}"))
    return found


def main():
    program = importlib.import_module(os.environ["PROGRAM"])
    program.main()
    sys.stdout.flush()

    import _pycds

    stats = _pycds.stats()
    wanted = int(os.environ["AT_LEAST"])
    count = len(stats["imported"])
    print(f"{count} of {len(sys.modules)} modules came from the archive {stats['archive']}", file=sys.stderr)
    if count < wanted:
        sys.exit(f"only {count} modules came from the archive; want at least {wanted}")
    found = offenders(stats)
    for name, origin, loader in found:
        print(f"not from the archive: {name} ({origin}) by {loader}", file=sys.stderr)
    if found:
        sys.exit(f"{len(found)} modules did not come from the archive")


if __name__ == "__main__":
    main()
