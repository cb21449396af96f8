"""Functions whose tracebacks have carets in every shape."""


def subscripts(table):
    return table["a"]["b"]["c"] + table["d"]


def calls():
    def inner(depth):
        if depth:
            return inner(depth - 1)
        return (lambda: max(1, 2, key=lambda value: value.missing))()

    return inner(3)


def operators(left, right):
    return (left * 2
            + right) ** 2


def chained():
    try:
        subscripts({"a": {"b": {}}})
    except KeyError as error:
        try:
            operators(1, "one")
        except TypeError as second:
            second.add_note("a note on the second")
            raise RuntimeError("chained with a cause") from error


def context():
    try:
        calls()
    finally:
        raise ValueError("raised while another was handled")


def group():
    errors = []
    for job in (calls, chained, lambda: subscripts({})):
        try:
            job()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("several", errors)


def recursive(depth=0):
    return recursive(depth + 1) + 1


class Broken:
    def __del__(self):
        raise OSError("in __del__")

    def __repr__(self):
        raise OSError("in __repr__")

    @property
    def value(self):
        return [number.missing for number in range(3)]


def generator():
    yield 1
    yield (yield from (1 / number for number in (1, 0)))


async def coroutine():
    async def later():
        raise LookupError("in a coroutine")

    return await later()


def assertion(value):
    assert value == [
        1,
        2,
    ], f"not the value: {value!r}"
