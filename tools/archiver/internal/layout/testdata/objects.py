"""Prints objects and their memory, one a line of JSON, for layout's TestLive.

    objects.py FILE...    code objects are those of these files

{"kind": ..., what the object is made of, "memory": hex digits}
"""

import ctypes
import json
import sys

FLOATS = [0.0, -0.0, 1.5, 1e308, float("inf"), -2.25]
INTS = [2**30 - 1, 2**30, -(2**30), 2**31, 2**60, -(2**60) + 1, 2**63, 2**64, -(2**200) - 7, 10**100, 5000, -5000]
STRINGS = ["plain text", "x" * 100, "caf\xe9 \xff", "\xff\xfe", "\u20ac \u4e2d\u6587", "\U0001f40d snake", "a\x00b", "\ud800 alone", "\uffff\u0100"]


def memory(o, size):
    return ctypes.string_at(id(o), size).hex()


def emit(kind, o, size, **more):
    print(json.dumps(dict(kind=kind, memory=memory(o, size), **more)))


def codes(code):
    yield code
    for c in code.co_consts:
        if isinstance(c, type(code)):
            yield from codes(c)


def main():
    slots = json.loads(sys.argv[1])
    for i in INTS:
        i = int(str(i))
        emit("int", i, i.__sizeof__(), value=str(i))
    for f in FLOATS:
        emit("float", f, f.__sizeof__(), value=int.from_bytes(__import__("struct").pack("<d", f), "little"))
    c = complex(-0.0, 2.5)
    emit("complex", c, c.__sizeof__())
    for b in b"ab", b"x" * 99, b"a\0b":
        b = bytes(bytearray(b))
        emit("bytes", b, b.__sizeof__(), value=b.hex())
    for s in STRINGS:
        s = "".join(list(s))  # not interned, not hashed
        emit("str", s, s.__sizeof__(), points=[ord(x) for x in s])
    for n in 1, 2, 17:
        t = tuple([None] * n)
        emit("tuple", t, t.__sizeof__() - (16 if sys.version_info < (3, 11) else 0), length=n)
    s = slice(None, 1, None)
    emit("slice", s, s.__sizeof__())
    for file in sys.argv[2:]:
        with open(file, "rb") as f:
            code = compile(f.read(), file, "exec", dont_inherit=True)
        for c in codes(code):
            kinds = ctypes.cast(ctypes.c_void_p.from_address(id(c) + slots["kinds"]), ctypes.py_object).value
            raw = memory(c, slots["bytecode"]) + c._co_code_adaptive.hex()
            print(json.dumps(dict(
                kind="code", memory=raw, name=c.co_qualname, bytecode=c.co_code.hex(), kinds=kinds.hex(), flags=c.co_flags,
                numbers=[c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_stacksize, c.co_firstlineno])))
    import types

    print(json.dumps(dict(kind="gc", memory="", length=sum(
        bool(t.__flags__ & 1 << 14) << i for i, t in enumerate((tuple, slice, types.CodeType, str, bytes, int, float, complex))))))


main()
