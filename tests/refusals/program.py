"""A small program that prints, and ends with an exception of an imported module."""

import sys

from tests.refusals import helper

print(helper.wrapped("a program whose archive is damaged in every way there is"))
print(sys.argv[1:], sys.flags.optimize, exit, len(sys.path), helper.__file__, helper.__spec__.origin)
helper.fail({"in": {}})
