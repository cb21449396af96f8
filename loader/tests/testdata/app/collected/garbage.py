"""A program that never leaves its import makes more garbage than fits."""
import weakref

COLLECTED = 0


class Node:
    pass


def gone(reference):
    global COLLECTED
    COLLECTED += 1


references = []
for i in range(600000):
    a, b = Node(), Node()
    a.other, b.other = b, a
    if i % 1000 == 0:
        references.append(weakref.ref(a, gone))
