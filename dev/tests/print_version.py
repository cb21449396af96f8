"""Prints the interpreter's version and the command line's arguments."""

import sys

print("%d.%d" % sys.version_info[:2], *sys.argv[1:])
