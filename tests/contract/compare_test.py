"""Runs every case of the table under stock and from the archive, and fails with a diff.

STOCK, CDS and OPTIMIZED (CDS with `optimize = 1`) name the programs. CONTRACT_CASES, a regular expression, picks cases by name.
"""

import os
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

from tests.contract.cases import CASES, Case
from tests.contract.compare import command, difference, run


def both(case, stderr_filter=None):
    """Runs a case under stock and from the archive; returns the two outcomes."""
    strict = () if case.refused else (("PYCDS_STRICT", "1"),)
    runs = [
        ("STOCK", (("PYTHONOPTIMIZE", "1"),) if case.optimized else ()),
        ("OPTIMIZED" if case.optimized else "CDS", strict),
    ]
    with ThreadPoolExecutor(2) as pool:
        futures = [
            pool.submit(run, command(program), case.arguments.split(), case.env + extra, case.stdin, stderr_filter)
            for program, extra in runs
        ]
        return [future.result() for future in futures]


class ContractTest(unittest.TestCase):
    maxDiff = None

    def test_import_times(self):
        """PYTHONPROFILEIMPORTTIME names the same modules; their times, and those of the start, differ."""

        def names(stderr):
            found = [line.rpartition("|")[2] for line in stderr.splitlines() if line.startswith("import time:")]
            return "\n".join(name for name in found if name.strip().startswith(("sample", "space", "topics", "json", "email")))

        stock, ours = both(Case("packages specs", env=(("PYTHONPROFILEIMPORTTIME", "1"),)), names)
        self.assertIn("email.mime.text", stock.stderr)
        self.assertIn("sample.circular.first", stock.stderr)
        self.assertEqual(stock.stderr, ours.stderr)


def method(case):
    def test(self):
        stock, ours = both(case)
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
