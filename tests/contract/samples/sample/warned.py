"""Warns at import, for itself and for whoever imports it, and in functions."""

import warnings

warnings.warn("about the module itself")
warnings.warn("about whoever imports it", DeprecationWarning, stacklevel=2)


def old(level=2):
    warnings.warn(
        f"old() at level {level}", FutureWarning, stacklevel=level
    )


def twice():
    for _ in range(2):
        old(1)
