"""numpy works, with the BLAS and LAPACK beside it and not the system's."""

import unittest

import numpy


class NumpyTest(unittest.TestCase):
    def test_linalg(self):
        inverse = numpy.linalg.inv(numpy.array([[2.0, 0.0], [0.0, 4.0]]))
        self.assertEqual(inverse.tolist(), [[0.5, 0.0], [0.0, 0.25]])

    def test_random(self):
        self.assertEqual(numpy.random.default_rng(1).integers(10, size=3).shape, (3,))

    def test_libraries(self):
        with open("/proc/self/maps") as maps:
            libraries = {line.split()[-1] for line in maps if "/lib" in line and ".so" in line}
        for name in ("libblas.so.3", "liblapack.so.3", "libgfortran.so.5"):
            paths = [path for path in libraries if path.endswith("/" + name)]
            self.assertEqual(len(paths), 1, paths)
            self.assertIn("numpy.libs/", paths[0])


if __name__ == "__main__":
    unittest.main()
