"""A computation with numpy: linear regression, spectra, integers and strings of fixed seed.

Results are rounded or integral, so that they do not depend on the processor's vector units.
"""

import io

import numpy as np


def fit():
    """Fits a plane to exact points and returns its coefficients."""
    generator = np.random.default_rng(20240102)
    points = generator.integers(-50, 50, size=(200, 2)).astype(float)
    heights = points @ np.array([2.0, -3.0]) + 5.0
    design = np.column_stack([points, np.ones(len(points))])
    coefficients, _, rank, _ = np.linalg.lstsq(design, heights, rcond=None)
    return [float(value) for value in np.round(coefficients, 6)], int(rank)


def tones():
    """Returns the frequencies found in a signal of two tones."""
    time = np.arange(1024) / 1024
    signal = np.sin(2 * np.pi * 50 * time) + 0.5 * np.cos(2 * np.pi * 120 * time)
    power = np.abs(np.fft.rfft(signal))
    return sorted(int(index) for index in np.argsort(power)[-2:])


def main():
    print("plane", *fit())
    print("tones", tones())
    matrix = np.arange(1, 10).reshape(3, 3) + np.eye(3, dtype=int)
    print("determinant", round(float(np.linalg.det(matrix)), 6))
    print("power", np.linalg.matrix_power(matrix, 5).tolist())
    table = np.array([("ann", 3), ("bob", 5)], dtype=[("name", "U8"), ("count", "i4")])
    print("table", table[table["count"] > 3].tolist(), table.dtype.itemsize)
    saved = io.BytesIO()
    np.savez(saved, matrix=matrix, table=table)
    saved.seek(0)
    with np.load(saved) as loaded:
        print("saved", sorted(loaded.files), bool((loaded["matrix"] == matrix).all()))
    print("polynomial", np.polynomial.Polynomial([6, -5, 1]).roots().round(6).tolist())
    print("dates", np.arange("2024-02-27", "2024-03-02", dtype="datetime64[D]").astype(str).tolist())
    print("sum", np.einsum("ij,jk->", matrix, matrix).item(), np.ma.masked_less(matrix, 5).sum().item())


if __name__ == "__main__":
    main()
