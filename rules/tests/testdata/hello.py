"""A program for tests of the rules."""

import sys

import greeting

if __name__ == "__main__":
    print(greeting.GREETING, __file__, __spec__)
    for name, value in greeting.facts().items():
        print(name, value)
    if "archive" in sys.argv:
        import _pycds

        print("archived" if "greeting" in _pycds.stats()["imported"] else "not archived")
    sys.exit(3)
