"""Runs one topic of the contract: `contract.py TOPIC [ARGUMENT...]`.

The same file runs under py_binary and under py_cds_binary; compare_test.py compares the two.
"""

import importlib
import sys

marker = "an attribute of __main__"


class InMain:
    """A class that is pickled and sent to child processes by way of __main__."""

    def __init__(self, value):
        self.value = value


def in_main(value):
    return value * 2


def main():
    return importlib.import_module("topics." + sys.argv[1]).run(*sys.argv[2:])


if __name__ == "__main__":
    main()
