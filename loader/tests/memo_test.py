"""Regular expressions and generated code that archives have ready look as stock's."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from comparison import LoaderTest, cases, load_tests

HASH = {"PYTHONHASHSEED": "0"}  # hashes of patterns are printed

CASES = {
    **cases("regexes", "syntax", "library", "testsuite", "variants", "debug", "functions", "warned", "watched", "threads", env=HASH),
    **cases("generated_code", "everything", "classes", "errors", "builtin_functions", "wrong_calls", "spaces", "variants",
            "future", "replaced", "warned", "watched", "audited", "refused", "identity", "threads", env=HASH),
}


class UseTest(LoaderTest):
    """Memos are really used, else all comparisons would pass by themselves."""

    def count(self, archive):
        status, out, err = self.program.run("{app}/cases/regexes.py", "counted", loader=True, archive=archive)
        self.assertEqual((status, err), (0, ""))
        return int(out)

    def test_regexes(self):
        """Only wrong patterns and those that warn are compiled anew."""
        self.assertLess(self.count(self.program.archive), 30)
        self.assertGreater(self.count(self.program.untrained), 1000)

    def test_sources(self):
        code = """
import _pycds, generated
base = _pycds.stats()["base"]
space = {}
exec(generated.FUNCTION, space)
for code in (space["made"].__code__, compile(generated.FUNCTION, "<made 1>", "exec"), eval("lambda a, b=1: (a, b)").__code__):
    print(base <= id(code) < base + (1 << 32))
"""
        self.assertEqual(self.program.run("-c", code, loader=True), (0, "True\n" * 3, ""))
        self.assertEqual(self.program.run("-c", code, loader=True, archive=self.program.untrained), (0, "False\n" * 3, ""))


load_tests = load_tests(CASES, UseTest)

if __name__ == "__main__":
    unittest.main()
