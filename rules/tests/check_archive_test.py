"""Tests that check_archive.py sees every kind of difference."""

import importlib.util
import os
import sys
import types
import unittest

# There is no archive here.
sys.modules["_pycds"] = types.ModuleType("_pycds")

_PATH = os.path.join(os.path.dirname(__file__), "..", "private", "check_archive.py")
_spec = importlib.util.spec_from_file_location("check_archive", _PATH)
check_archive = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check_archive)

SOURCE = """
def f(a, *, b=1.0):
    x = (1, 2.0, "s", b"b", None, ...)
    try:
        return {1: a in {"p", "q"}}
    except KeyError:
        return lambda: (x, b)
"""


def compiled(source=SOURCE, filename="m.py"):
    return compile(source, filename, "exec", dont_inherit=True)


def changed(text, by):
    assert text in SOURCE, text
    return compiled(SOURCE.replace(text, by))


class Differences(unittest.TestCase):
    def found(self, archived):
        return "\n".join(check_archive.differences(archived, compiled(), "m"))

    def test_same(self):
        self.assertEqual(self.found(compiled()), "")

    def test_changes(self):
        for text, by, field in [
            ("2.0", "3.0", "co_consts"),
            ("2.0", "2", "co_consts"),
            ("2.0", "-2.0", "co_consts"),
            ('"s"', 'b"s"', "co_consts"),
            ('"q"', '"r"', "co_consts"),
            ('"q"}', '"q", "r"}', "co_consts"),
            (', ...)', ')', "co_consts"),
            ("KeyError", "OSError", "co_names"),
            ("(a,", "(c,", "co_varnames"),
            ("def f", "def g", "co_names"),
            ("(x, b)", "(b, x)", "co_code"),
            ("\n        return", "\n\n        return", "co_linetable"),
            ("b=1.0", "b=1.5", "co_consts"),
            ("*, b", "b", "co_code"),
        ]:
            with self.subTest(text, by=by):
                self.assertIn(field, self.found(changed(text, by)))

    def test_filename(self):
        self.assertIn("co_filename", self.found(compiled(filename="n.py")))

    def test_every_field(self):
        code = compiled()
        for name, value in {
            "co_argcount": 0,
            "co_exceptiontable": b"\x01",
            "co_firstlineno": 7,
            "co_flags": code.co_flags | 0x80,
            "co_qualname": "q",
            "co_stacksize": 99,
        }.items():
            if getattr(code, name) == value:
                continue
            with self.subTest(name):
                self.assertIn(name, self.found(code.replace(**{name: value})))

    def test_floats(self):
        for a, b in [(0.0, -0.0), (1.0, 1), (1, True), (float("nan"), 0.0), (0j, -0j)]:
            with self.subTest(a=a, b=b):
                self.assertNotEqual(list(check_archive.differences(a, b, "m")), [])
        nan = float("nan")
        self.assertEqual(list(check_archive.differences(nan, float("nan"), "m")), [])

    def test_not_code(self):
        check_archive._pycds.get_code = lambda name: None
        self.assertEqual(check_archive.check("m"), ["m: get_code returned None"])

    def test_no_source(self):
        check_archive._pycds.get_code = lambda name: compiled(filename="/no/such/file.py")
        self.assertIn("its source file cannot be read", check_archive.check("m")[0])


if __name__ == "__main__":
    unittest.main()
