"""What packages carry beside code: resources, metadata, pkgutil, runpy, specs."""

import importlib.metadata
import importlib.resources
import importlib.util
import inspect
import pkgutil
import runpy
import sys


def run(kind):
    globals()[kind]()


def resources():
    import sample
    import sample.data

    root = importlib.resources.files("sample")
    print(root, sorted(item.name for item in root.iterdir() if not item.name.startswith("__pyc")))
    for name in ("data/notes.txt", "data/texts/one.txt", "data/texts/two.txt"):
        resource = root.joinpath(name)
        print(name, resource.is_file(), resource.read_text(encoding="utf-8"), resource.read_bytes())
    with importlib.resources.as_file(root / "data" / "notes.txt") as path:
        print(path, path.read_text())
    print(importlib.resources.read_text("sample.data", "notes.txt"))
    print(importlib.resources.is_resource("sample.data", "notes.txt"), importlib.resources.files("sample.data.texts"))
    reader = sample.__loader__.get_resource_reader("sample")
    print(type(reader).__name__, reader.is_resource("shapes.py"), "shapes.py" in set(reader.contents()))
    print(pkgutil.get_data("sample", "data/texts/one.txt"), sample.__loader__.get_data(sample.__file__)[:20])
    try:
        pkgutil.get_data("sample", "data/none.txt")
    except OSError as error:
        print(type(error).__name__, error)


def metadata():
    found = importlib.metadata.distribution("contract-sample")
    print(found.version, found.metadata["Summary"], found.requires, [str(file) for file in found.files])
    (entry,) = importlib.metadata.entry_points(group="contract.group")
    print(entry, entry.load(), importlib.metadata.version("contract_sample"))
    print(importlib.metadata.packages_distributions().get("sample"))
    try:
        importlib.metadata.version("nothing-of-this-name")
    except importlib.metadata.PackageNotFoundError as error:
        print("not found", error)


def listing():
    import sample
    import space

    print([(item.name, item.ispkg) for item in pkgutil.iter_modules(sample.__path__)])
    print([item.name for item in pkgutil.iter_modules(space.__path__, "space.")])
    failed = []
    names = [item.name for item in pkgutil.walk_packages(sample.__path__, "sample.", onerror=failed.append)]
    print(names, failed)
    print(pkgutil.resolve_name("sample.shapes:Outer.Inner"), list(pkgutil.iter_importers("sample.shapes"))[:0])
    print("sample" in [item.name for item in pkgutil.iter_modules()])
    print([entry for entry in pkgutil.extend_path(space.__path__, "space")])


def namespace():
    import space
    from space import two

    print(space, list(space.__path__), space.__spec__.origin, space.__file__ if hasattr(space, "__file__") else "no file")
    print(two.NAME, sys.modules["space.one"].NAME, type(space.__loader__).__name__, two.__file__)


def running():
    sys.argv[1:] = ["argument"]
    print(sorted(runpy.run_module("sample.runnable")))
    runpy.run_module("sample.runnable", run_name="__main__", alter_sys=True)
    import sample.runnable

    print(runpy.run_path(sample.runnable.__file__, run_name="by_path")["answer"])
    runpy.run_module("sample.runnable")
    runpy.run_module("sample")


def specs():
    """Every attribute that an import leaves on a module and on its spec."""
    import array
    import collections.abc
    import email.mime.text
    import encodings.idna
    import json.decoder
    import math
    import os
    import sqlite3
    import xml.etree.ElementTree

    import sample.circular
    import sample.data
    import sample.shapes
    import space.one

    names = """
    __main__ topics topics.packages sample sample.shapes sample.circular.first sample.data space space.one json json.decoder os abc
    io sys math array sqlite3 _sqlite3 collections collections.abc email.mime.text xml.etree.ElementTree
    encodings encodings.utf_8 encodings.idna importlib importlib._bootstrap runpy pkgutil zipimport
    """.split()
    for name in names:
        module = sys.modules.get(name)
        if module is None:
            print(name, "is not loaded")
            continue
        print(name, module)
        for attribute in sorted(vars(module)):
            if attribute.startswith("__") and attribute not in ("__builtins__", "__doc__", "__annotations__", "__conditional_annotations__"):
                print("  ", attribute, repr(getattr(module, attribute)))
        spec = module.__spec__
        if spec is not None:
            for attribute in ("name", "loader", "origin", "cached", "parent", "has_location", "submodule_search_locations", "loader_state", "_initializing", "_set_fileattr"):
                print("   spec", attribute, repr(getattr(spec, attribute, "absent")))
            print("   spec", sorted(vars(spec)))
        print("  ", "__builtins__", type(vars(module).get("__builtins__")).__name__, inspect.ismodule(module))
    for name in ("sample.tricks.inner_import", "textwrap", "json.encoder", "no_such", "space", "space.two", "_ctypes", "time"):
        print("find_spec", name, importlib.util.find_spec(name))
    print(sorted(name for name in vars(sample) if not name.startswith("__")))
