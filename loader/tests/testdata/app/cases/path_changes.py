"""Finders, hooks and entries of sys.path that come before the archive's."""
import importlib
import importlib.machinery
import os
import sys
import tempfile

mode = sys.argv[1]
with tempfile.TemporaryDirectory() as top:
    with open(os.path.join(top, "late.py"), "w") as f:
        f.write("WHO = 'plugin'\n")
    os.mkdir(os.path.join(top, "json"))
    if mode == "first":
        sys.path.insert(0, top)
    elif mode == "last":
        sys.path.append(top)
    elif mode == "finder":
        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name == "late":
                    return importlib.machinery.PathFinder.find_spec(name, [top])
        sys.meta_path.insert(0, Finder)
    elif mode == "no_finders":
        del sys.meta_path[:]
    elif mode == "removed":
        sys.path[:] = [e for e in sys.path if not e.endswith("app")]
    elif mode == "hook":
        class Entry:
            def __init__(self, entry):
                if not entry.endswith("app"):
                    raise ImportError
            def find_spec(self, name, target=None):
                print("hook asked for", name)
        sys.path_hooks.insert(0, Entry)
        sys.path_importer_cache.clear()
    elif mode == "package":
        import pkg
        with open(os.path.join(top, "lazy.py"), "w") as f:
            f.write("dynamic = 'plugin'\n")
        pkg.__path__.insert(0, top)
        import pkg.lazy
        print(pkg.lazy.dynamic)
    elif mode == "namespace":
        os.mkdir(os.path.join(top, "ns"))
        with open(os.path.join(top, "ns", "from_app.py"), "w") as f:
            f.write("WHERE = 'plugin'\n")
        sys.path.insert(0, top)
        import ns.from_app, ns.from_dep
        print(ns.from_app.WHERE, ns.from_dep.WHERE)
    try:
        import late
        print(mode, late.WHO)
        import json
        print(json.dumps([1]))
    except ImportError as error:
        print(mode, error)
