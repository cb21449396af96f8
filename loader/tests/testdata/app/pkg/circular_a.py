from . import circular_b

A = 1
