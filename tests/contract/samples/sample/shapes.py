"""Classes of every kind that refers back to its module."""

import collections
import dataclasses
import enum
import typing


@dataclasses.dataclass(order=True)
class Square:
    """A square of a given side."""

    side: float
    name: str = "square"
    tags: tuple = ()

    def area(self):
        """Returns the area.

        >>> Square(3).area()
        9
        """
        return self.side * self.side

    # A comment that inspect.getcomments() finds.
    def grown(self, by=1, /, *, times: int = 1) -> "Square":
        return dataclasses.replace(self, side=self.side + by * times)


class Colour(enum.Enum):
    RED = 1
    GREEN = "g"

    @property
    def lower(self):
        return self.name.lower()


Point = collections.namedtuple("Point", "x y", defaults=[0])


class Pair(typing.NamedTuple):
    left: int
    right: str = "r"


class Outer:
    """Holds a class."""

    class Inner:
        __slots__ = ("value",)

        def __init__(self, value=7):
            self.value = value

        def __eq__(self, other):
            return self.value == other.value

        def __getstate__(self):
            return {"value": self.value}

        def __setstate__(self, state):
            self.value = state["value"]


class Generic(typing.Generic[typing.TypeVar("T")]):
    """A generic class."""

    first: "typing.List[int]"

    def __init_subclass__(cls, **options):
        cls.options = options


class Special(Generic[int], option="yes"):
    @staticmethod
    def static(value):
        return value + 1

    @classmethod
    def named(cls):
        return cls.__qualname__


def double(value: int, *rest: str, keyword: "float" = 1.5, **others) -> int:
    """Doubles.

    >>> double(4)
    8
    """
    return value * 2


triple = lambda value: value * 3
