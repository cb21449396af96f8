"""Names that are missing, of extension modules, and of namespace packages."""
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import tempfile
import traceback
import types
import zipfile

import pkg

NAMES = ("missing_top", "missing_dynamic", "missing_other", "missing_other.part", "pkg.missing_sub", "pkg.missing_attribute", "pkg.sub.missing_deep",
         "pkg.values.nothing", "ns.missing_in_namespace", "numpy", "yaml", "ns", "ns.from_app", "pkg", "pkg.values", "json", "wanted", "_pycds_", "lib2to3", "test", "encodings.idna", "sys", "zipimport")
TOP = tempfile.mkdtemp()


def spec_of(spec):
    if spec is None:
        return None
    shown = {}
    for key, value in sorted(vars(spec).items()):
        if key == "submodule_search_locations" and value is not None:
            value = (type(value).__name__, list(value))
        elif key in ("loader", "_initializing"):
            value = (type(value), sorted(getattr(value, "__dict__", {}).items(), key=str) if not isinstance(value, type) else 0) if key == "loader" else value
        shown[key] = value
    return shown, spec.parent, spec.cached, spec.has_location


def attempt(name):
    try:
        module = importlib.import_module(name)
        print(name, "WHERE", getattr(module, "WHERE", None), getattr(module, "__file__", "no file"))
    except BaseException as error:
        print(name, type(error).__name__, error, getattr(error, "name", 0), getattr(error, "path", 0))


def all_names():
    for name in ("missing_top", "missing_dynamic", "missing_other.part", "pkg.missing_sub", "pkg.missing_attribute", "pkg.sub.missing_deep", "ns.missing_in_namespace", "numpy", "wanted"):
        attempt(name)
    try:
        from pkg import missing_attribute
        print(missing_attribute)
    except ImportError as error:
        print(error, error.name, error.path)


def write(*names, top=TOP):
    for name in names:
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(f"WHERE = {name!r}\n")


def forget():
    for name in list(sys.modules):
        if name.partition(".")[0] in ("missing_top", "missing_other", "wanted", "ns") or "missing" in name:
            del sys.modules[name]


def plain():
    all_names()
    all_names()
    import wanted
    print(wanted.FOUND)
    importlib.invalidate_caches()
    all_names()


def specs():
    for name in NAMES:
        for _ in range(2):
            try:
                print(name, spec_of(importlib.util.find_spec(name)))
            except Exception as error:
                print(name, type(error).__name__, error)
        if "." not in name:
            for finder in (importlib.machinery.PathFinder, importlib.machinery.FileFinder(sys.path[1])):
                print(finder if isinstance(finder, type) else "FileFinder", spec_of(finder.find_spec(name)))
        for finder in sys.meta_path:
            if isinstance(finder, type):
                print(finder.__name__, spec_of(finder.find_spec(name, None)))


def path_last():
    attempt("missing_top")
    write("missing_top.py", "missing_dynamic.py", "missing_other/__init__.py", "missing_other/part.py", "numpy.py")
    sys.path.append(TOP)
    all_names()


def path_first():
    write("missing_top.py", "missing_other/part.py", "ns/missing_in_namespace.py")
    sys.path.insert(0, TOP)
    all_names()
    print(type(sys.modules["missing_other"].__path__).__name__, list(sys.modules["ns"].__path__) if "ns" in sys.modules else None)


def path_new_list():
    attempt("missing_top")
    write("missing_top.py")
    sys.path = [TOP, *sys.path]
    all_names()
    forget()
    sys.path = tuple(sys.path)
    all_names()
    forget()
    sys.path = [e for e in sys.path if e != TOP]
    all_names()


