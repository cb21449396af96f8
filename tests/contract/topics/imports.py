"""The import system's corners: reload, tricks, finders, zip files, copies, lazy loading."""

import builtins
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import shutil
import sys
import tempfile
import types
import zipfile


def run(kind):
    globals()[kind]()


def reload():
    from sample import reloaded

    print(reloaded.describe(), importlib.reload(reloaded) is reloaded, reloaded.describe())
    with tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "copied")
        os.mkdir(package)
        target = shutil.copy(reloaded.__file__, os.path.join(package, "edited.py"))
        os.chmod(target, 0o644)
        sys.path.insert(0, folder)
        from copied import edited

        print(edited.describe(), edited.__spec__.parent)
        with open(target, "a") as file:
            file.write("\ntext = 'edited, and longer'\n")
        importlib.invalidate_caches()
        print(importlib.reload(edited).describe())
        # The archived package is asked to look elsewhere first: a reload follows.
        import sample

        sample.__path__.insert(0, package)
        os.rename(target, os.path.join(package, "reloaded.py"))
        importlib.invalidate_caches()
        print(importlib.reload(reloaded).describe(), reloaded.__file__ == os.path.join(package, "reloaded.py"))
        del sample.__path__[0], sys.path[0]
    print(importlib.reload(reloaded).describe(), reloaded.__spec__.origin == reloaded.__file__)
    import textwrap

    print(importlib.reload(textwrap) is textwrap, textwrap.dedent("  a"))


def tricks():
    import sample.circular
    import sample.lazy
    import sample.tricks.changed_class
    import sample.tricks.inner_import as inner
    import sample.tricks.replaced as replaced

    print(sample.circular.first.both(), sample.circular.first.__spec__._initializing)
    print(sample.lazy.computed, dir(sample.lazy), sample.lazy.known)
    try:
        sample.lazy.other
    except AttributeError as error:
        print(error)
    try:
        from sample.lazy import another
    except ImportError as error:
        print(error, error.name, error.path == sample.lazy.__file__)
    print(replaced.now, type(replaced).__name__, sample.tricks.changed_class(4))
    print(inner.relative is inner.absolute is inner.dunder, inner.top is sample, inner.shape, inner.language)
    try:
        import sample.tricks.removed
    except (ImportError, KeyError) as error:
        print(type(error).__name__, error)


def again():
    """A module imported a second time after it left sys.modules, and a second copy of its code run."""
    from sample import shapes

    first = shapes.Square(2)
    del sys.modules["sample.shapes"]
    from sample import shapes as same

    import sample

    del sample.shapes
    from sample import shapes as other

    print(same is shapes, other is shapes, other.Square is shapes.Square, isinstance(first, other.Square))
    spec = importlib.util.find_spec("sample.shapes")
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    print(copy, copy.Square(3).area(), copy.Square is other.Square, copy.Colour.RED == other.Colour.RED)
    plain = types.ModuleType("plain")
    exec(spec.loader.get_code("sample.shapes"), vars(plain))
    print(plain.Square.__module__, plain.double(4), plain.double.__code__ == other.double.__code__)
    spec = importlib.util.spec_from_file_location("by_location", shapes.__file__)
    located = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(located)
    print(located, located.Square.__module__)
    try:
        spec.loader.get_code("another.name")
    except ImportError as error:
        print(error)


def lazy_loader():
    spec = importlib.util.find_spec("sample.language")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["sample.language"] = module
    spec.loader.exec_module(module)
    print(type(module).__name__, object.__getattribute__(module, "__dict__").get("fibonacci"))
    print(module.fibonacci(10), type(module).__name__)


