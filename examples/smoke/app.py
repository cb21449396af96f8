"""A program."""

import sys

import greeting

print(greeting.greet(" ".join(sys.argv[1:]) or "world"))
