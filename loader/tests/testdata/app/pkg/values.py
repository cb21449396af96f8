"""Constants: small and large ints, strings of every width, nested frozensets."""
NUMBERS = (0, -5, 256, 257, 1 << 40, -(1 << 100), 1.5, -0.0, 2j, True, None, ...)
TEXTS = ("", "a", "é", "name", "日本", "\U0001f40d", b"", b"x", b"bytes")
SET = {n for n in (1, "a", 300) if n in {1, 300, "a", b"q", (1, 2), None}}


def nested(x):
    return x in {(1, frozenset), "deep"} or x in {"one", "two"}


def slices(x):
    return x[1:2], x[::3]
