"""Makes containers that stay, more than collector and loader let pass."""
KEPT = [{i: [i]} for i in range(20000)]
