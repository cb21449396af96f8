from .circular_bad import something
