"""The garbage collector is after imports as it is under stock, and collects."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from comparison import LoaderTest, cases, load_tests

NAMES = ("sets", "disables", "outer_sets", "keeps", "raises", "zero", "plain", "many", "nothing_imported", "thread", "callbacks", "fork")
# With gc="freeze" what imports made is never collected.
COLLECTING = ("freezes", "garbage", "order", "survives")

CASES = {
    **cases("collector", *NAMES, *COLLECTING),
    **{f"off_{name}": case for name, case in cases("collector", *NAMES, *COLLECTING, gc="off").items()},
    # gc="freeze" differs by what it is for: objects are frozen after imports.
    **{f"freeze_{name}": case for name, case in cases("collector", *NAMES, gc="freeze", normalize=lambda text: text.replace(") True ", ") False ")).items()},
}


class ModeTest(LoaderTest):
    CODE = "import gc, collected.many; print(gc.get_freeze_count() > 10000, gc.get_threshold())"

    def test_freeze(self):
        stock = self.program.run("-c", self.CODE)
        self.assertEqual(self.program.run("-c", self.CODE, loader=True, gc="freeze"),
                         (0, stock[1].replace("False", "True"), ""))

    def test_others(self):
        stock = self.program.run("-c", self.CODE)
        for mode in ("defer", "off", "unheard of"):
            with self.subTest(mode=mode):
                self.assertEqual(self.program.run("-c", self.CODE, loader=True, gc=mode), stock)

    START = "import gc, sys; print([s['collections'] for s in gc.get_stats()] == [0, 0, 0], gc.isenabled(), gc.get_threshold())"

    def started(self, *options, **more):
        status, out, err = self.program.run(*options, "-c", self.START, loader=True, **more)
        self.assertEqual((status, err), (0, ""))
        without, out = out.split(" ", 1)
        self.assertEqual(out, self.program.run(*options, "-c", self.START)[1].split(" ", 1)[1])
        return without == "True"

    def test_start(self):
        """The interpreter starts without a collection, and the program has a collector."""
        paused = self.program.run("-c", "import sys; print(sys.version_info[:2] != (3, 12))")[1] == "True\n"
        for mode, without in (("defer", paused), ("freeze", paused), ("off", False)):
            for options in (), ("-S",), ("-I",):
                with self.subTest(mode=mode, options=options):
                    self.assertEqual(self.started(*options, gc=mode), without)
                    self.started(*options, gc=mode, site="full")  # site may collect

    def test_start_refused(self):
        """Without an archive the collector is on, too."""
        self.started(archive="/nowhere/x")

    def test_start_with_customize(self):
        """Code of others that runs before the program has a collector."""
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "sitecustomize.py"), "w", encoding="utf-8") as f:
                f.write("import gc; print(gc.isenabled())")
            self.assertEqual(self.program.run("-c", "", loader=True, site="full", env={"PYTHONPATH+": directory}), (0, "True\n", ""))

    def test_deferred(self):
        """Collections are really put off, else all comparisons would pass by themselves."""
        code = "import gc; n = gc.get_stats(); import collected.many; print(sum(s['collections'] for s in gc.get_stats()) - sum(s['collections'] for s in n))"
        for mode, fewer in (("defer", True), ("freeze", True), ("off", False)):
            with self.subTest(mode=mode):
                stock = int(self.program.run("-c", code)[1])
                ours = int(self.program.run("-c", code, loader=True, gc=mode)[1])
                self.assertEqual(2 * ours < stock, fewer, (ours, stock))


load_tests = load_tests(CASES, ModeTest)

if __name__ == "__main__":
    unittest.main()
