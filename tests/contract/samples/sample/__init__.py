"""A package that the contract's topics import, inspect, trace, reload and pickle."""

__all__ = ["shapes", "language"]
VERSION = "1.0"
