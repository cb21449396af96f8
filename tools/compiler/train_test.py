"""Checks train.py with the interpreter that runs this test."""

import json
import os
import re
import sys
import time
import unittest

from train_case import TrainCase


class TrainTest(TrainCase):
    def test_format(self):
        recording, data, _ = self.train({"app.py": "import lib, re", "lib.py": "import re\nre.compile('a\\xe9')\nexec('x=1')\nexec('y=1')"})
        self.assertEqual(
            sorted(recording), ["failure", "format", "functions", "interned", "missing", "modules", "regexes", "sources", "sys_version", "warnings"],
        )
        self.assertEqual((recording["format"], recording["sys_version"]), (1, sys.version))
        lines = data.decode("ascii").splitlines()
        self.assertEqual(lines[0], "{")
        for key in recording:
            if isinstance(recording[key], list) and recording[key]:
                at = lines.index('"%s": [' % key)
                entries = "".join(lines[at + 1 : at + 1 + len(recording[key])])
                self.assertEqual(json.loads("[%s]" % entries), recording[key])
        self.assertEqual([list(r) for r in recording["regexes"]], [sorted(r) for r in recording["regexes"]])

    def test_characters(self):
        recording = self.good(
            {
                "app.py": "import lib",
                "lib.py": """
                    import re
                    every = ''.join(map(chr, range(1, 128)))
                    re.compile(re.escape(every))
                    exec('x = %a' % every)
                    exec('#' + every.replace(chr(10), '').replace(chr(13), '') + chr(10))
                    re.compile(chr(233) + every[5:].translate({ord(c): None for c in '?*+()[]{}|^$'}) + chr(0x1f40d))
                """,
            }
        )
        every = "".join(map(chr, range(1, 128)))
        self.assertIn(re.escape(every), [r["pattern"] for r in recording["regexes"]])
        self.assertIn("\xe9" + every[5:].translate({ord(c): None for c in "?*+()[]{}|^$"}) + "\U0001f40d", [r["pattern"] for r in recording["regexes"]])
        texts = [source["text"] for source in recording["sources"]]
        self.assertIn("x = %a" % every, texts)
        self.assertIn("#" + every.replace("\n", "").replace("\r", "") + "\n", texts)

    def test_modules(self):
        recording = self.good(
            {
                "app.py": "import pkg.b as c, pkg\nfrom pkg import a\nfrom pkg.space import late\nimport _json",
                "pkg/__init__.py": "from . import first",
                "pkg/first.py": "import last",
                "pkg/a.py": "",
                "pkg/b.py": "import pkg.a",
                "pkg/space/late.py": "import importlib; importlib.reload(importlib.import_module('pkg.a'))",
                "last.py": "import re",
            }
        )
        modules = recording["modules"]
        self.assertIn("re._compiler", modules)
        self.assertIn("_json", modules)
        wanted = ["pkg", "pkg.first", "last", "re", "re._compiler", "pkg.b", "pkg.a", "pkg.space", "pkg.space.late"]
        self.assertEqual([m for m in modules if m in wanted], wanted)
        self.assertEqual(len(set(modules)), len(modules))

    def test_interpreter_arguments(self):
        recording = self.good(
            {
                "app.py": "import lib",
                "lib.py": """
                    import re, sys, warnings
                    re.compile('bytes %d utf8 %d quiet %d' % (sys.flags.bytes_warning, sys.flags.utf8_mode, sys.flags.quiet))
                    re.compile('own %s' % sys._xoptions.get('own'))
                    try:
                        warnings.warn('to be an error', UserWarning)
                    except UserWarning:
                        re.compile('an error')
                """,
            },
            *["--interpreter_arg=" + arg for arg in ("-q", "-X", "utf8=0", "-Xown=a b", "-bb", "-i", "-I", "-Werror")],
        )
        patterns = self.patterns(recording)
        for pattern in ("bytes 2 utf8 0 quiet 0", "own a b", "an error"):
            self.assertIn(pattern, patterns)

    def test_code_comes_from_bundles(self):
        self.bundle_sources = {"lib.py": "import re\nre.compile('from the bundle')"}
        recording = self.good({"app.py": "import lib, lib2", "lib.py": "1/0", "lib2.py": ""})
        self.assertIn("from the bundle", self.patterns(recording))

    def test_collector(self):
        text = "import sys\nassert 'gc' not in sys.modules\nimport gc\nassert gc.isenabled() and (gc.get_threshold()[0] == 1000000) is %s"
        self.assertIn("gc", self.good({"app.py": "import lib", "lib.py": text % True})["modules"])
        self.good({"app.py": "import lib", "lib.py": text % False}, "--run")

    def test_modules_written_meanwhile(self):
        recording = self.good(
            {
                "app.py": "import lib",
                "lib.py": """
                    import importlib, os
                    try: import written
                    except ImportError: pass
                    name = os.path.dirname(os.path.realpath(__file__)) + "/written.py"
                    with open(name + os.environ["PYTHONHASHSEED"], "w") as f: pass
                    os.replace(f.name, name)
                    importlib.invalidate_caches()
                    import written
                """,
            }
        )
        self.assertIn("written", recording["modules"])
        self.assertNotIn("written", recording["missing"])

    IMPORTS = """
        from __future__ import annotations
        import sys
        TYPE_CHECKING = 0
        if TYPE_CHECKING: import never_k
        from typing import TYPE_CHECKING
        import absent_one, good_one
        from good_two import *
        from good_two import absent_name
        if TYPE_CHECKING:
            import never_a
        if not TYPE_CHECKING: import good_three
        if sys.version_info >= (3, 0):
            import good_four
        elif DEBUG:
            import never_b
        else:
            import never_c
        if UNKNOWN:
            import good_five
            import absent_quiet
        try:
            import absent_guarded
            import never_d
        except ImportError:
            import good_six
        else:
            import never_e
        try: import good_seven
        except ImportError: import never_f
        finally: import good_eight
        with open(__file__): import good_nine
        import contextlib
        with contextlib.suppress(ImportError): import absent_suppressed
        import exits, raises
        def f(): import never_g
        class C: import never_h
        if __name__ == "__main__": import never_i
        else: import never_j
        from . import sibling
        import good_ten
        1 / 0
    """

    def test_imports(self):
        names = re.findall(r"\b(?:never|good)_\w+", self.IMPORTS)
        files = {name + ".py": "value = 1" for name in names}
        files |= {
            "app.py": self.IMPORTS,
            "exits.py": "raise SystemExit('bye')",
            "raises.py": "import os\nraise ValueError(os.getcwd(), __file__)",
        }
        recording, _, stderr = self.train(files)
        self.assertIsNone(recording["failure"])
        have = [m for m in recording["modules"] if m.startswith(("never_", "good_"))]
        numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        self.assertEqual(have, ["good_" + n for n in numbers])
        warned = [re.sub(r"(?<=relative import).*", "", w) for w in recording["warnings"]]
        self.assertEqual(
            warned,
            [
                "import of absent_one raised ModuleNotFoundError: No module named 'absent_one'",
                "import of good_two raised ImportError: cannot import name 'absent_name' from 'good_two' (.../_main/good_two.py)",
                "import of exits raised SystemExit: bye",
                "import of raises raised ValueError: ('.../work', '.../_main/raises.py')",
                "import of . raised ImportError: attempted relative import",
            ],
        )
        self.assertEqual(stderr.splitlines()[0], "pycds: warning: //a:b: training: " + recording["warnings"][0])

    def test_main_module(self):
        files = {
            "tool/__init__.py": "",
            "tool/__main__.py": "from . import part\nimport re, sys\nif __name__ == '__main__': re.compile('ran ' + sys.argv[1])",
            "tool/part.py": "",
            "single.py": "import tool.part",
        }
        for name, wanted in (("tool", ["runpy", "tool", "tool.part"]), ("single", ["runpy", "tool", "tool.part"])):
            recording = self.good(files, "--main_module=" + name, main=None)
            self.assertEqual([m for m in recording["modules"] if m in wanted], wanted)
            self.assertNotIn("ran", "".join(map(str, self.patterns(recording))))
        recording = self.good(files, "--main_module=tool", "--run", "--arg=it", main=None)
        self.assertIn("ran it", self.patterns(recording))
        recording, _, stderr = self.train(files, "--main_module=nowhere", main=None)
        self.assertEqual(recording["failure"], "ImportError: no module named nowhere with a source file")

    def test_run(self):
        recording = self.good(
            {
                "app.py": """
                    import atexit, os, re, sys, threading, lib
                    assert sys.argv == [__file__, "a b", "--c"] and __name__ == "__main__", sys.argv
                    assert __spec__ is None and sys.modules["__main__"].__dict__ is globals()
                    assert os.environ["GREETING"] == "x=y" and os.read(0, 1) == b""
                    atexit.register(lambda: re.compile("at exit"))
                    threading.Thread(target=lambda: re.compile("thread")).start()
                    if os.fork() == 0: sys.exit(re.compile("fork") and 0)
                    os.wait()
                    print("not shown")
                    sys.exit(0)
                """,
                "lib.py": "",
            },
            "--run",
            "--arg=a b",
            "--arg=--c",
            "--env=GREETING=x=y",
        )
        patterns = self.patterns(recording)
        self.assertIn("at exit", patterns)
        self.assertIn("thread", patterns)
        self.assertNotIn("fork", patterns)

    def test_failures(self):
        for text, wanted in (
            ("import sys; print('last words'); sys.exit(3)", "it ended with exit status 3"),
            ("def f():\n  raise ValueError('bad ' + __file__)\nf()", "ValueError: bad .../_main/app.py"),
            ("raise KeyError(id(object()), __import__('os').getpid())", "KeyError"),
            ("import os; os._exit(0)", "it left the interpreter by os._exit() or exec()"),
            ("import os; os.kill(os.getpid(), 9)", "it was ended by signal 9"),
            ("import os; os.abort()", "it was ended by signal 6"),
            ("import os\nos.fork()\nwhile True: pass", "it did not end within 1.5 seconds"),
            ("import os; os.close(1); os.close(2)\nwhile True: pass", "it did not end within 1.5 seconds"),
            ("print('x' * 10**6)\nx = 1 +", None),
        ):
            with self.subTest(text):
                limit = ["--timeout=1.5"] if "while" in text else []
                recording, _, stderr = self.train({"app.py": "import re\nre.compile('a')\n" + text}, "--run", *limit)
                if wanted:
                    self.assertEqual(recording["failure"], wanted)
                else:
                    self.assertTrue(recording["failure"].startswith("SyntaxError: "), recording["failure"])
                lists = ("functions", "interned", "missing", "modules", "regexes", "sources", "warnings")
                self.assertEqual([recording[k] for k in lists], [[]] * len(lists))
                self.assertIn("pycds: warning: //a:b: training failed: " + recording["failure"], stderr)
                self.assertIn('Set startup = "none"', stderr)
                self.assertEqual(stderr.count("pycds: warning"), 1)
                self.assertLess(len(stderr), 20000)
                self.assertNotIn("trainee.py", stderr)
                if "last words" in text:
                    self.assertIn("\n    last words\n", stderr)

    def test_import_that_ends_the_process(self):
        for text, wanted, limit in (
            ("import os; os._exit(5)", "it ended with exit status 5", 60),
            ("while True: pass", "it did not end within 1 seconds", 1),
        ):
            recording, _, _ = self.train({"app.py": "import lib", "lib.py": text}, "--timeout=%d" % limit)
            self.assertEqual(recording["failure"], wanted)

    def test_what_is_left_behind_ends(self):
        self.good(
            {
                "app.py": "import lib",
                "lib.py": """
                    import os, subprocess, sys
                    os.mkdir("d"); open("d/f", "w").close()
                    left = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
                    name = os.path.dirname(os.path.realpath(__file__)) + "/pid" + os.environ["PYTHONHASHSEED"]
                    print(left.pid, file=open(name, "w"))
                """,
            }
        )
        directory = os.path.join(self.dir, "execroot", "app.runfiles", "_main")
        names = [name for name in os.listdir(directory) if name.startswith("pid")]
        self.assertEqual(len(names), 2)
        for name in names:
            with open(os.path.join(directory, name)) as f:
                pid = int(f.read())
            deadline = time.monotonic() + 60
            while self.is_running(pid) and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertFalse(self.is_running(pid))

    def is_running(self, pid):
        try:
            with open("/proc/%d/stat" % pid) as f:
                return f.read().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False

    def test_modules_in_another_order(self):
        files = {"m%d.py" % i: "" for i in range(8)}
        files["app.py"] = "import first, lib, last"
        files["lib.py"] = "for name in {'m%d' % i for i in range(8)}: __import__(name)"
        recording = self.good(files | {"first.py": "", "last.py": ""})
        modules = recording["modules"]
        self.assertEqual(modules[modules.index("first") + 1], "lib")
        # It ran after all of the set; the hash seeds differ on the set's order.
        others = [modules.index("m%d" % i) for i in range(8)]
        self.assertLess(modules.index("last"), max(others))
        self.assertGreater(min(others), modules.index("lib"))

    def test_usage(self):
        common = {"app.py": ""}
        for want, lines in (
            ("--optimize is '3', want 0, 1 or 2", ["--optimize=3"]),
            ("--output is missing", ["--output="]),
            ("--label is missing", ["--label="]),
            ("--main is '_main/app.py' and --main_module is 'app', want one of them", ["--main_module=app"]),
            ("--arg is given without --run", ["--arg=x"]),
            ("--timeout is 'soon', want seconds", ["--timeout=soon"]),
            ("--env is 'A', want NAME=VALUE", ["--env=A"]),
            ("unknown argument '--other=1'", ["--other=1"]),
            ("cannot read", ["--bundle=absent"]),
            ("params is no bytecode bundle of this version", ["--bundle=params"]),
        ):
            with self.subTest(want):
                _, _, stderr = self.train(common, *lines, status=2)
                self.assertTrue(stderr.startswith("train.py: "), stderr)
                self.assertIn(want, stderr)


if __name__ == "__main__":
    unittest.main()
