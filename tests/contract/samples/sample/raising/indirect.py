"""Imports a module that raises."""

from sample.raising import body
