"""Imports a name that its package does not have."""

from sample.shapes import Square, no_such_name
