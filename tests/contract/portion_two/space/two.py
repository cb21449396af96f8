"""The other portion of the namespace package space."""

from . import one

NAME = __name__, one.NAME
