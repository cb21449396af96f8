"""A package whose import runs code of every kind the loader binds."""
from . import values
from .sub import leaf

ALL = values.NUMBERS, values.TEXTS, sorted(map(repr, values.SET))
