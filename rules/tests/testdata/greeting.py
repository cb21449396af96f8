"""A library and, as a main module, a program for tests of the rules."""

import sys

GREETING = "hello"


def facts():
    """Returns what a program can see of how it was started."""
    return {
        "argv": sys.argv,
        "debug": __debug__,
        "doc": facts.__doc__ is not None,
        "file": __file__,
        "flags": str(sys.flags),
        "name": __name__,
        "path": sys.path,
        "prefix": sys.prefix,
    }


if __name__ == "__main__":
    print(facts())
