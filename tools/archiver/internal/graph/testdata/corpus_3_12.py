"""Syntax that is new in CPython 3.12."""

type Alias[T: int, *Ts, **P] = dict[T, str]


def generic[T: (int, str), U](x: T, y: U) -> tuple[T, U]:
    return f"{x:{f"{y}"}} {'nested " quotes'!r}", [T for _ in y]


class Box[T]:
    items: list[T]

    def get(self) -> T:
        return __class__, [self for x in self.items if (lambda: x)()]
