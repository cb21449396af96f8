"""Runs what the macros declare: NAME against NAME.stock."""

import os
import subprocess
import unittest

DIRECTORY = os.path.dirname(os.path.abspath(__file__))


def run(name, *args, **env):
    result = subprocess.run(
        [os.path.join(DIRECTORY, name), *args],
        capture_output=True,
        env=dict(os.environ, PYCDS_STRICT="1", **env),
        text=True,
    )
    # The launcher's name is not seen by the program.
    return result.returncode, result.stdout, result.stderr


class Programs(unittest.TestCase):
    maxDiff = None

    def test_file(self):
        status, out, err = run("hello", "x")
        self.assertEqual((status, out, err), run("hello.stock", "x"))
        self.assertEqual(status, 3, err)
        self.assertTrue(out.startswith("hello "), out)

    def test_module(self):
        status, out, err = run("hello_module", "x", "y z")
        self.assertEqual((status, out, err), run("hello_module.stock", "x", "y z"))
        self.assertEqual(status, 0, err)

    def test_uses_archive(self):
        status, out, err = run("hello", "archive")
        self.assertEqual(out.splitlines()[-1:], ["archived"], err)

    def test_without_archive(self):
        self.assertEqual(run("hello", "x"), run("hello", "x", PYCDS="0"))

    def test_optimize_and_interpreter_args(self):
        status, out, err = run("hello_optimized", "archive")
        lines = out.splitlines()
        self.assertIn("debug False", lines, err)
        self.assertIn("doc False", lines)
        self.assertIn("optimize=2", out)
        self.assertIn("dev_mode=True", out)
        self.assertEqual(lines[-1], "archived")


if __name__ == "__main__":
    unittest.main()
