"""Runs CPython's own tests of re.

AT_LEAST: how many patterns the archive must have, each of which is then compared with one that is
compiled afresh.
"""

import os
import re
import sys
import unittest
import warnings

from test import test_re


class MemoTest(unittest.TestCase):
    def setUp(self):
        if "AT_LEAST" not in os.environ:
            self.skipTest("AT_LEAST is not set: stock")

    def test_patterns(self):
        import _pycds

        memos = _pycds.regexes()
        print(f"{len(memos)} patterns of the archive", file=sys.stderr)
        self.assertGreaterEqual(len(memos), int(os.environ["AT_LEAST"]))
        for pattern, flags in memos:
            with self.subTest(pattern=pattern, flags=flags), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # A subclass of str or bytes is no key of a memo.
                kind = type("Fresh", (type(pattern),), {})
                ready = re._compiler.compile(pattern, flags)
                fresh = re._compiler.compile(kind(pattern), flags)
                # Compares the code that matches, too (Modules/_sre/sre.c, pattern_richcompare()).
                self.assertEqual(ready, fresh)
                self.assertEqual(hash(ready), hash(fresh))
                self.assertEqual((ready.flags, ready.groups, ready.groupindex), (fresh.flags, fresh.groups, fresh.groupindex))


def load_tests(loader, _tests, _pattern):
    return unittest.TestSuite([loader.loadTestsFromModule(test_re), loader.loadTestsFromTestCase(MemoTest)])


if __name__ == "__main__":
    # In training there is no archive.
    if "--quiet" in sys.argv:
        os.environ.pop("AT_LEAST", None)
    unittest.main()
