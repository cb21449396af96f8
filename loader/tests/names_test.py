"""Names without archived code are found, or missed, where stock does so."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import harness
from comparison import Case, LoaderTest, cases, load_tests

CASES = {
    **cases("names", "plain", "specs", "path_last", "path_first", "path_new_list", "path_odd", "finders", "finders_raise", "hooks", "stubs", "package_path",
            "archive_file", "extensions", "namespaces", "threads", "uncaught", "uncaught_top"),
    "user_entry": Case("{app}/cases/names.py", "user_entry", env={"PYTHONPATH+": "run files/extra"}),
    "isolated": Case("-I", "-c", "import missing_top, pkg"),
    "safe_path_off": Case("-c", "import sys; print(sys.path[:1]); import missing_top", env={"PYTHONSAFEPATH": ""}),
}


class UseTest(LoaderTest):
    """The archive knows of such names, else all comparisons would pass by themselves."""

    def kinds(self, archive, *names):
        with open(archive, "rb") as f:
            kinds = {name: fields.kind for _, name, _, fields in harness.modules(f.read())}
        return [kinds.get(name) for name in names]

    def test_known(self):
        self.assertEqual(self.kinds(self.program.archive, b"missing_top", b"pkg.missing_sub", b"ns", b"pkg.values"), [4, 4, 3, 1])

    def test_looked_for_in_training(self):
        names = (b"missing_dynamic", b"pkg.missing_attribute", b"late", b"extra")
        self.assertEqual(self.kinds(self.program.archive, *names), [4, 4, 1, 3])
        self.assertEqual(self.kinds(self.program.untrained, *names), [None, None, 1, 3])


load_tests = load_tests(CASES, UseTest)

if __name__ == "__main__":
    unittest.main()
