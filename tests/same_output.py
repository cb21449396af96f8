"""Runs one program under stock and from its archive, and compares all that they leave.

STOCK and CDS name the two executables. STDERR=ignore leaves standard error out. SHOWS is a text
that standard output must hold. Arguments are passed on to both.
"""

import os
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
