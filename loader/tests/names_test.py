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

    def test_known(self):
        with open(self.program.archive, "rb") as f:
            kinds = {name: fields.kind for _, name, _, fields in harness.modules(f.read())}
        self.assertEqual([kinds.get(name) for name in (b"missing_top", b"pkg.missing_sub", b"ns", b"pkg.values")], [4, 4, 3, 1])


load_tests = load_tests(CASES, UseTest)

if __name__ == "__main__":
    unittest.main()
