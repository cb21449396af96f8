"""Two modules that import one another."""

from . import first
