"""exec(), eval() and compile() of texts that archives know, and all that can be seen of it."""
import builtins
import copy
import dis
import inspect
import io
import linecache
import pickle
import sys
import threading
import traceback
import types
import warnings

import generated
from generated import ANNOTATED, EXPRESSIONS, FUNCTION, RAISES, TEXTS, WRONG


def show_code(code):
    names = [n for n in dir(code) if n.startswith("co_") and n not in ("co_lnotab", "co_consts", "_co_code_adaptive")]
    print(ascii([(n, getattr(code, n)) for n in names if not callable(getattr(code, n))]))
    print(list(code.co_lines()), list(code.co_positions()))
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            show_code(const)
        else:
            print(ascii(const), type(const))


def show(value):
    if isinstance(value, types.CodeType):
        show_code(value)
    elif isinstance(value, types.FunctionType):
        print(value.__name__, value.__qualname__, value.__module__, value.__doc__)
        show_code(value.__code__)
    elif isinstance(value, SyntaxError):
        print(ascii((type(value), value.args)))
    else:
        print(ascii(value))


def everything():
    for text, value in generated.run():
        print(ascii(text))
        if isinstance(value, dict):
            for key, item in value.items():
                print(key)
                show(item)
        else:
            show(value)


def classes():
    print(generated.Row(1, 2), generated.Row._make([1, 2, 3]), generated.Row(1, 2)._replace(a=5), inspect.signature(generated.Row))
    print(generated.Point(1) < generated.Point(2), hash(generated.Frozen(name="a", other="b")), inspect.signature(generated.Point), generated.Color.RED | generated.Color.BLUE)
    for cls, names in ((generated.Row, ("__new__", "_make", "_replace", "__repr__")), (generated.Point, ("__init__", "__repr__", "__eq__", "__lt__", "__hash__")),
                       (generated.Frozen, ("__init__", "__setattr__", "__eq__")), (generated.Typed, ("__new__",))):
        for name in names:
            function = getattr(cls, name)
            function = getattr(function, "__func__", function)
            print(name, function.__name__, function.__qualname__, function.__module__, function.__defaults__, inspect.signature(function))
            show_code(inspect.unwrap(function).__code__)
    for call in (lambda: generated.Row(1), lambda: generated.Point(), lambda: generated.Frozen("x"), lambda: setattr(generated.Frozen(name=1), "name", 2)):
        try:
            call()
        except Exception:
            traceback.print_exc()


