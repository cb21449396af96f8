"""What the loader does, in Python: the proof that an archive fits an interpreter.

    live.py compile OPTIMIZE OUT            < lines NAME<TAB>FILE
    live.py check ARCHIVE DIRECTORY MODE    < lines NAME<TAB>FILE

compile writes each file's marshal data to OUT/NAME.  check maps the archive, binds
every module, compares its code with compile() of the file, imports modules from
the archive and collects garbage.  MODE: "base" maps at the preferred address,
"elsewhere" at another.  It prints one line of what it saw; anything wrong is an
exception.
"""

import ctypes
import gc
import marshal
import os
import struct
import sys
import types
import weakref
from importlib.machinery import ModuleSpec

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 5, "loader", "tests"))
from archive_format import CONSTANTS, HEADER, MODULE, PREFIX, SYMBOL, entries, header  # noqa: E402

del sys.path[0]

TYPES = {5: str, 6: bytes, 7: int, 8: float, 9: complex, 10: tuple, 11: types.CodeType, 12: slice}
SINGLETONS = {1: None, 2: True, 3: False, 4: ..., 13: "", 14: b"", 15: ()}

api = ctypes.pythonapi
api.PyUnicode_InternInPlace.argtypes = [ctypes.c_void_p]
api.PyUnicode_InternInPlace.restype = None
api.PyFrozenSet_New.argtypes = [ctypes.py_object]
api.PyFrozenSet_New.restype = ctypes.py_object


def symbol_address(kind, arg):
    if kind in TYPES:
        return id(TYPES[kind])
    if kind in SINGLETONS:
        return id(SINGLETONS[kind])
    # Make these at run time: the compiler must not hand out a constant of its own.
    # On 3.11 an identifier of one letter may be interned apart from chr()'s.
    return id(int(str(arg)) if kind == 16 else sys.intern(chr(arg)))


