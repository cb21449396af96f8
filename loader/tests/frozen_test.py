"""The interpreter's frozen modules have their code from the archive, and look as stock's."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from comparison import Case, LoaderTest, cases, load_tests

CASES = {
    **cases("frozen", "modules", "code", "function", "again", "traceback", "source", "traced"),
    "full_site": Case("{app}/cases/frozen.py", "modules", site="full"),
    "off": Case("-X", "frozen_modules=off", "{app}/cases/frozen.py", "modules"),
    "module": Case("-m", "cases.frozen", "function"),
    "command": Case("-c", "import sys; sys.argv[1:] = ['function']; import cases.frozen"),
}

ARCHIVED = """
import _pycds, _collections_abc, codecs, os, posixpath, stat
base = _pycds.stats()["base"]
functions = os.getenv, posixpath.join, codecs.open, stat.S_ISREG if stat.S_ISREG.__module__ == "stat" else os.getenv
print([base <= id(f.__code__) < base + (1 << 32) for f in functions])
"""


class UseTest(LoaderTest):
    """The archive's code is really used, else all comparisons would pass by themselves."""

    def used(self, *options):
        status, out, err = self.program.run(*options, "-c", ARCHIVED, loader=True)
        self.assertEqual((status, err), (0, ""))
        return set(eval(out))

    def test_used(self):
        version = self.program.run("-c", "import sys; print(sys.version_info[:2])")[1]
        self.assertEqual(self.used(), {eval(version) >= (3, 13)})


load_tests = load_tests(CASES, UseTest)

if __name__ == "__main__":
    unittest.main()
