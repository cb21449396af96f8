"""Modules that raise."""
