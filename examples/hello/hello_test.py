"""Tests the results of hello."""

import sys
import unittest

from examples.hello import hello


class HelloTest(unittest.TestCase):
    def test_report(self):
        report = hello.report()
        self.assertEqual(report[0], "Hello, world!")
        self.assertIn("sqlite: 42", report)
        self.assertIn("decimal: 0.3", report)

    def test_many_modules(self):
        self.assertGreater(len(sys.modules), 250)

    def test_greeting(self):
        self.assertEqual(str(hello.Greeting("you", "Good morning")), "Good morning, you!")
        self.assertEqual(repr(hello.Greeting("x")), "Greeting(name='x', words='Hello')")


if __name__ == "__main__":
    unittest.main()
