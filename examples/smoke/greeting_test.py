"""A test; its modules come from an archive."""

import unittest

import greeting


class GreetingTest(unittest.TestCase):
    def test_greet(self):
        self.assertEqual(greeting.greet("world"), "Hello, world!")

    def test_comes_from_the_archive(self):
        import _pycds

        self.assertIn("greeting", _pycds.stats()["imported"])


if __name__ == "__main__":
    unittest.main()
