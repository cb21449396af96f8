"""A library."""

import textwrap


def greet(name):
    return textwrap.shorten(f"Hello,   {name}!", 40)
