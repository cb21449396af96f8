"""Exceptions that cross archived frames, each printed as an uncaught one would be."""
import importlib
import sys
import traceback

from pkg.sub import leaf

for name in ("pkg.raises", "pkg.imports_missing", "pkg.imports_broken", "pkg.broken_syntax", "pkg.circular_bad",
             "pkg.removed", "pkg.nothing", "nothing.at.all", "pkg.values.x", "pkg.deep"):
    for how in (importlib.import_module, __import__, lambda n: exec("import " + n)):
        try:
            how(name)
        except BaseException:
            print(name, file=sys.stderr)
            traceback.print_exc(limit=12 if name == "pkg.deep" else None)
        print(name in sys.modules, file=sys.stderr)
try:
    leaf.fail(3)
except KeyError:
    traceback.print_exc()
import pkg.raises
