"""Where in an archive to do damage."""

import random

from archive_format import HEADER, HEADER_AT, MODULE, PREFIX, entries, header

PREFIX_SIZE = PREFIX.size
HEADER_SIZE = HEADER.size

# Offsets of the fields of pycds_prefix and pycds_header, by name, as (offset, size).
FIELDS = {
    **PREFIX.fields,
    **{
        "header_reserved" if name == "reserved" else name: (HEADER_AT + offset, size)
        for name, (offset, size) in HEADER.fields.items()
    },
}


def head_size(archive):
    return PREFIX.unpack(archive).head_size


def blocks(archive, name):
    """Returns {"bind": (offset, size), "reloc": (offset, size)} of the module with this name."""
    for entry in entries(archive, header(archive).modules, MODULE):
        if archive[entry.name : entry.name + entry.name_size].decode() == name:
            return {"bind": (entry.bind, entry.bind_size), "reloc": (entry.reloc, entry.reloc_size)}
    raise LookupError(f"the archive has no module {name!r}")


def head_positions(archive, count):
    """Returns positions in the head: every byte of the header, then a fixed choice, count in all."""
    header = list(range(PREFIX_SIZE + HEADER_SIZE))
    rest = range(len(header), head_size(archive))
    return header + sorted(random.Random(1).sample(rest, count - len(header)))


def file_positions(archive, count):
    """Returns a fixed choice of positions anywhere in the file past the prefix, and its last byte."""
    chosen = random.Random(2).sample(range(PREFIX_SIZE, len(archive) - 1), count - 1)
    return sorted(chosen) + [len(archive) - 1]


def flipped(position):
    """Returns the value, never zero, that the byte at a position is changed by."""
    return 1 << position % 8 if position % 3 else 0xFF
