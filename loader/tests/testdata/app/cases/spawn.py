"""multiprocessing's spawn: children that import this file by its path."""
import multiprocessing
import sys

import pkg.values


def work(n):
    return n in pkg.values.SET, __name__, [k for k in ("LD_PRELOAD",) if k in __import__("os").environ]


if __name__ == "__main__":
    for method in ("spawn", "forkserver", "fork"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            print(method, pool.map(work, [1, 2]))
    sys.stdout.flush()
