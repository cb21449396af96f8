"""Checks what train.py records of the functions that imports write to, with the interpreter that runs this test."""

import subprocess
import sys
import unittest

from train_case import HERE, PYTHON, TrainCase

RECORDED = sys.version_info >= (3, 12)


class FunctionsTest(TrainCase):
    def lines(self, recording, module):
        """Returns the lines of a module's functions, checking that it is listed once."""
        found = [f["lines"] for f in recording["functions"] if f["module"] == module]
        self.assertLessEqual(len(found), 1)
        return found[0] if found else None

    # Each line says whether it is the first of a function that runs.
    LIB = """
        import threading
        def called():  # runs
            def inner():  # runs
                return lambda: None
            return inner()
        def not_called():
            return called()
        class Class:
            def __init__(self): self.x = 1  # runs
            def method(self): return self.x  # runs
            def other(self): return self.x
        def decorator(function):  # runs
            return function
        @decorator  # runs
        def decorated():
            return 1
        @decorator
        def decorated_only():
            return 1
        def not_started():
            yield 1
        def started():  # runs
            yield 1
        async def coroutine():
            return 1
        def failing():  # runs
            raise ValueError
        def in_thread():  # runs
            return [called() for _ in range(3)]
        called(); called(); Class().method(); decorated(); not_started(); next(started()); coroutine().close()
        try: failing()
        except ValueError: pass
        exec("def made(): pass" + chr(10) + "made()")
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
    """

    def test_functions(self):
        wanted = [i for i, line in enumerate(self.LIB.splitlines(), 1) if line.endswith("# runs")]
        for text, lines in (("import lib", ()), ("import lib\ndef main(): pass\nmain()", ("--run",))):
            recording = self.good({"app.py": text, "lib.py": self.LIB}, *lines)
            if not RECORDED:
                self.assertEqual(recording["functions"], [])
                continue
            self.assertEqual(self.lines(recording, "lib"), wanted)
            self.assertTrue(self.lines(recording, "threading"))
            self.assertTrue(self.lines(recording, "os"))  # frozen
            modules = [f["module"] for f in recording["functions"]]
            self.assertEqual(modules, sorted(modules))
            self.assertNotIn("train", " ".join(modules))

    def test_only_what_both_processes_ran(self):
        text = """
            import time
            def a(): pass
            def b(): pass
            def c(): pass
            {"AAA": a, "BBB": b}[time.tzname[0]]()
            c()
        """
        only = "import time\ndef a(): pass\nif time.tzname[0] == 'AAA': a()"
        recording = self.good({"app.py": "import lib, only", "lib.py": text, "only.py": only})
        self.assertEqual(self.lines(recording, "lib"), [5] if RECORDED else None)
        self.assertEqual(self.lines(recording, "only"), None)

    def test_optimize(self):
        text = "def f(): pass\nassert f()\ndef g(): pass\ng()"
        recording = self.good({"app.py": "import lib", "lib.py": text}, optimize=1)
        self.assertEqual(self.lines(recording, "lib"), [3] if RECORDED else None)

    @unittest.skipUnless(RECORDED, "sys.monitoring came with 3.12")
    def test_programs_may_monitor(self):
        body = """
            import sys
            def f(): pass
            def g(): pass
            monitoring, event, seen = sys.monitoring, sys.monitoring.events.PY_START, []
            monitoring.use_tool_id(1, "mine")
            monitoring.register_callback(1, event, lambda code, offset: seen.append(code))
            monitoring.set_events(1, event)
            f(); f()
            monitoring.set_events(1, 0)
            monitoring.free_tool_id(1)
            assert seen == [f.__code__] * 2
            sys.settrace(lambda frame, *rest: seen.append(frame.f_code))
            f()
            sys.settrace(None)
            assert seen == [f.__code__] * 3
            if TAKE:
                for tool in range(6):
                    if monitoring.get_tool(tool): monitoring.free_tool_id(tool)
                    monitoring.use_tool_id(tool, "mine")
            g()
        """
        for take in False, True:
            recording = self.good({"app.py": "import lib", "lib.py": "TAKE = %r\n" % take + body.strip().replace("\n            ", "\n")})
            self.assertIn(3, self.lines(recording, "lib"))

    @unittest.skipUnless(RECORDED, "sys.monitoring came with 3.12")
    def test_tool_ids(self):
        text = """if True:
            import sys
            sys.path.insert(0, sys.argv[1])
            import written
            used = lambda: [tool for tool in range(6) if sys.monitoring.get_tool(tool)]
            def f(): pass
            for taken in (), (4,), (3, 4):
                for tool in taken: sys.monitoring.use_tool_id(tool, "mine")
                recorder = written.install()
                f()
                inside, result = used(), recorder.result({"m": f.__code__.co_filename})
                print(inside, used(), [name for name, lines in result["functions"] if name == "m"], "insert" in result["interned"])
                for tool in taken: sys.monitoring.free_tool_id(tool)
        """
        out = subprocess.run([*PYTHON, "-c", text, HERE], capture_output=True, text=True, check=True).stdout
        self.assertEqual(out.splitlines(), ["[4] [] ['m'] True", "[3, 4] [4] ['m'] True", "[3, 4] [3, 4] [] True"])


class InternedTest(TrainCase):
    # What a program may override raises.
    LIB = """
        import _json, sys, types
        def fail(*args): raise AssertionError(args)
        class Meta(type):
            ready = False
            __dict__ = property(fail)
            __subclasses__ = __getattribute__ = __eq__ = fail
            def __hash__(cls): return fail() if Meta.ready else 1
        class Class(metaclass=Meta):
            __slots__ = ("slot_of_class",)
            def method_of_class(self): pass
            borrowed_name = list.extend
        class Below(Class): pass
        class Text(str):
            __slots__ = ()
            def __hash__(self): return fail() if Meta.ready else 1
        class Module(types.ModuleType):
            def __getattribute__(self, name): return fail() if Meta.ready else 1
        class Other:
            __class__ = __dict__ = property(fail)
            __getattr__ = fail
        sys.modules["lib.module"] = Module("lib.module")
        sys.modules["lib.other"] = Other()
        sys.modules["lib.none"] = None
        globals()[Text("text_as_key")] = Class
        setattr(sys, "set_in_a_c_module", Class)
        Meta.ready = True
    """

    def test_interned(self):
        for lines in (), ("--run",):
            recording = self.good({"app.py": "import lib", "lib.py": self.LIB}, *lines)
            names = recording["interned"]
            if not RECORDED:
                self.assertEqual(names, [])
                continue
            self.assertEqual(names, sorted(set(names)))
            wanted = {
                "setdefault",  # a method
                "fromkeys",  # a class method
                "gi_running",  # a member
                "denominator",  # a getset
                "__add__",  # a slot
                "scanstring",  # a function of an extension module
                "monotonic",  # a function of a built-in module
                "enumerate",  # a type
                "path_stats",  # in frozen modules
            }
            self.assertEqual(wanted - set(names), set())
            unwanted = {"slot_of_class", "method_of_class", "borrowed_name", "text_as_key", "lib", "not identifier"}
            self.assertEqual(unwanted & set(names), set())
            self.assertEqual([name for name in names if not name.isidentifier()], [])


if __name__ == "__main__":
    unittest.main()
