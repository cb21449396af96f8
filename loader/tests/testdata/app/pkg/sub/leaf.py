import functools


@functools.lru_cache
def double(n):
    return n * 2


def fail(depth):
    if depth:
        return fail(depth - 1)
    return {}["missing"] + double(depth)
