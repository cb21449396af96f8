"""Syntax that is new in CPython 3.15."""

lazy import late.module
lazy import late.other as lo
lazy from late.third import name, more as much
import eager.module
from eager.other import name2


def f():
    import eager.inner
    return [*x for x in late.module], {**x for x in lo}, None, True, False, "", -1
