"""Reload, re-execution, replaced modules, circular imports, lazy loaders."""
import importlib
import importlib.util
import inspect
import linecache
import pickle
import pkgutil
import copy
import sys

import pkg.circular_a
import pkg.lazy
import pkg.replaced
import pkg.values

print(pkg.circular_b.B, pkg.circular_a.A, pkg.lazy.dynamic, pkg.replaced.kind)
try:
    pkg.lazy.other
except AttributeError as error:
    print(error)
before = pkg.values.nested
pkg.values.extra = 1
print(importlib.reload(pkg.values) is pkg.values, pkg.values.extra, pkg.values.nested is before)
print(type(pkg.values.__spec__.loader).__name__, pkg.values.nested((1, frozenset)))
spec = importlib.util.find_spec("pkg.sub.leaf")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.double(4), module is sys.modules.get("pkg.sub.leaf"))
lazy_spec = importlib.util.find_spec("pkg.main_like")
lazy_spec.loader = importlib.util.LazyLoader(lazy_spec.loader)
lazy = importlib.util.module_from_spec(lazy_spec)
lazy_spec.loader.exec_module(lazy)
print("lazy"), lazy.sys
print(inspect.getsource(pkg.sub.leaf.fail), linecache.getline(pkg.values.__file__, 2))
print([m.name for m in pkgutil.iter_modules(pkg.__path__)])
print(sorted(m.name for m in pkgutil.walk_packages(pkg.sub.__path__, "pkg.sub.")))
print(pkgutil.get_data("pkg", "data.txt"))
loader = pkg.sub.__spec__.loader
print(copy.copy(loader) == loader, vars(pickle.loads(pickle.dumps(loader))) == vars(loader))
print(pickle.loads(pickle.dumps(pkg.sub.leaf.double))(21))
import importlib.resources
print(importlib.resources.files("pkg").joinpath("data.txt").read_text())
del sys.modules["pkg.sub.leaf"]
again = importlib.import_module("pkg.sub.leaf")
print(again is pkg.sub.leaf, again.double.__wrapped__.__code__.co_consts[:1])
importlib.invalidate_caches()
import late
print(late.WHO)
