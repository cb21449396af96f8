"""Code that uses most of the language; its results are checked, and its loops run hot."""

import asyncio
import contextlib
import functools


def constants():
    """Returns one of every kind of constant."""
    return [
        None, True, False, ..., 0, 1, -1, 255, 256, 257, -5, -6, 2**15, 2**30, 2**31, -(2**30), 2**60,
        2**63, -(2**64), 10**50, -(10**50), 0.0, -0.0, 1.5, 1e300, -1e-300, float("inf"), 1j, -0.0j, 2.5 + 1j,
        b"", b"a", b"\x00\xff" * 5, "", "a", "ab", "with space", "\x00", "\xe9", "\xe9t\xe9", "\u20ac", "caf\u20ac",
        "\U0001f40d", "snake \U0001f40d", "\ud800", "nul\x00inside", "x" * 30,
        (), (1,), ("a", 1), (1, (2, (3, ("four", b"5", 6.0)))), (None, True, ...), ((), ((),)),
    ]


def sets(value):
    return [
        value in {1, 2, 3}, value in {"one", "two"}, value in {b"x", 2.5, (1, 2)},
        [number for number in range(5) if number in {0, 2, 4, 6}],
    ]


def closures():
    total = 0

    def add(number):
        nonlocal total
        total += number
        return total

    return [add(number) for number in range(5)], total, add.__code__.co_freevars


def patterns(subject):
    match subject:
        case {"kind": "circle", "radius": float() | int() as radius, **rest}:
            return f"circle {radius} {sorted(rest)}"
        case [first, *middle, last] if first == last:
            return f"ends {first!r} around {middle}"
        case str(text) | bytes(text):
            return f"text {text!r}"
        case None | True:
            return "constant"
        case _:
            return "other"


def exceptions():
    log = []
    try:
        raise ExceptionGroup("both", [ValueError("v"), ExceptionGroup("in", [TypeError("t"), KeyError("k")])])
    except* (ValueError, KeyError) as group:
        log.append([type(error).__name__ for error in group.exceptions])
    except* TypeError as group:
        log.append(repr(group))
    else:
        log.append("else")
    finally:
        log.append("finally")
    for number in range(3):
        try:
            if number == 1:
                continue
            log.append(10 // number)
        except ZeroDivisionError as error:
            log.append(str(error))
        finally:
            log.append(number)
    return log


@contextlib.contextmanager
def noted(log, name, swallow=False):
    log.append(f"enter {name}")
    try:
        yield name.upper()
    except LookupError:
        if not swallow:
            raise
        log.append(f"swallowed in {name}")
    finally:
        log.append(f"exit {name}")


def managers():
    log = []
    with noted(log, "one") as one, noted(log, "two", swallow=True) as two:
        log.append(one + two)
        raise LookupError("lost")
    return log


def generators():
    def echo():
        received = yield "ready"
        while received is not None:
            try:
                received = yield received * 2
            except KeyError as error:
                received = yield f"caught {error}"
        return "done"

    def outer():
        result = yield from echo()
        yield result

    running = outer()
    return [next(running), running.send(4), running.send("ab"), running.throw(KeyError("k")), running.send(None)]


async def _tasks():
    async def numbers(count):
        for number in range(count):
            await asyncio.sleep(0)
            yield number

    @contextlib.asynccontextmanager
    async def session():
        yield "session"

    async def job(name):
        async with session() as opened:
            return f"{name} {opened} {[number async for number in numbers(3) if number]}"

    return await asyncio.gather(*(job(name) for name in "ab"))


def tasks():
    return asyncio.run(_tasks())


@functools.lru_cache(maxsize=None)
def fibonacci(number):
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)


class Meta(type):
    def __prepare__(name, bases, **options):
        return {"prepared": sorted(options)}

    def __new__(meta, name, bases, namespace, **options):
        return super().__new__(meta, name, bases, dict(namespace))


class Made(metaclass=Meta, size=3, colour="red"):
    """Made by a metaclass."""

    __private = "mangled"
    squares = {number: number**2 for number in range(4)}

    def __getattr__(self, name):
        return f"<{name}>"

    def names(self):
        return self.__private, self.squares[3], self.anything, __class__.__qualname__


def strings(value=3.14159, name="n"):
    return [f"{value:.{2}f}", f"{name!r:>8}|", f"{value=}", "%s-%d" % (name, 5), f"{'nested' + f'{name}'}"]


def unpacking(*args, first=1, **options):
    [head, *tail], (a, b) = [1, 2, 3], {"a": 1, "b": 2}
    merged = {**options, "head": head, **{"tail": tail}}
    return [*args, *tail, first, a, b], sorted(merged), (walrus := 10) + walrus


def scopes():
    global created
    created = [y for x in range(3) if (y := x * 2)]
    local = [lambda n=n: n + y for n in range(2)]
    result = created, y, [function() for function in local], "created" in globals()
    del created
    return result


def hot(rounds=3000):
    """Runs every kind of specialised instruction until it is specialised."""
    made = Made()
    total, text, table, items = 0, "", {"key": 1}, [1, 2, 3, 4]
    for number in range(rounds):
        total += items[number & 3] * 2 - 1
        table["key"] = table["key"] + (1 if number > 5 else 2)
        total += len(items) + made.squares[number & 3] + int(isinstance(number, int))
        total += 1 if number % 7 == 0 else 0
        text = "a" + str(number)
        for first, second in zip(items, items):
            total += first * second
        if text in {"a1", "a5", "a100"} or number is None or not text:
            total += 1000
        made.attribute = number
        total += made.attribute & 1
        if number == 1.5 or 0.5 < number * 1.5 < 100.25:
            total += 3
        a, b = number, total
        b, a = a, b
        items[0], items[-1] = items[-1], items[0]
        total += sum(value for value in (a & 1, b & 1)) + {**table}["key"] + (lambda x: x + 1)(number)
        try:
            if number % 100 == 0:
                raise ValueError(number)
        except ValueError as error:
            total += error.args[0]
    return total, text, table


def results():
    """Returns every result by name."""
    return {
        "constants": [(type(value).__name__, repr(value)) for value in constants()],
        "sets": [sets(value) for value in (1, "two", b"x", (1, 2), 9)],
        "closures": closures(),
        "patterns": [
            patterns(subject)
            for subject in ({"kind": "circle", "radius": 2, "x": 1}, [1, 2, 3, 1], "t", b"b", None, 5, [1, 2])
        ],
        "exceptions": exceptions(),
        "managers": managers(),
        "generators": generators(),
        "tasks": tasks(),
        "fibonacci": fibonacci(80),
        "made": (Made().names(), Made.prepared, Made.__doc__, Made.__dict__["__module__"]),
        "strings": strings(),
        "unpacking": unpacking(9, 8, first=2, x=1),
        "scopes": scopes(),
        "hot": hot(),
    }
