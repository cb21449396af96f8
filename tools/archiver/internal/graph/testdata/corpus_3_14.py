"""Syntax and constants that are new in CPython 3.14."""

x = a[1:2]
y = a[1:2:3]
z = a["x y":"identifier":None], a[1.5:b"z"], a[-1:10**40]
again = a[1:2], a[1:2:None], (1, 2, None)
t = t"template {x!r:>{y}} and {z=}"
annotated: undefined.name[x] = 3


def f(p: missing, q: "text" = 1) -> other:
    try:
        pass
    except ValueError, TypeError:
        return any(i for i in p), all(i for i in q), tuple(i for i in q)
