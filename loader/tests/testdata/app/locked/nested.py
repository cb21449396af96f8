"""Imports from an import hook, and from the body."""
import locked.leaf_a
from . import leaf_b
