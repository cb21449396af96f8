"""The interpreter is the one asked for, and its own: nothing of the system's."""

import importlib
import os
import sys
import sysconfig
import unittest

# Extension modules with libraries of their own: the ones that fail where something is missing.
EXTENSIONS = ["_ctypes", "_decimal", "_hashlib", "_lzma", "_bz2", "_sqlite3", "_ssl", "_uuid", "readline", "zlib"]


class InterpreterTest(unittest.TestCase):
    def setUp(self):
        # Through RunEnvironmentInfo: also the transition rule must hand it on.
        self.expected = os.environ["EXPECTED_INTERPRETER"]
        self.flavour, self.version = self.expected.split("_")

    def test_version(self):
        self.assertEqual("%d.%d" % sys.version_info[:2], self.version, sys.version)

    def test_flavour(self):
        compiler = {"deb": "GCC", "pbs": "Clang"}[self.flavour]
        self.assertIn(compiler, sys.version)

    def test_shared(self):
        """dev/interpreters.bzl says which interpreters are in libpython.so."""
        with open("/proc/self/maps") as maps:
            shared = "/libpython" + self.version in maps.read()
        self.assertEqual(shared, self.expected in ("pbs_3.11", "pbs_3.12", "pbs_3.13"))

    def test_own_standard_library(self):
        repository = "python_%s_%s" % (self.version.replace(".", "_"), self.flavour)
        for path in (sys.prefix, os.__file__, sysconfig.get_path("stdlib"), sys.executable):
            self.assertIn(repository, path)
        for path in sys.path:
            self.assertFalse(path.startswith("/usr/"), path)

    def test_extension_modules(self):
        for name in EXTENSIONS:
            with self.subTest(name):
                importlib.import_module(name)

    def test_left_out(self):
        for name in ("idlelib", "test", "turtledemo"):
            with self.subTest(name), self.assertRaises(ImportError):
                importlib.import_module(name)

    def test_data(self):
        with open(os.path.join(os.path.dirname(__file__), "data.txt")) as file:
            self.assertEqual(file.read(), "a data file\n")


if __name__ == "__main__":
    print(sys.version)
    unittest.main()
