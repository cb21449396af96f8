"""Runs one program under stock and from its archive, and compares all that they leave.

STOCK and CDS name the two executables. STDERR=ignore leaves standard error out. SHOWS is a text
that standard output must hold, EXIT what the loader must say of the interpreter's end. Arguments
are passed on to both.
"""

import os
import re
import sys
import unittest

from tests.contract.compare import command, difference, run


class SameOutputTest(unittest.TestCase):
    def test_same(self):
        ignored = (lambda text: "") if os.environ.get("STDERR") == "ignore" else None
        stock = run(command("STOCK"), sys.argv[1:], stderr_filter=ignored)
        ours = run(command("CDS"), sys.argv[1:], (("PYCDS_STRICT", "1"),), stderr_filter=ignored)
        self.assertEqual(stock.exit, 0, f"stock itself failed\n{stock.text()}")
        self.assertIn(os.environ["SHOWS"], stock.stdout)
        found = difference(stock, ours)
        self.assertFalse(found, f"not the same as stock\n{found}")

    def test_exit(self):
        ours = run(command("CDS"), sys.argv[1:], (("PYCDS_VERBOSE", "1"),))
        said = re.findall(r"^pycds: exit: (.*)$", ours.stderr, re.M)
        self.assertEqual(said[-1:], [os.environ["EXIT"]], ours.text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
