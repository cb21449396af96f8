"""Checks what train.py records and what it leaves out, with the interpreter that runs this test."""

import base64
import marshal
import os
import re
import subprocess
import textwrap
import unittest

from train_case import HERE, PYTHON, TrainCase

ANNOTATIONS = 0x1000000  # CO_FUTURE_ANNOTATIONS


def fresh_arguments(pattern, flags):
    """Returns the arguments that re._compiler.compile() gives to _sre.compile()."""
    compiler, found = re._compiler, []
    sre = compiler._sre

    class Sre:
        def __getattr__(self, name):
            return getattr(sre, name)

        def compile(self, *args):
            found.append(args)
            return sre.compile(*args)

    compiler._sre = Sre()
    try:
        compiler.compile(pattern, flags)
    finally:
        compiler._sre = sre
    return found[0]


class RecordTest(TrainCase):
    REGEXES = r"""
        import re, warnings
        re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.VERBOSE | re.ASCII)
        re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)", re.VERBOSE)
        re.compile(rb"[^\x00-\x20a-z]+(?i:x)")
        re.compile("[\u0430-\u044f\U0001f600]|(a)|(?P<\u00e9>b)(?P=\u00e9)", re.I)
        re.match("(?u:x)", "x")
        re.sub("sub+", "", ""); re.split("split+", "")
        re.compile("same"); re.compile("same", 0); re.purge(); re.compile("same")
        re.compile("(?i)flag inside")
        class Text(str): pass
        re.compile(Text("subclass"))
        re.compile(b"locale", re.L)
        re.compile(b"(?L)locale inside")
        re.compile("lone \ud800")
        re.compile(re.compile("from pattern"))
        re.Scanner([("scanner", None)])
        warnings.simplefilter("ignore")
        re.compile("[[a]nested")
        for bad in ("(", "(?P<a>x)(?P<a>y)", "*"):
            try: re.compile(bad)
            except re.error: pass
        import sys
        assert not re.compile.__closure__ and re._compiler.compile.__name__ == "compile"
        assert "record" not in sys.modules
    """

    def test_regexes(self):
        recording = self.good({"app.py": "import lib", "lib.py": self.REGEXES})
        patterns = self.patterns(recording)
        for wanted in ("same", "(?i)flag inside", "from pattern", "sub+", "split+", rb"[^\x00-\x20a-z]+(?i:x)", "(?u:x)"):
            self.assertEqual(patterns.count(wanted), 1, wanted)
        self.assertEqual(patterns.count(r"(?P<year>\d{4})-(?P<month>\d\d)"), 2)
        for absent in ("subclass", b"locale", b"(?L)locale inside", "lone \ud800", "scanner", "[[a]nested", "(", "*"):
            self.assertNotIn(absent, patterns)
        self.assertLess(patterns.index("(?u:x)"), patterns.index("same"))
        for pattern, r in zip(patterns, recording["regexes"]):
            with self.subTest(pattern):
                args = fresh_arguments(pattern, r["flags"])
                self.assertEqual(args[0], pattern)
                self.assertEqual((int(args[1]), [int(c) for c in args[2]], args[3]), (r["result_flags"], r["code"], r["groups"]))
                self.assertEqual([list(i) for i in args[4].items()], r["groupindex"])

    SOURCES = """
        from __future__ import annotations
        import ast, warnings
        class Text(str): pass
        compile("a = 1", "file.py", "exec")
        compile("a = 1", "file.py", "exec", dont_inherit=True)
        compile("a + 1", filename="file.py", mode="eval")
        compile("a", "file.py", "single", 0x20000)
        compile("def f(x: int) -> 'y': return 'z %s'", "<f>", "exec")
        exec("b: int = 3; c = b")
        exec("b: int = 3; c = b")
        assert eval("40 + 2") == 42
        assert eval(" \\t40 + 2") == 42
        x = eval("lambda q: q in {'s', 't', None, 1.5}")
        compile("ast", "f", "exec", ast.PyCF_ONLY_AST)
        compile("await_", "f", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        compile("types", "f", "exec", ast.PyCF_TYPE_COMMENTS)
        compile("optimized", "f", "exec", optimize=1)
        compile("feature", "f", "exec", _feature_version=8)
        compile(Text("subclass"), "f", "exec")
        compile("name", Text("subclass"), "exec")
        compile(b"data", "f", "exec")
        compile(ast.parse("tree"), "f", "exec")
        exec(b"bytes_ = 1")
        compile("'lone \\ud800'", "f", "exec") if 0 else None
        warnings.simplefilter("ignore")
        compile("'\\\\d warns'", "f", "exec")
        exec("x" + "=1;x" * 20000 + "=1")
        exec("near=" + "1+" * 30000 + "1") if 0 else exec("near='" + "n" * 60000 + "'")
        for bad in ("(", "return", "a b"):
            try: exec(bad)
            except SyntaxError: pass
        exec("def nested():\\n  exec('inner = 1')\\nnested()")
    """

    def test_sources(self):
        recording = self.good({"app.py": "import lib", "lib.py": self.SOURCES})
        have = [(s["text"][:60], s["filename"], s["mode"], s["flags"]) for s in recording["sources"] if s["flags"] or "file" in s["filename"]]
        self.assertEqual(
            have,
            [
                ("a = 1", "file.py", "exec", ANNOTATIONS),
                ("a = 1", "file.py", "exec", 0),
                ("a + 1", "file.py", "eval", ANNOTATIONS),
                ("a", "file.py", "single", ANNOTATIONS | 0x20000),
                ("def f(x: int) -> 'y': return 'z %s'", "<f>", "exec", ANNOTATIONS),
                ("b: int = 3; c = b", "<string>", "exec", ANNOTATIONS),
                ("40 + 2", "<string>", "eval", ANNOTATIONS),
                ("lambda q: q in {'s', 't', None, 1.5}", "<string>", "eval", ANNOTATIONS),
                ("near='" + "n" * 54, "<string>", "exec", ANNOTATIONS),
                ("def nested():\n  exec('inner = 1')\nnested()", "<string>", "exec", ANNOTATIONS),
                ("inner = 1", "<string>", "exec", ANNOTATIONS),
            ],
        )
        for s in recording["sources"]:
            code = marshal.loads(base64.b64decode(s["code"]))
            self.assertEqual(code, compile(s["text"], s["filename"], s["mode"], s["flags"], True))
            self.assertEqual(code.co_filename, s["filename"])

    MISSING = """
        import importlib, importlib.util, os, sys, types
        import lib.here
        def attempt(name, package=None):
            try: importlib.import_module(name, package)
            except (ImportError, ValueError): pass
        for name in ("z_dynamic", "lib.no_part", "lib.no_part.deep", "lib.here.below", "no_parent.part", "json.no_part", "gr\xfcn",
                     "lib.here", "json", "not-a-name", "lib..dots", "lib.", "1digit", "lone\\ud800", "raises"):
            attempt(name)
        attempt(".relative", "lib")
        attempt("..too_far", "lib")
        assert importlib.util.find_spec("asked_for") is importlib.util.find_spec(".asked", "lib") is None
        try: from lib import no_attribute
        except ImportError: pass
        try: importlib.reload(types.ModuleType("reloaded"))
        except ImportError: pass
        for value in {"a", "b", "c", "d", "e", "f"}, id(object()), os.getpid(), os.environ["RUNFILES_DIR"]:
            attempt("v%s" % abs(hash(str(value))))
            attempt(str(value))
        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name.startswith("made_"):
                    return importlib.util.spec_from_loader(name, None)
        attempt("made_late")
        sys.meta_path.append(Finder)
        attempt("made_late")
        importlib.util.find_spec("made_up")
        del sys.meta_path[-1]
        importlib.util.find_spec("made_up")
        attempt("placed")
        sys.modules["placed"] = sys
        sys.modules["blocked"] = None
        attempt("blocked")
    """

    def test_missing(self):
        files = {"lib/__init__.py": "", "lib/here.py": "", "raises.py": "import absent_in_body", "body.py": self.MISSING}
        wanted = ["absent_in_body", "asked_for", "gr\xfcn", "lib.asked", "lib.no_attribute", "lib.no_part", "lib.relative",
                  "json.no_part", "no_parent", "z_dynamic"]
        for text, lines in (("import body", ()), (self.MISSING, ("--run",))):
            recording = self.good({"app.py": text, **files}, *lines)
            self.assertEqual(recording["missing"], sorted(wanted))

    def test_optimize(self):
        recording, _, stderr = self.train({"app.py": "import lib", "lib.py": "exec('assert x; y = __debug__') if not __debug__ else 1/0"}, optimize=1)
        self.assertEqual((recording["failure"], stderr), (None, ""))
        code = marshal.loads(base64.b64decode(recording["sources"][-1]["code"]))
        self.assertEqual(code.co_names, ("y",))

    def test_only_what_repeats(self):
        recording = self.good(
            {
                "app.py": "import lib",
                "lib.py": """
                    import os, re, sys, tempfile, time
                    def record(value):
                        re.compile(re.escape(str(value)))
                        re.compile(str(value).encode("utf-8", "replace").hex().encode())
                        compile(repr(str(value)), "<v>", "exec")
                        compile("1", f"<{value}>", "exec")
                    record("kept")
                    for value in ({"a", "b", "c", "d", "e", "f"}, hash("x"), id(object()), os.getpid(), time.time(), __file__,
                                  os.getcwd(), tempfile.gettempdir(), os.path.expanduser("~"), sys.path, time.localtime()[:4],
                                  os.environ["RUNFILES_DIR"]):
                        record(value)
                    # A real path is the same in both processes, but not on another machine.
                    real = os.path.realpath(__file__)
                    re.compile(re.escape(real)); re.compile(os.fsencode(real)); compile("1", real, "exec"); exec("R = %r" % real)
                """,
            }
        )
        patterns = self.patterns(recording)
        own = patterns[patterns.index("kept") :]
        self.assertEqual(own, ["kept", b"6b657074"])
        self.assertEqual([s["filename"] for s in recording["sources"] if s["filename"] != "<string>"][-2:], ["<v>", "<kept>"])
        self.assertFalse([s for s in recording["sources"] if "R = " in s["text"]])

    def test_no_real_directory(self):
        real = os.path.join(self.dir, "real", "source")
        recording = self.good(
            {
                "app.py": "import lib.part",
                "lib/__init__.py": "",
                "lib/part.py": """
                    import os, re
                    real = os.path.realpath(__file__)
                    assert real != __file__
                    for text in (real, os.path.dirname(real), os.path.dirname(os.path.dirname(real)), "kept"):
                        re.compile(text); re.compile(os.fsencode(text)); compile("1", text, "exec")
                """,
            },
            links_to=real,
        )
        patterns = self.patterns(recording)
        self.assertEqual(patterns[-2:], ["kept", b"kept"])
        self.assertNotIn(real, "".join(map(str, patterns)))
        self.assertEqual([s["filename"] for s in recording["sources"] if s["text"] == "1"], ["kept"])

    # Run with the wrappers and without: whatever differs would be seen.
    SEMANTICS = """
        import sys
        out = []
        def module_level():
            exec("m = 1"); out.append(m)
            exec("n = 1", None, None); out.append(n)
        exec("m = 1"); out.append(m)
        exec("n = m + 1", None); out.append(n)
        exec("o = 1", globals()); out.append(o)
        space = {"m": 5}
        exec("p = m", space); out.append((space["p"], "__builtins__" in space))
        local = {}
        exec("q = m", globals(), local); out.append(local)
        exec("q2 = m", None, local); out.append(local)
        out.append([eval("m + i", {"m": 1, "i": i}) for i in range(3)])
        out.append([eval("i") for i in range(3)])
        out.append([eval("m") for i in range(3)])
        class C:
            a = 1
            exec("b = a + 1")
            c = eval("b + a")
        out.append((C.b, C.c))
        def function(x):
            y = 2
            out.append(eval("x + y"))
            exec("x = 10; z = 3")
            out.append((x, y, sorted(locals())))
            exec("zz = 3", None, None)
            out.append(("zz" in locals(), [eval("x") if sys.version_info >= (3, 12) else x for _ in "a"]))
            def inner():
                return x, eval("x"), sorted(eval("locals()"))
            out.append(inner())
            return [eval("k") for k in (1, 2)], list(eval("k * 2") for k in (1, 2))
        out.append(function(1))
        def generator():
            v = 1
            yield eval("v")
            exec("v = 2")
            yield v
        out.append(list(generator()))
        out.append((lambda w: eval("w"))(4))
        out.append(list(map(eval, ["1 + 1", "m"])))
        class Mapping(dict):
            def __missing__(self, key): return key
        out.append(eval("missing", {}, Mapping()))
        for call in (lambda: exec(), lambda: eval(), lambda: exec("1", 1), lambda: eval("1", {}, 1), lambda: exec("1", {}, {}, {}),
                     lambda: compile("1"), lambda: compile("1", "f", "other"), lambda: compile("1", "f", "exec", 1 << 30),
                     lambda: compile("1", "f", "exec", 0, False, -1, 7), lambda: compile("1", "f", "exec", mode="exec"),
                     lambda: compile("1", "f", "exec", "0"), lambda: exec("(", {}), lambda: eval("1 +", {}), lambda: exec(3),
                     lambda: eval("1\\0"), lambda: exec("raise KeyError(1)"), lambda: exec("1", globals={}, other=1)):
            try: out.append(call())
            except Exception as e: out.append((type(e).__name__, str(e)))
        if sys.version_info >= (3, 13):
            exec("g = 1", globals=space); out.append(space["g"])
            exec("g = 1", locals=local); out.append(local)
            out.append(eval("m", globals=globals(), locals=local))
        def cell(a):
            def f(): return a
            return f
        f = cell(7)
        try: exec(f.__code__, {}, closure=f.__closure__); out.append("closure")
        except TypeError as e: out.append(str(e))
        restricted = {"__builtins__": {"eval": eval, "out": out, "exec": exec, "len": len}}
        exec("exec('out.append(len(__builtins__))', {})", restricted)
        out.append(eval(b" 1 + 1"))
        out.append(eval(compile("m", "f", "eval")))
        exec("from __future__ import annotations\\ndef ann(a: nowhere): pass\\nexec('def ann2(a: nowhere2): pass')")
        out.append((ann.__annotations__, ann2.__annotations__))
        out.append((exec.__name__, eval.__qualname__, compile.__module__, exec.__doc__ == eval.__doc__))
        def recurse(n): return n if n == 0 else eval("recurse(n - 1)", globals(), {"n": n})
        out.append(recurse(50))
    """

    def test_wrappers_change_nothing(self):
        program = textwrap.dedent(self.SEMANTICS)
        space = {"__name__": "semantics"}
        exec(compile(program, "semantics.py", "exec", dont_inherit=True), space)
        check = "\nimport os\nif repr(out) != WANT: print(*map(str, out), sep='\\n'); sys.exit(4)\n"
        for name, lines in (("imports", ()), ("run", ("--run",))):
            with self.subTest(name):
                text = program + "\nWANT = %r\n" % repr(space["out"]) + check
                files = {"app.py": "import lib" if name == "imports" else text, "lib.py": text}
                self.good(files, *lines)

    def test_frames_and_names(self):
        self.good(
            {
                "app.py": "import lib",
                "lib.py": """
                    import sys, __main__, traceback, functools
                    assert __main__.__name__ == "__main__" and __main__.__file__.endswith("/app.runfiles/_main/app.py")
                    assert sys.argv == [__main__.__file__]
                    code = sys._getframe().f_code
                    assert code.co_filename == __file__ == (lambda: 0).__code__.co_filename, code
                    frames = [f.f_code.co_filename for f, _ in traceback.walk_stack(sys._getframe())]
                    assert frames[0] == __file__ and frames[1].startswith("<frozen importlib"), frames
                    assert not {"site", "record", "imports", "trainee", "recording"} & set(sys.modules)
                    assert [p for p in sys.path if "runfiles" in p] == sys.path[:2], sys.path
                    assert exit and help and copyright
                    import re
                    try: re.compile("(")
                    except re.error as e: assert e.pos == 0
                """,
            }
        )

    def test_same_bytes(self):
        files = {"app.py": "import lib, dataclasses, collections, typing, enum", "lib.py": self.REGEXES, "lib2.py": self.SOURCES, "app2.py": "import lib2"}
        files["app.py"] = "import lib, lib2, dataclasses, collections, typing, enum, argparse, json, logging\n"
        files["lib3.py"] = "import dataclasses\n@dataclasses.dataclass(order=True, frozen=True)\nclass D:\n  unusual_name_q: int = 3\n"
        files["app.py"] += "import lib3\n"
        outputs = set()
        for directory in ("one", "another/and-deeper"):
            _, data, _ = self.train(files, inputs=os.path.join(self.dir, directory), env={"LANG": directory, "HOME": "/" + directory})
            outputs.add(data)
        self.assertEqual(len(outputs), 1)
        self.assertIn(b"unusual_name_q", data)

    def test_dump_depends_on_the_code_alone(self):
        script = "import sys; sys.path.insert(0, %r); import recording, binascii\n" % HERE
        source = "def f(unique_a, b):\n  return unique_a.unique_attr in {'one', 'two words', None, 1}, 12345, 'q', b'', 1.5, 'two words'\nx: 'unique' = f"
        dump = "print(binascii.hexlify(recording.dump(compile(%r, '<s>', 'exec'))))" % source
        outputs = set()
        for before in ("", "a = sys.intern('unique' + '_a'); b = sys.intern('unique_' + 'attr'); c = sys.intern('one'); d = [12345, 'two words']\n"):
            outputs.add(subprocess.check_output([*PYTHON, "-c", script + before + dump]))
        self.assertEqual(len(outputs), 1)


if __name__ == "__main__":
    unittest.main()
