"""The structs and constants of loader/format.h, for tests that read archives.

Without re, so that a test can import it before what is to come from an archive.
"""

import os
import struct
from types import SimpleNamespace

HEADER_FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "format.h")
CODES = {"uint8_t": "B", "uint32_t": "I", "int32_t": "i", "uint64_t": "Q"}


class Layout:
    """A struct of the format.

    Attributes:
      size: in bytes.
      fields: {name: (offset, size)}, in order.
    """

    def __init__(self):
        self.size = 0
        self.fields = {}
        self._formats = {}

    def add(self, name, form):
        self._formats[name] = struct.Struct("<" + form)
        self.fields[name] = (self.size, self._formats[name].size)
        self.size += self._formats[name].size

    def unpack(self, data, at=0):
        """Returns an object with the fields of the struct at an offset: a number, or a tuple for a table or an array."""
        values = {}
        for name, form in self._formats.items():
            value = form.unpack_from(data, at + self.fields[name][0])
            values[name] = value if len(value) > 1 else value[0]
        return SimpleNamespace(**values)

    def pack_into(self, data, at, name, value):
        """Sets the number that a field of the struct at an offset is."""
        self._formats[name].pack_into(data, at + self.fields[name][0], value)


def read(text):
    """Returns ({name of struct: Layout}, {name of constant: int}), both without pycds_, of a header file's text."""
    layouts, constants, fields = {}, {}, []
    while "/*" in text:
        before, _, rest = text.partition("/*")
        text = before + rest.partition("*/")[2]
    for line in text.splitlines():
        words = line.replace(";", "").split()
        if line.startswith("#define PYCDS_") and len(words) == 3 and words[2][0].isdigit():
            constants[words[1].removeprefix("PYCDS_")] = int(words[2], 0)
        elif line == "typedef struct {":
            fields = []
        elif line.startswith("} pycds_"):
            layout = layouts[words[1].removeprefix("pycds_")] = Layout()
            for kind, name in fields:
                name, _, count = name.rstrip("]").partition("[")
                layout.add(name, "II" if kind == "pycds_table" else (count or "1") + CODES[kind])
        elif line.startswith("    ") and len(words) == 2:
            fields.append(words)
    return layouts, constants


with open(HEADER_FILE, encoding="ascii") as f:
    LAYOUTS, CONSTANTS = read(f.read())
PREFIX, HEADER, MODULE, SYMBOL = map(LAYOUTS.get, ("prefix", "header", "module", "symbol"))
HEADER_AT = PREFIX.size


def header(archive):
    """Returns the header of an archive's bytes."""
    return HEADER.unpack(archive, HEADER_AT)


def entries(archive, table, layout):
    """Yields the structs of a table of the header, unpacked."""
    offset, count = table
    for number in range(count):
        yield layout.unpack(archive, offset + number * layout.size)


def fold(data):
    """Returns the checksum and hash that format.h calls pycds_fold."""
    mask = (1 << 64) - 1
    h = CONSTANTS["FOLD_SEED"] ^ len(data)
    data += bytes(-len(data) % 8)
    for (word,) in struct.iter_unpack("<Q", data):
        h = (h ^ word) * CONSTANTS["FOLD_MULTIPLIER"] & mask
        h ^= h >> 32
    return h
