"""What can be seen of the interpreter's frozen modules."""
import _imp
import sys
import types


def codes(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def frozen():
    return sorted(n for n in sys.modules if _imp.is_frozen(n) and n not in ("__main__", "site"))  # site is not in a minimal start


def modules():
    for name in frozen():
        module = sys.modules[name]
        spec = module.__spec__
        print(name, module.__name__, getattr(module, "__file__", None), module.__loader__, spec.origin, spec.has_location, spec.cached,
              spec.submodule_search_locations, sorted(vars(module)))


def code():
    """Functions and classes have what compilation gives them, and the names are interned."""
    for name in (n for n in frozen() if n not in ("_frozen_importlib", "importlib._bootstrap")):  # some are the loader's
        for key, value in sorted(vars(sys.modules[name]).items()):
            if isinstance(value, types.FunctionType):
                for c in codes(value.__code__):
                    print(name, key, c.co_filename, c.co_qualname, c.co_firstlineno, c.co_flags, c.co_code.hex(), c.co_names, c.co_varnames,
                          [x for x in c.co_consts if not isinstance(x, (types.CodeType, frozenset))], list(c.co_positions()) == [*c.co_positions()],
                          c.co_linetable.hex(), c.co_exceptiontable.hex(), c.co_stacksize, all(sys.intern(n) is n for n in c.co_names))
                print(value.__doc__, value.__defaults__, value.__module__)


def function():
    import _frozen_importlib
    for f in (_imp.get_frozen_object, _frozen_importlib._imp.get_frozen_object):
        print(f.__name__, f.__qualname__, f.__module__, f.__self__, f.__doc__, f.__text_signature__)
    for args in (), ("os", None), ("nothing",), (1,), ("os", b""), ("os", b"wrong"):
        try:
            print(type(_imp.get_frozen_object(*args)))
        except Exception as error:
            print(repr(error))


def again():
    """Imported again, a frozen module has code of its own."""
    import importlib
    import os
    first = os.getenv.__code__
    print(importlib.reload(os) is os, os.getenv.__code__ == first, os.getenv.__code__.co_filename)
    finders = [f for f in sys.meta_path if getattr(f, "__name__", "") != "FrozenImporter"]
    before, sys.meta_path[:] = sys.meta_path[:], finders
    del sys.modules["stat"]
    import stat
    sys.meta_path[:] = before
    print(stat.__spec__.origin, stat.S_IMODE.__name__)


def traceback():
    import os
    import traceback as tb
    for call in (lambda: os.fspath(1), lambda: os.path.join("a", 1), lambda: os.makedirs("/dev/null/x/y"), lambda: os.environ["nothing here"]):
        try:
            call()
        except Exception:
            tb.print_exc(file=sys.stdout)


def source():
    import inspect
    import os
    print(inspect.getsourcefile(os), inspect.getsource(os.getenv), inspect.getfile(os.path.join))


def traced():
    import os
    events = []

    def trace(frame, event, arg):
        events.append((frame.f_code.co_filename, frame.f_code.co_name, frame.f_lineno, event))
        return trace

    sys.settrace(trace)
    os.path.join("a", "b")
    os.environ.get("x")
    sys.settrace(None)
    print(events)


globals()[sys.argv[1]]()
