"""Runs every case of the table under stock and from the archive, and fails with a diff.

STOCK and CDS name the two programs. CONTRACT_CASES, a regular expression, picks cases by name.
"""

import os
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

from tests.contract.cases import CASES
from tests.contract.compare import command, difference, run


class ContractTest(unittest.TestCase):
    maxDiff = None


def method(case):
    def test(self):
        strict = () if case.refused else (("PYCDS_STRICT", "1"),)
        with ThreadPoolExecutor(2) as pool:
            runs = [
                pool.submit(run, command(program), case.arguments.split(), case.env + extra, case.stdin)
                for program, extra in [("STOCK", ()), ("CDS", strict)]
            ]
            stock, ours = [future.result() for future in runs]
        self.assertEqual(stock.exit, case.exit, f"stock itself did not end as the table says:\n{stock.text()}")
        self.assertIn(case.shows, stock.stdout + stock.stderr, f"stock itself did not show it:\n{stock.text()}")
        found = difference(stock, ours)
        self.assertFalse(found, f"{case.arguments} {case.env}: not the same as stock\n{found}")

    return test


for number, case in enumerate(CASES):
    if re.search(os.environ.get("CONTRACT_CASES", ""), case.name):
        name = re.sub(r"\W+", "_", f"test_{number:03}_{case.name}")
        setattr(ContractTest, name, method(case))

if __name__ == "__main__":
    unittest.main()
