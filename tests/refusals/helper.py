"""What program.py imports: constants of several types, a standard module, and a failure."""

import textwrap

KINDS = ("text", b"bytes", 10**30, 1.5, frozenset({"a", "b"}), None, ("nested", ("tuple",)))


def wrapped(text):
    """Returns the text in lines of twenty characters."""
    return textwrap.fill(text, 20), [kind for kind in KINDS if kind in {"text", 1.5, None}]


def fail(table):
    return table["in"]["there is no such key"]
