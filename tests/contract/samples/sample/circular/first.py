"""Imports second before it has defined anything."""

from . import second

NAME = "first"


def both():
    return NAME, second.NAME, second.early
