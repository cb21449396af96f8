"""Tests the tables."""

import unittest

from examples.pandas import orders


class OrdersTest(unittest.TestCase):
    def test_read(self):
        table = orders.read()
        self.assertEqual(table["town"].tolist(), ["Ulm", "Oslo", "Ulm", "Ulm", "Oslo"])
        self.assertEqual(str(table["when"].iloc[2]), "2024-03-31 05:05:00+02:00")

    def test_sums(self):
        sums = orders.read().groupby("customer")["amount"].sum()
        self.assertEqual(sums.to_dict(), {"ann": 42.5, "bob": 12.0, "cid": 0.0})


if __name__ == "__main__":
    unittest.main()
