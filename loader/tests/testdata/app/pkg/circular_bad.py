from .circular_worse import missing
