"""Imports of several threads do under the loader what they do under stock."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from comparison import cases, load_tests

CASES = cases("locks", "same", "switching", "pair", "three", "failing", "failing_then_works", "deadlock", "itself", "hooks",
              "fork", "interrupted", "many", "watched", timeout=30)

load_tests = load_tests(CASES)

if __name__ == "__main__":
    unittest.main()
