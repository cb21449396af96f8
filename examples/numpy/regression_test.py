"""Tests the computations."""

import unittest

import numpy as np
from examples.numpy import regression


class RegressionTest(unittest.TestCase):
    def test_fit(self):
        self.assertEqual(regression.fit(), ([2.0, -3.0, 5.0], 3))

    def test_tones(self):
        self.assertEqual(regression.tones(), [50, 120])

    def test_extension_modules(self):
        with np.errstate(divide="raise"), self.assertRaises(FloatingPointError):
            np.array([1.0]) / np.array([0.0])
        solved = np.linalg.solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 4.0]))
        np.testing.assert_allclose(solved, [1.0, 1.0])


if __name__ == "__main__":
    unittest.main()
