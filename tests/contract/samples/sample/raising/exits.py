"""Leaves the process while it is imported."""

import sys

sys.exit("left from an import")
