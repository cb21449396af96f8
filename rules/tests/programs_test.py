"""Runs what the macros declare: NAME against NAME.stock."""

import json
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


def training(name):
    with open(os.path.join(DIRECTORY, name + ".pycds.training"), encoding="ascii") as f:
        return json.load(f)


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

    def test_trained(self):
        for name in ("trained", "trained_module"):
            result = run(name, "x")
            self.assertEqual(result, run(name + ".stock", "x"))
            self.assertIn("Found(word='ab', number='12')", result[1])
            self.assertEqual(result, run(name, "x", PYCDS="0"))

    def test_training_with_arguments(self):
        for name in ("trained", "trained_module"):
            recording = training(name)
            self.assertIsNone(recording["failure"])
            self.assertIn("dataclasses", recording["modules"])
            patterns = [regex["pattern"] for regex in recording["regexes"]]
            self.assertIn(r"(?P<word>[a-z]+)(?P<number>\d+)?", patterns)
            self.assertIn("[x-z]+", patterns)  # of main()
            texts = "\n".join(source["text"] for source in recording["sources"])
            self.assertIn("found = Found('eval', None)", texts)
            self.assertIn("number", texts)  # of the dataclass

    def test_training_that_fails(self):
        recording = training("hello_run")
        self.assertEqual(recording["failure"], "it ended with exit status 3")
        self.assertEqual(recording["modules"], [])
        self.assertEqual(run("hello_run", "x"), run("hello_run.stock", "x"))

    def test_import_that_ends_the_program(self):
        recording = training("exits")
        self.assertIsNone(recording["failure"])
        self.assertEqual(recording["warnings"], ["import of leaves raised SystemExit: 7"])
        self.assertEqual([m for m in recording["modules"] if m in ("re", "leaves")], ["re", "leaves"])
        status, out, err = run("exits")
        self.assertEqual((status, out, err), run("exits.stock"))
        self.assertEqual((status, out, err), (7, "", ""))


if __name__ == "__main__":
    unittest.main()
