"""Source texts that are compiled at run time: what archives are trained with, and cases use."""
import __future__
import collections
import dataclasses
import enum
import typing

FUNCTION = "def made(a, *, b=2):\n    'doc'\n    return a + b, made\n"
RAISES = "def fails():\n    x = [1]\n    return x[\n        5]\nfails()\n"
ANNOTATED = "def typed(x: Unknown[int]) -> Other: ...\n"
TEXTS = [FUNCTION, RAISES, ANNOTATED, "pass", "", "\n", "x = 1", "x = 1\n", "x = (1, 2, frozenset({3}), 'é', b'\\xff', 1.5, 2j, ...)", "'doc'\nx = __doc__",
         "class Made:\n    y = 1\n    def m(self): return __class__, self.y\n", "import sys\nframe = sys._getframe()\nnames = []\nwhile frame:\n"
         "    names.append((frame.f_code.co_name, frame.f_lineno))\n    frame = frame.f_back\n", "global g\ng = 1", "y = x + 1\nx = 2\n",
         "def gen():\n    yield from range(3)\nasync def co(): pass\nz = list(gen())", "\r\nx = 1\r\n", "\ufeffx = 1", "# coding: latin-1\nx = 'é'\n", "if 1:\n\tx = 1\n",
         "x = 1 if __debug__ else 2\nassert True, 'x'\n", "lambda: 0", "x = [a for a in range(3) if a]", "def f():\n def g():\n  nonlocal_ = f\n  return nonlocal_\n return g\n"]
EXPRESSIONS = ["1 + 1", "x", "(1, 2, 3)", "[i for i in (1, 2)]", "lambda a, b=1: (a, b)", "__name__", " 1", "\t2", "1\n", "(\n3\n)", "x if x else 0", "globals().keys() and 1", "'é'"]
WRONG = ["def", "x =", "1 +", "return 1", "'\\d'\n", "(1)(2)", "assert (1, 'x')", "x is 1", "nonlocal x", "a\x00b", "  x = 1", "print 1", "from __future__ import nothing", "'\ud800'"]
SINGLE = ["1\n", "x = 1\n", "for i in (1, 2): i\n", "None", "if 1:\n    5\n\n"]

Row = collections.namedtuple("Row", "a b c_", defaults=[3])


@dataclasses.dataclass(order=True, unsafe_hash=True)
class Point:
    x: int
    y: float = 1.0
    z: list = dataclasses.field(default_factory=list, compare=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    name: str
    other: "Point" = None


class Color(enum.Flag):
    RED = 1
    BLUE = 2


class Typed(typing.NamedTuple):
    one: int
    two: str = "x"


def attributes_class(name, fields):
    """A class as attrs makes it: through compile(), with a file name of its own."""
    text = "def __init__(self, %s):\n%s" % (", ".join(fields), "".join(f"    self.{f} = {f}\n" for f in fields))
    space = {}
    eval(compile(text, f"<attrs generated init {name}>", "exec"), space)
    return type(name, (), {"__init__": space["__init__"], "TEXT": text})


def without_closures(text):
    space = {"x": 5}
    exec(text, space)
    return space


def run():
    """Gives (text, what it did) of everything."""
    for text in TEXTS:
        yield_ = {}
        try:
            exec(text, {"__name__": "space", "x": 5}, yield_)
        except Exception as error:
            RESULTS.append((text, error))
        else:
            RESULTS.append((text, {k: v for k, v in yield_.items() if k != "frame"}))
        for mode, name in (("exec", "<string>"), ("exec", "<made 1>"), ("exec", "/nowhere/é.py"), ("exec", ""), ("single", "<stdin>"), ("eval", "<x>")):
            for flags in (0, __future__.annotations.compiler_flag):
                try:
                    code = compile(text, name, mode, flags)
                except SyntaxError as error:
                    RESULTS.append((text, error))
                else:
                    RESULTS.append((text, code))
    for text in EXPRESSIONS:
        try:
            RESULTS.append((text, eval(text, {"x": 7, "__name__": "space"})))
            RESULTS.append((text, eval(compile(text, "<made 2>", "eval"), {"x": 7, "__name__": "space"})))
        except Exception as error:
            RESULTS.append((text, error))
    for text in WRONG:
        for mode in ("exec", "eval"):
            try:
                RESULTS.append((text, compile(text, "<wrong>", mode)))
            except Exception as error:
                RESULTS.append((text, error))
    for text in SINGLE:
        exec(compile(text, "<single>", "single"), {})
    import future_off
    import future_on
    RESULTS.append(("future", (future_on.show(ANNOTATED), future_off.show(ANNOTATED))))
    RESULTS.append(("attrs", attributes_class("Made", ["a", "b"])(1, 2).__dict__))
    return RESULTS


RESULTS = []
