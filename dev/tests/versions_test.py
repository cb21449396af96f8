"""The rules of versions.bzl that build for one interpreter, seen from a test under another."""

import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(__file__)


class VersionsTest(unittest.TestCase):
    def test_own_version_is_the_default(self):
        self.assertEqual(sys.version_info[:2], (3, 14))

    def test_py_version_binary(self):
        for interpreter in ("pbs_3.12", "deb_3.15"):
            with self.subTest(interpreter):
                program = os.path.join(HERE, "print_version_" + interpreter)
                output = subprocess.check_output([program, "an argument"], text=True)
                self.assertEqual(output, interpreter[len("pbs_"):] + " an argument\n")

    def test_py_version_files(self):
        with open(os.path.join(HERE, "which_interpreter.txt")) as file:
            self.assertEqual(file.read(), "pbs_3.11\n")


if __name__ == "__main__":
    unittest.main()
