"""Modules that play with the import system."""
