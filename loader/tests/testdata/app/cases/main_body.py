"""A main file whose body ends in an exception at the top level."""
from __future__ import annotations

import sys

x: Unknown = 1
print(__annotations__, __name__, sys._getframe().f_code.co_flags)
for n in range(2):
    [y for y in range(n)]
lines = []
sys.settrace(lambda frame, event, arg: lines.append((event, frame.f_code.co_name)))
(lambda: 0)()
sys.settrace(None)
print(lines)
try:
    raise KeyError(1)
except KeyError as error:
    raise ValueError("in the body") \
        from error
