"""Prints what the interpreter reads out of marshal data, for live_test.go.

    python dump_code.py OUT_DIR < list of source files, one a line

For the source number N, OUT_DIR/N.marshal is the marshal data of its code object
and OUT_DIR/N.txt is the fields of the code object that marshal.loads makes of it,
one a line: path TAB value TAB identities. Identities are numbers of the objects
in the value, in the order of reading, the same for the same object; those in a
frozenset are left out.
OUT_DIR/N.skip says why a source does not compile.
"""

import marshal
import os
import struct
import sys
import types
import warnings

SCALARS = ("argcount", "posonlyargcount", "kwonlyargcount", "stacksize", "flags", "firstlineno")
REFS = ("names", "localsplusnames", "name", "qualname", "linetable", "exceptiontable")


def localsplus(code):
    names = []
    while True:
        try:
            names.append(code._varname_from_oparg(len(names)))
        except IndexError:
            return tuple(names)


def is_interned(text):
    copy = (text + "!")[:-1]
    return sys.intern(copy) is text


def children(value):
    if isinstance(value, (tuple, frozenset)):
        return list(value)
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    if isinstance(value, types.CodeType):
        return [value.co_consts, value.co_names, localsplus(value), value.co_name, value.co_qualname]
    return []


def interned_values(value, found):
    if isinstance(value, str) and is_interned(value):
        found.add(value)
    for child in children(value):
        interned_values(child, found)


class Dump:
    def __init__(self, code):
        self.interned = set()
        interned_values(code, self.interned)
        self.lines = []
        self.numbers = {}
        self.code("", code)

    def number(self, value):
        return self.numbers.setdefault(id(value), len(self.numbers))

    def render(self, value, ids):
        if not isinstance(value, types.CodeType):
            ids.append(str(self.number(value)))
        if value is None or value is True or value is False or value is Ellipsis:
            return repr(value)
        if isinstance(value, int):
            return "int %d" % value
        if isinstance(value, float):
            return "float " + struct.pack(">d", value).hex()
        if isinstance(value, complex):
            return "complex " + struct.pack(">dd", value.real, value.imag).hex()
        if isinstance(value, bytes):
            return "bytes " + value.hex()
        if isinstance(value, str):
            # "" and characters below 256 are singletons: interned or not is no matter.
            singleton = value == "" or len(value) == 1 and value < "\u0100"
            kind = "str interned " if value in self.interned and not singleton else "str "
            return kind + value.encode("utf-8", "surrogatepass").hex()
        if isinstance(value, frozenset):
            return "frozenset {%s}" % ", ".join(sorted(self.render(v, []) for v in value))
        if isinstance(value, types.CodeType):
            return "code"
        name = "slice" if isinstance(value, slice) else "tuple"
        return "%s (%s)" % (name, ", ".join([self.render(v, ids) for v in children(value)]))

    def line(self, path, value):
        ids = []
        text = self.render(value, ids)
        self.lines.append("%s\t%s\t%s\n" % (path, text, ",".join(ids)))

    def code(self, path, code):
        for name in SCALARS:
            self.lines.append("%s.%s\t%d\t\n" % (path, name, getattr(code, "co_" + name)))
        self.lines.append("%s.bytecode\t%s\t\n" % (path, code.co_code.hex()))
        for name in REFS:
            if name == "localsplusnames":
                # The interpreter does not show the tuple, only what is in it.
                ids = []
                text = ", ".join([self.render(v, ids) for v in localsplus(code)])
                self.lines.append("%s.%s\t%s\t%s\n" % (path, name, text, ",".join(ids)))
            else:
                self.line("%s.%s" % (path, name), getattr(code, "co_" + name))
        for name in ("varnames", "cellvars", "freevars"):
            self.lines.append("%s.%s\t%s\t\n" % (path, name, " ".join(v.encode("utf-8").hex() for v in getattr(code, "co_" + name))))
        for i, const in enumerate(code.co_consts):
            at = "%s.consts[%d]" % (path, i)
            self.line(at, const)
            if isinstance(const, types.CodeType):
                self.code(at, const)


def main():
    warnings.simplefilter("ignore")
    sys.set_int_max_str_digits(0)
    out = sys.argv[1]
    for n, path in enumerate(sys.stdin.read().splitlines()):
        base = os.path.join(out, str(n))
        with open(path, "rb") as f:
            source = f.read()
        try:
            data = marshal.dumps(compile(source, "file %d" % n, "exec", dont_inherit=True, optimize=0))
        except (SyntaxError, ValueError, RecursionError) as e:
            with open(base + ".skip", "w", encoding="utf-8") as f:
                f.write("%s: %s" % (type(e).__name__, e))
            continue
        with open(base + ".marshal", "wb") as f:
            f.write(data)
        with open(base + ".txt", "w", encoding="ascii") as f:
            f.writelines(Dump(marshal.loads(data)).lines)


main()
