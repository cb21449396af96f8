"""What the loader does in importlib's place is not to be seen."""

import importlib
import importlib.util
import sys
import types


def show(name):
    module = importlib.import_module(name)
    print(name, {key: value for key, value in vars(module).items() if key.startswith("__") and key != "__builtins__"})
    print({key: value for key, value in vars(module.__spec__).items()}, module.__spec__.parent, module.__spec__.cached)


def forget(*names):
    for name in names:
        sys.modules.pop(name, None)


for name in ("pkg", "pkg.values", "pkg.sub", "pkg.sub.leaf", "third.part", "ns.from_dep", "json.decoder"):
    show(name)

import pkg.stack

del sys.modules["pkg.stack"]
importlib.import_module("pkg.stack")

# Who watches sees importlib at work.
for setter in (sys.settrace, sys.setprofile):
    seen = []

    def watch(frame, event, arg):
        if event == "call" and "importlib" in frame.f_code.co_filename:
            seen.append(frame.f_code.co_name)

    forget("pkg.values")
    setter(watch)
    import pkg.values

    setter(None)
    print([name for name in seen if name in (
        "_find_spec", "_init_module_attrs", "parent", "_find_and_load", "_find_and_load_unlocked",
        "module_from_spec", "_load_unlocked", "exec_module")])

if hasattr(sys, "monitoring"):
    tool, seen = 3, []
    sys.monitoring.use_tool_id(tool, "tests")
    sys.monitoring.register_callback(tool, sys.monitoring.events.PY_START, lambda code, offset: seen.append(code.co_qualname))
    sys.monitoring.set_events(tool, sys.monitoring.events.PY_START)
    forget("pkg.values")
    import pkg.values

    sys.monitoring.set_events(tool, 0)
    sys.monitoring.free_tool_id(tool)
    print([name for name in seen if name in ("_find_spec", "_init_module_attrs", "ModuleSpec.parent", "_find_and_load")])

# Attributes that someone set before, and other places for the bytecode.
sys.pycache_prefix = "/nowhere"
forget("pkg.values")
show("pkg.values")
sys.pycache_prefix = None
forget("pkg.values")
show("pkg.values")

spec = importlib.util.find_spec("pkg.sub.leaf")
print(vars(spec))
forget("pkg.sub.leaf")
spec = importlib.util.find_spec("pkg.sub.leaf")
print(vars(spec))
spec.submodule_search_locations = ["/nowhere"]
spec.cached = "/cached"
print(vars(importlib.util.module_from_spec(spec)).keys(), spec)
spec = importlib.util.find_spec("pkg.sub.leaf")
spec.has_location = False
print({key: value for key, value in vars(importlib.util.module_from_spec(spec)).items() if key != "__spec__"})
spec.origin = None
spec.name = "another.name"
print({key: value for key, value in vars(importlib.util.module_from_spec(spec)).items() if key != "__spec__"})


class Module(types.ModuleType):
    def __setattr__(self, name, value):
        print("sets", name)
        super().__setattr__(name, value)


spec = importlib.util.find_spec("pkg.sub.leaf")
spec.loader.create_module = lambda spec: Module(spec.name)
print(type(importlib.util.module_from_spec(spec)))


# A finder that comes first, and one that goes.
class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        print("asked for", name, path)


sys.meta_path.insert(0, Finder)
forget("pkg.values", "pkg.sub")
import pkg.values
import pkg.sub

sys.meta_path.remove(Finder)
del sys.meta_path[0]
forget("pkg.values")
show("pkg.values")
sys.meta_path = list(sys.meta_path)
forget("pkg.values")
show("pkg.values")
kept, sys.meta_path = sys.meta_path, None
forget("pkg.values")
try:
    import pkg.values
except ImportError as error:
    print(error)
sys.meta_path = kept
try:
    importlib.import_module("pkg.no_such")
except ImportError as error:
    print(error)
