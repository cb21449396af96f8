"""Runs as a module: prints what __main__ is then."""

import sys

print("runnable", __name__, __package__, __spec__ and __spec__.name, sys.argv[1:], sys.argv[0] == __file__)
if __name__ == "__main__":
    print("as main", sys.modules["__main__"].__dict__.get("__name__"))
answer = 42
