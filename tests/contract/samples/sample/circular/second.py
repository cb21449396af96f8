"""Imports first while first is being imported."""

import sample.circular.first as partial

early = hasattr(partial, "NAME"), partial.__spec__._initializing
try:
    from sample.circular.first import NAME as too_early
except ImportError as error:
    early += (str(error).partition(" (/")[0],)
NAME = "second"