def errors():
    """Tracebacks through generated code, with and without its source."""
    for _ in range(2):
        try:
            exec(RAISES)
        except IndexError as error:
            traceback.print_exc()
            print([(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(error.__traceback__)])
    linecache.cache["<made 1>"] = (len(RAISES), None, RAISES.splitlines(True), "<made 1>")
    try:
        exec(compile(RAISES, "<made 1>", "exec"))
    except IndexError:
        traceback.print_exc()
    for text in WRONG:
        for call in (exec, eval, lambda t: compile(t, "<wrong>", "exec")):
            try:
                call(text)
            except Exception:
                traceback.print_exc()
    exec(RAISES)


def builtin_functions():
    """The functions themselves."""
    for function in (exec, eval, compile):
        print(function, repr(function), str(function), type(function), function.__name__, function.__qualname__, function.__module__, function.__self__)
        print(function.__doc__, function.__text_signature__, inspect.signature(function), inspect.isbuiltin(function), inspect.isroutine(function))
        print(pickle.dumps(function), pickle.loads(pickle.dumps(function)) is function, copy.deepcopy(function) is function, function == function, callable(function))
        print(function.__reduce__(), [n for n in dir(function)], function is getattr(builtins, function.__name__), bool(function), inspect.getdoc(function))
        try:
            function.attribute = 1
        except AttributeError as error:
            print(error)
    print(list(vars(builtins))[:40], len(vars(builtins)), isinstance(exec, types.BuiltinFunctionType), types.BuiltinFunctionType is type(exec), exec.__class__)
    class Box:
        run = exec
    print(Box().run is exec)
    help(exec)


def wrong_calls():
    for call in (lambda: exec(), lambda: exec(1), lambda: exec("pass", 1), lambda: exec("pass", {}, 1), lambda: exec("pass", {}, {}, {}), lambda: exec(None),
                 lambda: exec(source="pass"), lambda: exec("pass", wrong=1), lambda: exec("pass", globals={}), lambda: exec("x = 1", {}, locals={}),
                 lambda: eval(), lambda: eval(1), lambda: eval("1 + 1", []), lambda: eval("1 + 1", {}, 3), lambda: eval("1 + 1", globals={}), lambda: eval("1 + 1", None),
                 lambda: eval("x", {"x": 1}, None), lambda: eval(b"1 + 1"), lambda: eval(bytearray(b"1 + 1")), lambda: eval(memoryview(b"1 + 1")),
                 lambda: compile(), lambda: compile("pass"), lambda: compile("pass", "f"), lambda: compile("pass", "f", "wrong"), lambda: compile("pass", 5, "exec"),
                 lambda: compile("pass", "f", "exec", 1 << 40), lambda: compile("pass", "f", "exec", -1), lambda: compile("pass", "f", "exec", 0x10), lambda: compile("pass", "f", "exec", "x"),
                 lambda: compile("pass", "f", "exec", optimize=7), lambda: compile("pass", "f", mode="exec", source=1), lambda: compile("pass", "<string>", "exec", 0, False, -1, 3),
                 lambda: compile("pass", "f\0", "exec"), lambda: compile("pass", b"<string>", "exec"), lambda: compile(b"pass", "<string>", "exec"), lambda: compile("pass", "<string>", "func_type", 0x400),
                 lambda: exec("pass", closure=None), lambda: exec("pass", closure=()), lambda: exec(FUNCTION, {}, closure=(types.CellType(1),)),
                 lambda: exec("lambda: 0", types.MappingProxyType({})), lambda: exec("pass", None, None), lambda: exec(*["pass"], **{}), lambda: exec("pass", {"__builtins__": {}}),
                 lambda: eval("len", {"__builtins__": {}}), lambda: exec("import sys", {"__builtins__": {}})):
        try:
            result = call()
            print(ascii(result) if not isinstance(result, types.CodeType) else result.co_filename)
        except Exception as error:
            print(type(error).__name__, error)


def spaces():
    """Where names go."""
    class Mapping(dict):
        def __getitem__(self, key):
            print("get", key)
            return super().__getitem__(key)

        def __setitem__(self, key, value):
            print("set", key)
            super().__setitem__(key, value)

    class Other:
        def __getitem__(self, key):
            if key == "x":
                return 41
            raise KeyError(key)

        def __setitem__(self, key, value):
            print("other", key, value)

    exec("y = x + 1\nx = 2\n", {"x": 1}, Mapping())
    exec("y = x + 1\nx = 2\n", {}, Other())
    print(eval("x", {}, Other()), eval("x", {"x": 3}, Mapping(x=4)))
    x = 10
    exec("y = x + 1\nx = 2\n")
    print(x, "y" in locals(), eval("x"), eval("x if x else 0"), [eval("x", {"x": i}) for i in (1, 2)])
    space = {}
    exec("x = 1", space)
    print(list(space), space["__builtins__"] is builtins.__dict__, type(space["__builtins__"]))
    exec("global g\ng = 1")
    print(g, eval("__name__"), "g" in globals())

    class Body:
        x = 5
        exec("y = x + 1\nx = 2\n")
        z = eval("x")
    print(Body.x, Body.y, Body.z)

    def outer():
        value = 1

        def inner():
            nonlocal value
            value += 1
            return value
        exec(inner.__code__, {}, closure=inner.__closure__)
        return value
    print(outer())
    exec(TEXTS[11])
    print(locals()["names"] if "names" in locals() else "no names")
    for text in EXPRESSIONS:
        try:
            print(ascii(text), ascii(eval(text, {"x": 7, "__name__": "space"})).partition(" at ")[0])
        except Exception as error:
            print(type(error).__name__, error)


def variants():
    """The same texts in other types and with other arguments."""
    class Text(str):
        pass

    class Path:
        def __fspath__(self):
            return "<made 1>"

    for source in (FUNCTION, Text(FUNCTION), FUNCTION.encode(), bytearray(FUNCTION.encode()), memoryview(FUNCTION.encode())):
        for filename in ("<made 1>", Text("<made 1>"), b"<made 1>", Path(), "<string>", "/nowhere/é.py"):
            for more in ({}, {"optimize": 2}, {"optimize": 0}, {"optimize": -1}, {"flags": 0x400}, {"flags": 0x1000000}, {"flags": 0x2000}, {"dont_inherit": True}, {"_feature_version": 8}):
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        code = compile(source, filename, "exec", **more)
                    print(type(code).__name__, getattr(code, "co_filename", ""), getattr(code, "co_flags", ""), getattr(code, "co_consts", "") and code.co_consts[0].co_consts)
                except Exception as error:
                    print(type(error).__name__, error)
    for mode in ("exec", "eval", "single", Text("exec")):
        for text in ("1 + 1", "1\n", "x", "pass"):
            try:
                dis.dis(compile(text, "<string>", mode))
            except SyntaxError as error:
                print(error)
    print(eval("x", {"x": 1}), eval(Text("x"), {"x": 1}), eval(b"x", {"x": 1}))


def future():
    import future_off
    import future_on
    for _ in range(2):
        print(future_on.show(ANNOTATED))
        print(future_off.show(ANNOTATED))
    exec("from __future__ import annotations\n" + ANNOTATED, globals())
    print(typed.__annotations__)


def replaced():
    """Code that puts something else in the functions' place."""
    original = builtins.exec, builtins.eval, builtins.compile
    calls = []
    builtins.exec = lambda *args: calls.append(args[0][:10]) or original[0](*args)
    builtins.compile = lambda *args, **kwargs: calls.append(args[0][:10]) or original[2](*args, **kwargs)
    builtins.eval = lambda *args: calls.append(type(args[0])) or original[1](*args)
    import collections
    print(collections.namedtuple("Row", "a b c_")(1, 2, 3), generated.attributes_class("Other", ["a"])(1).a)
    exec("x = 1")
    print(calls)
    builtins.exec, builtins.eval, builtins.compile = original
    del builtins.exec
    try:
        exec("x = 1")
    except NameError as error:
        print(error)
    builtins.exec = original[0]
    exec("print('back')")
    print(exec)


def warned():
    """Warnings of sources come each time."""
    warnings.simplefilter("always")
    for _ in range(2):
        for text in ("x = '\\d'\n", "assert (1, 'x')", "x is 1", FUNCTION):
            for call in (exec, lambda t: compile(t, "<made 1>", "exec"), lambda t: compile(t, "<wrong>", "exec")):
                try:
                    call(text)
                except Exception as error:
                    print(type(error).__name__)
    warnings.simplefilter("error")
    try:
        compile("(1)(2)", "<wrong>", "exec")
    except SyntaxError as error:
        print(error)


def watched():
    """Tracers and profilers see what they saw."""
    def work():
        exec(FUNCTION, space)
        space["made"](1)
        eval("1 + 1")
        compile(FUNCTION, "<made 1>", "exec")
        exec("x = 1", {})

    for setter in (sys.settrace, sys.setprofile):
        seen, space = [], {}

        def watch(frame, event, arg):
            seen.append((event, frame.f_code.co_filename.rpartition("/")[2], frame.f_code.co_name, frame.f_lineno, getattr(arg, "__name__", None)))
            return watch

        setter(watch)
        work()
        setter(None)
        for item in seen:
            print(item)
    if hasattr(sys, "monitoring"):
        events, tool = sys.monitoring.events, 3
        seen, space = [], {}
        sys.monitoring.use_tool_id(tool, "tests")
        for event in (events.CALL, events.PY_START, events.LINE):
            sys.monitoring.register_callback(tool, event, lambda code, *args: seen.append((code.co_name, [getattr(a, "__name__", a) for a in args[:2]])))
        sys.monitoring.set_events(tool, events.CALL | events.PY_START | events.LINE)
        work()
        sys.monitoring.set_events(tool, 0)
        print(seen)


def audited():
    """What an audit hook is told."""
    seen = []

    def name(value):
        return value.co_name + " " + value.co_filename.rpartition("/")[2] if isinstance(value, types.CodeType) else ascii(value)[:80]

    def hook(event, args):
        if event in ("compile", "exec", "code.__new__", "object.__getattr__"):
            seen.append((event, tuple(map(name, args))))
        elif event == "import":
            seen.append((event, args[0], args[1] is None, type(args[2]), type(args[3]), type(args[4])))

    sys.addaudithook(hook)
    exec(FUNCTION, {})
    eval("1 + 1")
    eval(" 1")
    compile(FUNCTION, "<made 1>", "exec")
    compile(FUNCTION, b"<made 1>", "exec")
    compile(FUNCTION, "<made 1>", "exec", optimize=2)
    exec(compile("x = 1", "<made 1>", "exec"), {})
    exec("x = 'never seen before'", {})
    try:
        exec("def", {})
    except SyntaxError:
        pass
    import collections
    collections.namedtuple("Row", "a b c_", defaults=[3])
    for item in seen:
        print(item)
    # Of modules the loader compiles nothing, so only the other events are alike.
    seen.clear()
    import pkg.sub.leaf
    import third.part
    import wave
    import decimal
    try:
        import pkg.no_such
    except ImportError:
        pass
    for item in seen:
        if item[0] in ("import", "exec"):
            print(item)


def refused():
    """A hook that does not allow it."""
    allowed = True

    def hook(event, args):
        if not allowed and event in ("compile", "exec"):
            raise RuntimeError(f"{event} is not allowed")

    sys.addaudithook(hook)
    for call in (lambda: exec(FUNCTION, {}), lambda: eval("1 + 1"), lambda: compile(FUNCTION, "<made 1>", "exec"), lambda: exec("x = 'new'", {})):
        allowed = False
        try:
            call()
            print("allowed")
        except RuntimeError as error:
            print(error)
        allowed = True


def identity():
    """Two compilations give two code objects."""
    spaces_ = [{}, {}]
    for space in spaces_:
        exec(FUNCTION, space)
    first, second = (space["made"].__code__ for space in spaces_)
    print(first == second, hash(first) == hash(second), spaces_[0]["made"] == spaces_[1]["made"], spaces_[0]["made"](1)[0], spaces_[1]["made"](1)[0])
    print(compile(FUNCTION, "<made 1>", "exec") == compile(FUNCTION, "<made 1>", "exec"))
    spaces_[0]["made"].__code__ = first.replace(co_name="other")
    print(spaces_[1]["made"].__code__.co_name)


def threads():
    out = []

    def work():
        for _ in range(200):
            space = {}
            exec(FUNCTION, space)
            out.append(space["made"](1)[0] + eval("1 + 1"))

    all_of_them = [threading.Thread(target=work) for _ in range(4)]
    for t in all_of_them:
        t.start()
    for t in all_of_them:
        t.join()
    print(len(out), set(out))


globals()[sys.argv[1]]()
