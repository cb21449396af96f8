"""A library for tests of the rules."""

GREETING = "hello"
