"""A program whose import ends it."""

import re

import leaves

print("not reached", re, leaves)