class Archive:
    def __init__(self, data, elsewhere):
        prefix = PREFIX.unpack(data)
        assert bytes(prefix.magic) == b"\x89PYCDS\r\n" and prefix.file_size == len(data)
        assert prefix.format_version == CONSTANTS["FORMAT_VERSION"]
        assert prefix.header_size == PREFIX.size + HEADER.size
        h = header(data)
        assert h.py_version == sys.hexversion & 0xFFFF0000, (hex(h.py_version), hex(sys.hexversion))
        self.data = data
        self.type_offset, self.length_offset, self.chars_offset = h.type_offset, h.str_length_offset, h.str_data_offset
        self.preferred = h.base
        self.base = self.map(self.preferred + (1 << 32 if elsewhere else 0))
        addresses = []
        self.prelinked = self.base == self.preferred
        for s in entries(data, h.symbols, SYMBOL):
            addresses.append(symbol_address(s.kind, s.arg))
            if s.address != addresses[-1]:
                self.prelinked = False
                assert s.address == 0, (s.kind, s.arg, hex(s.address), hex(addresses[-1]))
        self.addresses = addresses
        strings, count = h.strings
        self.strings = struct.unpack_from("<%dI" % count, data, strings)
        fixed, count = h.fixed
        self.fixed = struct.unpack_from("<%dQ" % count, data, fixed)
        self.canonical = {}
        self.patched = 0
        self.keep = []
        self.modules = {}
        for m in entries(data, h.modules, MODULE):
            self.modules[data[m.name : m.name + m.name_size].decode()] = m
        assert list(self.modules) == sorted(self.modules)

    def map(self, address):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
        # PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE
        got = libc.mmap(address, len(self.data), 3, 0x2 | 0x20 | 0x100000, -1, 0)
        assert got == address, (hex(address), got, ctypes.get_errno())
        ctypes.memmove(got, self.data, len(self.data))
        return got

    def word(self, offset):
        return ctypes.c_uint64.from_address(self.base + offset)

    def object(self, offset):
        return ctypes.cast(self.base + offset, ctypes.py_object).value

    def bind(self, name, directory):
        m = self.modules[name]
        words = struct.unpack_from("<%dI" % (m.bind_size // 4), self.data, m.bind)
        parts = []
        for n in m.nstrings, m.nstrings + 1, m.nslots, 2 * m.nfrozensets, m.nfrozenset_slots, m.nfilename_slots:
            parts.append(words[:n])
            words = words[n:]
        assert not any(words)
        numbers, starts, slots, sets, set_slots, files = parts
        if not self.prelinked:
            self.relocate(struct.unpack_from("<%dI" % (m.reloc_size // 4), self.data, m.reloc))
        for i, number in enumerate(numbers):
            own = self.base + self.strings[number]
            if number not in self.canonical:
                self.canonical[number] = self.intern(own)
            written = self.fixed[number] if number < len(self.fixed) else own
            if self.canonical[number] != written:
                for slot in slots[starts[i] : starts[i + 1]]:
                    assert self.word(slot).value == written
                    self.word(slot).value = self.canonical[number]
                    self.patched += 1
        for tuple_offset, count in zip(sets[::2], sets[1::2]):
            new = api.PyFrozenSet_New(self.object(tuple_offset))
            self.keep.append(new)
            for slot in set_slots[:count]:
                assert self.word(slot).value == 0
                self.word(slot).value = id(new)
            set_slots = set_slots[count:]
        assert not set_slots
        path = os.path.join(directory, self.path(m)).encode("ascii")
        assert len(path) <= m.file_capacity
        self.word(m.file + self.length_offset).value = len(path)
        ctypes.memmove(self.base + m.file + self.chars_offset, path, len(path))
        for slot in files:
            assert self.word(slot).value == self.base + m.file
        return self.object(m.code)

    def path(self, m):
        return self.data[m.path : m.path + m.path_size].decode()

    def relocate(self, words):
        delta = self.base - self.preferred
        i = 0
        while i + 1 < len(words) and words[i + 1]:
            target, count = words[i : i + 2]
            for slot in words[i + 2 : i + 2 + count]:
                if target == CONSTANTS["RELOC_BASE"]:
                    self.word(slot).value += delta
                else:
                    self.word(slot).value = self.addresses[target]
            i += 2 + count

    def intern(self, own):
        ctypes.c_uint64.from_address(own + self.type_offset).value = id(str)
        p = ctypes.c_void_p(own)
        value = ctypes.cast(own, ctypes.py_object).value
        assert len(value) > 1 or len(value) == 1 and ord(value) > 255, value
        api.PyUnicode_InternInPlace(ctypes.byref(p))
        canonical = ctypes.cast(p, ctypes.py_object).value
        assert canonical == value
        assert canonical is sys.intern(value) is sys.intern("".join(list(value))), value
        self.keep.append(canonical)
        return p.value


FIELDS = """co_argcount co_posonlyargcount co_kwonlyargcount co_nlocals co_stacksize co_flags
co_firstlineno co_names co_varnames co_cellvars co_freevars co_name co_qualname co_filename
co_code co_linetable co_exceptiontable _co_code_adaptive""".split()


def compare(path, have, want):
    assert type(have) is type(want), (path, have, want)
    if isinstance(have, types.CodeType):
        for field in FIELDS:
            a, b = getattr(have, field), getattr(want, field)
            assert type(a) is type(b) and a == b, (path, field, a, b)
            if isinstance(a, tuple):
                assert all(map(is_interned, a)), (path, field, a)
        assert hash(have) == hash(want), path
        assert list(have.co_positions()) == list(want.co_positions()), path
        compare(path + ".consts", have.co_consts, want.co_consts)
    elif isinstance(have, tuple):
        assert len(have) == len(want), (path, have, want)
        for i, (a, b) in enumerate(zip(have, want)):
            compare("%s[%d]" % (path, i), a, b)
    elif isinstance(have, frozenset):
        # The elements' order is what inserting them into an empty set gives.
        compare(path, tuple(have), tuple(want))
    elif isinstance(have, float):
        assert struct.pack("d", have) == struct.pack("d", want), path
    elif isinstance(have, complex):
        compare(path, (have.real, have.imag), (want.real, want.imag))
    elif isinstance(have, slice):
        compare(path, (have.start, have.stop, have.step), (want.start, want.stop, want.step))
    else:
        assert have == want and repr(have) == repr(want), (path, have, want)
        if isinstance(want, str):
            if is_interned(want):
                assert have is want, (path, have)
        elif have is not want:
            # Small ints and the like must be the runtime's own.
            assert not isinstance(have, (bool, type(None), type(...))), path
            assert not have == b"" and not (isinstance(have, int) and have == int(str(have)) is int(str(have))), path


def is_interned(s):
    # sys.intern would intern it; a dict's keys tell no difference either.  The
    # first two bits of the state say so (Include/cpython/unicodeobject.h).
    return s == "" or len(s) == 1 and s < "\u0100" or ctypes.c_uint8.from_address(id(s) + 32).value & 3 != 0


def check(archive, directory, sources):
    count = 0
    codes = [archive.bind(name, directory) for name in archive.modules]
    for name, code in zip(archive.modules, codes):
        m = archive.modules[name]
        file = os.path.join(directory, archive.path(m))
        with open(sources[name], "rb") as f:
            want = compile(f.read(), file, "exec", dont_inherit=True)
        # What an import would see: constants as marshal reads them back.
        compare(name, code, marshal.loads(marshal.dumps(want)))
        count += 1
    return count


class Importer:
    """Imports what the archive has and nobody imported yet."""

    def __init__(self, archive, sources):
        self.archive, self.sources, self.imported = archive, sources, 0

    def find_spec(self, name, path=None, target=None):
        if name not in self.archive.modules:
            return None
        package = bool(self.archive.modules[name].flags & CONSTANTS["FLAG_PACKAGE"])
        spec = ModuleSpec(name, self, origin=self.sources[name], is_package=package)
        spec.has_location = True
        if package:
            spec.submodule_search_locations = [os.path.dirname(self.sources[name])]
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.archive.object(self.archive.modules[module.__name__].code), module.__dict__)
        self.imported += 1


def run(importer):
    """Runs code of the archive long enough for it to be specialized."""
    sys.meta_path.insert(0, importer)
    for name in [n for n in importer.archive.modules if n not in ("struct", "ctypes")]:
        if name in sys.modules and name.partition(".")[0] not in ("os", "sys", "importlib", "encodings", "codecs"):
            if name not in ("abc", "io", "stat", "types", "enum", "site", "posixpath", "genericpath", "_collections_abc", "copyreg"):
                del sys.modules[name]
    import argparse
    import ast
    import asyncio
    import dataclasses
    import inspect
    import json
    import textwrap

    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 2

    async def work(n):
        await asyncio.sleep(0)
        return n * 2

    async def main():
        return sum(await asyncio.gather(*[work(i) for i in range(200)]))

    for _ in range(50):
        assert json.loads(json.dumps({"a": [1, 2.5, None, "\xe9\u20ac"]})) == {"a": [1, 2.5, None, "\xe9\u20ac"]}
        assert textwrap.wrap("aa bb cc " * 20, 20)[0] == "aa bb cc aa bb cc aa"
        assert Point(1) == Point(1, 2) and repr(Point(3)).endswith("Point(x=3, y=2)")
        tree = ast.parse("def f(a, *b, c=1): return [x for x in b if x]")
        assert ast.unparse(tree) == "def f(a, *b, c=1):\n    return [x for x in b if x]"
        gc.collect()
    assert asyncio.run(main()) == 39800
    parser = argparse.ArgumentParser(prog="x")
    parser.add_argument("-v", "--verbose", action="store_true")
    assert parser.parse_args(["-v"]).verbose and "usage" in parser.format_help()
    assert inspect.signature(textwrap.wrap).parameters["width"].default == 70
    assert "def wrap" in inspect.getsource(textwrap.wrap)
    seen = []
    previous = sys.getprofile()
    sys.setprofile(lambda frame, event, arg: seen.append(event))
    textwrap.dedent("  a\n  b")
    sys.setprofile(previous)
    assert "call" in seen and "return" in seen
    lines = []

    def trace(frame, event, arg):
        lines.append((os.path.basename(frame.f_code.co_filename), frame.f_lineno))
        return trace

    sys.settrace(trace)
    textwrap.fill("a b c")
    sys.settrace(None)
    assert any(file == "textwrap.py" for file, _ in lines)
    monitor(textwrap.dedent)
    code = textwrap.wrap.__code__
    assert weakref.ref(code)() is code
    copy = code.replace(co_name="other")
    assert copy.co_name == "other" and copy.co_consts == code.co_consts
    assert marshal.loads(marshal.dumps(code)) == code
    try:
        json.loads("{")
    except ValueError as e:
        tb = e.__traceback__
        while tb.tb_next:
            tb = tb.tb_next
        assert tb.tb_frame.f_code.co_filename.endswith(os.path.join("json", "decoder.py"))
    else:
        raise AssertionError("no error")


def monitor(function):
    """Instruments one function as sys.monitoring (3.12) does."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return
    seen = set()
    monitoring.use_tool_id(3, "live")
    monitoring.register_callback(3, monitoring.events.LINE, lambda code, line: seen.add(line))
    monitoring.set_local_events(3, function.__code__, monitoring.events.LINE)
    function("  a\n  b")
    monitoring.set_local_events(3, function.__code__, 0)
    monitoring.free_tool_id(3)
    assert seen and min(seen) >= function.__code__.co_firstlineno


def main():
    command, argument, directory = sys.argv[1:4]
    sources = dict(line.rstrip("\n").split("\t") for line in sys.stdin)
    if command == "compile":
        for name, file in sources.items():
            with open(file, "rb") as f:
                code = compile(f.read(), "SOURCE", "exec", dont_inherit=True, optimize=int(argument))
            with open(os.path.join(directory, name), "wb") as f:
                f.write(marshal.dumps(code))
        return
    with open(argument, "rb") as f:
        archive = Archive(f.read(), sys.argv[4] == "elsewhere")
    count = check(archive, directory, sources)
    importer = Importer(archive, sources)
    run(importer)
    gc.collect()
    assert importer.imported > 10, importer.imported
    print("modules=%d strings=%d/%d patched=%d imported=%d prelinked=%s" % (
        count, len(archive.canonical), len(archive.strings), archive.patched, importer.imported, archive.prelinked))


if __name__ == "__main__":
    main()
