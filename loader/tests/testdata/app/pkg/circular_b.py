from . import circular_a

B = hasattr(circular_a, "A")