def path_odd():
    """Entries of other types, relative ones, and none at all."""
    class Text(str):
        pass

    write("missing_top.py")
    kept = list(sys.path)
    for entry in (Text(TOP), TOP.encode(), __import__("pathlib").Path(TOP), None, 5, "/nowhere", "", ".", TOP + "/", TOP + "//x/.."):
        forget()
        sys.path[:] = [*kept, entry]
        attempt("missing_top")
        attempt("late")
    os.chdir(TOP)
    for entry in ("", "."):
        for place in (0, len(kept)):
            forget()
            sys.path[:] = [*kept[:place], entry, *kept[place:]]
            attempt("missing_top")
            attempt("late")
            sys.modules.pop("late")
    sys.path[:] = ["", *kept, "/nowhere", "run files/extra"]
    os.chdir("/")
    forget()
    attempt("missing_top")
    sys.path[-1] = os.path.dirname(kept[1]) + "/extra"
    attempt("missing_top")
    forget()
    sys.path[:] = []
    attempt("missing_top")
    attempt("pkg.missing_sub")
    attempt("ns")
    sys.path = None
    attempt("missing_top")


def finders():
    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            print("asked for", name, None if path is None else type(path).__name__)
            if name in ("missing_top", "pkg.missing_sub"):
                return importlib.machinery.ModuleSpec(name, Loader)

    class Loader:
        create_module = staticmethod(lambda spec: None)
        exec_module = staticmethod(lambda module: setattr(module, "WHERE", "finder"))

    for place in (0, len(sys.meta_path)):
        forget()
        sys.meta_path.insert(place, Finder)
        all_names()
        sys.meta_path.remove(Finder)
    forget()
    sys.meta_path.append(Finder)
    sys.meta_path.insert(0, sys.meta_path.pop(-2))
    all_names()
    forget()
    kept = sys.meta_path[:]
    sys.meta_path[:] = [Finder]
    all_names()
    sys.meta_path[:] = kept

    class Raises:
        @staticmethod
        def find_spec(name, path=None, target=None):
            raise RuntimeError(name)

    sys.meta_path.append(Raises)
    all_names()
    sys.meta_path[-1] = object()
    all_names()


def finders_raise():
    """Finders after PathFinder that raise are asked once, from stock's frames."""
    class Finder:
        def __init__(self, error):
            self.error = error

        def find_spec(self, name, path=None, target=None):
            frame, callers = sys._getframe(1), []
            while frame:
                callers.append((frame.f_code.co_name, frame.f_lineno))
                frame = frame.f_back
            print("asked for", name, callers)
            if name.startswith("missing_top"):
                raise self.error(name)

    class Bare:
        @property
        def find_spec(self):
            print("asked for find_spec")
            raise self.error("no find_spec")

    Bare.error = AttributeError
    for error in RuntimeError, ImportError, ModuleNotFoundError, AttributeError, SystemExit:
        for finder in Finder(error), Bare():
            sys.meta_path.append(finder)
            for name in "missing_top", "missing_other", "pkg.missing_sub", "ns.missing_in_namespace":
                forget()
                try:
                    importlib.import_module(name)
                except BaseException:
                    traceback.print_exc(file=sys.stdout)
            try:
                import missing_top
            except BaseException:
                traceback.print_exc(file=sys.stdout)
            try:
                from pkg import missing_attribute
            except BaseException:
                traceback.print_exc(file=sys.stdout)
        Bare.error = RuntimeError
    sys.meta_path.append(None)
    attempt("missing_top")


def hooks():
    class Entry:
        def __init__(self, entry):
            if entry not in (TOP, sys.path[1]):
                raise ImportError
            self.entry = entry

        def find_spec(self, name, target=None):
            print("hook asked for", name)
            if name == "missing_top":
                return importlib.util.spec_from_loader(name, None, origin="hook")

    for place in (0, len(sys.path_hooks)):
        sys.path_hooks.insert(place, Entry)
        sys.path_importer_cache.clear()
        sys.path.append(TOP)
        all_names()
        forget()
        sys.path.remove(TOP)
        sys.path_hooks.remove(Entry)
    sys.path_importer_cache.clear()
    all_names()


def stubs():
    sys.modules["missing_top"] = types.ModuleType("missing_top")
    sys.modules["missing_top"].WHERE = "stub"
    sys.modules["missing_other"] = None
    sys.modules["pkg.missing_sub"] = types.ModuleType("pkg.missing_sub")
    pkg.missing_attribute = 5
    all_names()
    del sys.modules["missing_top"], sys.modules["missing_other"], sys.modules["pkg.missing_sub"], pkg.missing_attribute
    all_names()