def finders():
    """Finders before and after, path hooks, and a changed __import__."""

    class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def __init__(self, prefix):
            self.prefix = prefix

        def find_spec(self, name, path, target=None):
            if name.startswith("sample"):
                print(self.prefix, "is asked for", name, path is None or len(path))
            if name == "sample.lazy" or name == "only_here":
                return importlib.util.spec_from_loader(name, self)

        def exec_module(self, module):
            module.known = f"by the {self.prefix} finder"

    sys.meta_path.insert(0, Finder("first"))
    sys.meta_path.append(Finder("last"))
    import sample.lazy
    import sample.shapes

    print(sample.lazy.known, sample.lazy.__spec__.origin, sample.shapes.Square(1))
    try:
        import sample.nothing
    except ImportError as error:
        print(error)
    del sys.meta_path[0], sys.modules["sample.lazy"], sample.lazy
    import only_here
    import sample.lazy

    print(sample.lazy.known, only_here.known)
    original = builtins.__import__

    def noisy(name, *arguments, **keywords):
        if name != "_io":  # importlib's own, to read source text
            print("__import__", name)
        return original(name, *arguments, **keywords)

    builtins.__import__ = noisy
    import sample.warned
    import sample.raising.functions

    builtins.__import__ = original
    print([type(finder).__name__ if not isinstance(finder, type) else finder.__name__ for finder in sys.meta_path if "Archive" not in type(finder).__name__])


def plugins():
    """Code that comes from a zip file and from a folder put on sys.path while the program runs."""
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "plugins.zip")
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("plugin_in_zip/__init__.py", "from sample.shapes import Square\nfrom . import inner\n")
            file.writestr("plugin_in_zip/inner.py", "import json, sample\nlines = sample.VERSION\n")
            file.writestr("space/", "")
            file.writestr("space/zipped.py", "NAME = __name__\n")
        os.mkdir(os.path.join(folder, "space"))
        for name, text in {"plugin_in_folder.py": "import sample.lazy\nvalue = sample.lazy.computed\n", "space/three.py": "NAME = __name__\n"}.items():
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        sys.path.append(folder)
        sys.path.append(archive)
        import plugin_in_folder
        import plugin_in_zip
        import space.one
        import space.three
        import space.two
        import space.zipped

        print(plugin_in_zip.Square(2), plugin_in_zip.inner.lines, type(plugin_in_zip.__loader__).__name__)
        print(plugin_in_folder.value, [os.path.relpath(path, folder)[:2] for path in space.__path__][-2:])
        print(space.one.NAME, space.two.NAME, space.three.NAME, space.zipped.NAME)
        import unittest

        suite = unittest.defaultTestLoader.discover(os.path.dirname(__file__), pattern="pick*.py")
        print(suite.countTestCases())


def changed_path():
    """A package whose __path__ is emptied or extended finds what stock finds."""
    import sample

    kept = list(sample.__path__)
    sample.__path__[:] = []
    try:
        import sample.shapes
    except ImportError as error:
        print(error)
    sample.__path__[:] = ["/nonexistent", *kept]
    import sample.shapes

    print(sample.shapes.Square(1))
    sample.__path__[:] = [os.path.join(kept[0], "raising"), *kept]
    import sample.functions

    print(sample.functions.__file__ == os.path.join(kept[0], "raising", "functions.py"), sample.functions.__name__)
    saved, sys.path[:] = list(sys.path), []
    try:
        import space.one
    except ImportError as error:
        print(error)
    sys.path[:] = saved
    import space.one

    print(space.one.NAME, sys.modules.get("sample.nothing", "absent"))
    sys.modules["sample.lazy"] = None
    try:
        import sample.lazy
    except ImportError as error:
        print(error)


def loaders():
    """The loader satisfies the abstract classes that tools ask for."""
    from sample import shapes

    loader = shapes.__loader__
    for kind in ("Loader", "InspectLoader", "ExecutionLoader", "FileLoader", "SourceLoader"):
        print(kind, isinstance(loader, getattr(importlib.abc, kind)))
    print(isinstance(loader, importlib.machinery.SourceFileLoader), loader == shapes.__spec__.loader)
    print(loader.get_source("sample.shapes")[:30], loader.get_code("sample.shapes"), loader.is_package("sample.shapes"))
    print(loader.path_stats(shapes.__file__)["size"], loader.source_to_code("1", "name").co_filename)
    print(loader.create_module(shapes.__spec__))
    if sys.version_info < (3, 15):  # which has no load_module() any more
        print(loader.load_module("sample.shapes") is sys.modules["sample.shapes"])
    print(importlib.util.decode_source(loader.get_data(loader.path))[:20], importlib.util.source_hash(b"x"))
