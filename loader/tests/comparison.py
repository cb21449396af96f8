"""Runs programs with and without the loader and compares all that they show.

A test module has a table CASES and `load_tests = comparison.load_tests(CASES)`.
"""

import re
import unittest

import harness

# Each case is run with all of these. A mode's name is part of the test's.
MODES = {
    "": (True, {}),
    "_relocated": (True, {"PYCDS_RELOCATE": "1"}),
    "_untrained": (False, {}),
    "_untrained_relocated": (False, {"PYCDS_RELOCATE": "1"}),
}


class Case:
    """A program and how it is run.

    args: of the interpreter. env: variables of its environment. only: the parts that
    are compared. normalize: function of a part's text. again: how often. needs: name of a
    method of Program that tells whether the case can run. more: arguments of Program.run().
    """

    def __init__(self, *args, env=None, only=("status", "stdout", "stderr"), normalize=str, again=1,
                 needs=None, **more):
        self.args, self.env, self.only, self.normalize = args, env or {}, only, normalize
        self.again, self.needs, self.more = again, needs, more

    def main(self):
        """Returns the program's file, relative to the runfiles, None if there is none."""
        for arg in self.args:
            if arg.startswith("{app}/") and arg.endswith(".py"):
                return arg.replace("{app}", "app")
            if arg in ("-c", "-m"):
                return None
        return None


def cases(file, *modes, **more):
    """Returns the table of the modes of a program of testdata/app/cases."""
    return {f"{file}_{mode}": Case("{app}/cases/" + file + ".py", mode, **more) for mode in modes}


def normalize(text):
    """Takes out what differs between two runs of the same program."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text)
    text = re.sub(r"/tmp/tmp\w+", "/tmp/x", text)
    text = re.sub(r"_pycds\.ArchiveLoader|\bArchiveLoader\b", lambda m: m[0].replace(
        "_pycds.ArchiveLoader", "_frozen_importlib_external.SourceFileLoader").replace(
        "ArchiveLoader", "SourceFileLoader"), text)
    text = re.sub(r"-v: .*|^#.*|^import .*", "", text, flags=re.M) if text.startswith("import _frozen") else text
    return re.sub(r"run=1 errors=0 failures=0|in [0-9.]+s", "", text)




class LoaderTest(unittest.TestCase):
    maxDiff = None
    program = None

    def run_both(self, name, case, mode):
        if case.needs and not getattr(self.program, case.needs)():
            self.skipTest(f"{self.program.python}: not {case.needs}")
        trained, extra = MODES[mode]
        archive = self.program.archive_for(self.program.main_of(case.main()), trained)
        stock = self.program.run_stock(*case.args, env=case.env, **case.more)
        for _ in range(case.again):
            ours = self.program.run(*case.args, env=dict(case.env, **extra), loader=True, archive=archive, **case.more)
            for part, want, found in zip(("status", "stdout", "stderr"), stock, ours):
                if part in case.only:
                    with self.subTest(python=self.program.python, case=name, mode=mode, part=part):
                        self.assertEqual(case.normalize(normalize(str(want))), case.normalize(normalize(str(found))))


def add_comparisons(cls, table):
    """Adds a test for each case in each mode."""
    for name, case in table.items():
        for mode in MODES:
            def test(self, name=name, case=case, mode=mode):
                self.run_both(name, case, mode)
            setattr(cls, f"test_{name}{mode}", test)


def load_tests(table, *classes):
    """Returns the function load_tests() of a test module.

    table: {name: Case}. classes: further tests, subclasses of LoaderTest.
    """
    def load(loader, _, pattern):
        suite = unittest.TestSuite()
        for python in harness.pythons():
            program = harness.Program(python)
            compare = type("CompareTest", (LoaderTest,), {})
            add_comparisons(compare, table)
            for base in (*classes, compare):
                made = type(base.__name__, (base,), {"program": program, "__doc__": python})
                suite.addTests(loader.loadTestsFromTestCase(made))
            unittest.addModuleCleanup(program.remove)
        return suite
    return load


def stats(program, code, **more):
    """Runs code and returns what _pycds.stats() says then."""
    status, out, err = program.run(
        "-c", code + "\nimport _pycds; print('STATS', _pycds.stats())", loader=True, **more)
    if status != 0:
        raise AssertionError(err)
    return eval(out.rpartition("STATS")[2])