def package_path():
    write("missing_sub.py", "missing_attribute.py")
    attempt("pkg.missing_sub")
    pkg.__path__.append(TOP)
    all_names()
    forget()
    del pkg.missing_sub, pkg.missing_attribute
    pkg.__path__.remove(TOP)
    all_names()
    pkg.__path__ = tuple([*pkg.__path__, TOP])
    all_names()
    forget()
    pkg.__path__ = [TOP]
    all_names()
    attempt("pkg.values")
    del pkg.__path__
    forget()
    all_names()
    sys.modules["pkg"] = types.ModuleType("pkg")
    forget()
    all_names()


def archive_file():
    with zipfile.ZipFile(TOP + "/z.zip", "w") as z:
        z.writestr("missing_top.py", "WHERE = 'zip'")
        z.writestr("ns/missing_in_namespace.py", "WHERE = 'zip'")
        z.writestr("missing_sub.py", "WHERE = 'zip'")
    attempt("missing_top")
    sys.path.append(TOP + "/z.zip")
    pkg.__path__.append(TOP + "/z.zip")
    all_names()
    print(sorted(map(str, importlib.import_module("ns").__path__)))


def extensions():
    directory = os.path.join(os.path.dirname(os.__file__), "lib-dynload")
    files = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    for file in files:
        name = file.partition(".")[0]
        if "test" in name and "_" not in name:
            continue
        try:
            spec = importlib.util.find_spec(name)
            print(name, spec_of(spec))
            module = importlib.import_module(name)
            print(module.__file__, module.__loader__ is module.__spec__.loader, type(module.__loader__), module.__spec__ == spec, module.__package__, getattr(module, "__cached__", "none"))
            print(list(vars(module))[:6], spec_of(importlib.util.find_spec(name)))
        except ImportError as error:
            print(name, error)
    for name in sys.builtin_module_names[:8]:
        print(name, spec_of(importlib.util.find_spec(name)))


def namespaces():
    import ns
    print(ns, ns.__path__, type(ns.__path__), list(ns.__path__), sorted(n for n in vars(ns) if n.startswith("__")), getattr(ns, "__file__", "none"), type(ns.__loader__), spec_of(ns.__spec__))
    print(ns.__path__._name, ns.__path__ == ns.__spec__.submodule_search_locations, ns.__path__ is ns.__spec__.submodule_search_locations, len(ns.__path__), ns.__path__[0], ns.__path__[-1:] if hasattr(ns.__path__, "index") else 0)
    print(ns.__loader__ is ns.__spec__.loader, ns.__package__, ns.__name__, ns.__doc__)
    import ns.from_app
    import ns.from_dep
    attempt("ns.later")
    write("ns/later.py", "ns/from_app.py", "ns/deep/leaf.py")
    sys.path.append(TOP)
    print(list(ns.__path__))
    attempt("ns.later")
    attempt("ns.deep.leaf")
    sys.path.remove(TOP)
    print(list(ns.__path__))
    attempt("ns.deep")
    forget()
    sys.path.insert(0, TOP)
    attempt("ns.from_app")
    print(list(sys.modules["ns"].__path__))
    forget()
    write("ns/__init__.py")
    importlib.invalidate_caches()
    attempt("ns")
    attempt("ns.from_dep")
    import cases
    print(cases.__path__, cases.__spec__.submodule_search_locations)
    import importlib.resources
    print(sorted(p.name for p in importlib.resources.files("app").iterdir() if "c" not in p.name))
    import app
    import dep
    print(app.__path__, dep.__path__, spec_of(app.__spec__))
    importlib.reload(app)
    print(app.__path__)


def user_entry():
    """An entry of PYTHONPATH that the archiver did not know."""
    all_names()


def threads():
    import threading
    out = []

    def work():
        for name in ("missing_top", "pkg.missing_sub", "numpy"):
            for _ in range(20):
                try:
                    importlib.import_module(name)
                except ImportError as error:
                    out.append(str(error))

    all_of_them = [threading.Thread(target=work) for _ in range(4)]
    for t in all_of_them:
        t.start()
    for t in all_of_them:
        t.join()
    print(len(out), sorted(set(out)))


def uncaught():
    import pkg.imports_missing


def uncaught_top():
    import missing_top


globals()[sys.argv[1]]()
__import__("shutil").rmtree(TOP)
