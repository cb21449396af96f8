"""Imports by every function there is while it is imported."""

import importlib
from importlib import import_module

relative = import_module("..shapes", __package__)
absolute = importlib.import_module("sample.shapes")
dunder = __import__("sample.shapes", globals(), locals(), ["Square"], 0)
top = __import__("sample.shapes")
from .. import *
from ..shapes import Square as shape
