"""Where in an archive to do damage: reads as much of the format (loader/format.h) as that takes."""

import random
import struct

PREFIX_SIZE = 64
HEADER_SIZE = 136
MODULE_SIZE = 96

# Offsets of the fields of pycds_prefix and pycds_header, by name, as (offset, size).
FIELDS = {
    "magic": (0, 8),
    "format_version": (8, 4),
    "header_size": (12, 4),
    "file_size": (16, 8),
    "file_checksum": (24, 8),
    "head_checksum": (32, 8),
    "head_size": (40, 8),
    "reserved": (48, 16),
    "py_version": (64, 4),
    "pyc_magic": (68, 4),
    "abi_flags": (72, 4),
    "pointer_size": (76, 4),
    "optimize": (80, 4),
    "type_offset": (84, 4),
    "str_length_offset": (88, 4),
    "str_data_offset": (92, 4),
    "base": (96, 8),
    "sys_version": (104, 8),
    "sections": (112, 8),
    "symbols": (120, 8),
    "index": (128, 8),
    "modules": (136, 8),
    "strings": (144, 8),
    "names": (152, 8),
    "memos": (160, 8),
    "memo_index": (168, 8),
    "fixed": (176, 8),
    "main": (184, 4),
    "hot": (188, 4),
    "hot_size": (192, 4),
    "header_reserved": (196, 4),
}


def head_size(archive):
    return struct.unpack_from("<Q", archive, FIELDS["head_size"][0])[0]


def blocks(archive, name):
    """Returns {"bind": (offset, size), "reloc": (offset, size)} of the module with this name."""
    offset, count = struct.unpack_from("<II", archive, FIELDS["modules"][0])
    for number in range(count):
        entry = struct.unpack_from("<20I", archive, offset + number * MODULE_SIZE)
        if archive[entry[0] : entry[0] + entry[1]].decode() == name:
            return {"bind": entry[10:12], "reloc": entry[17:19]}
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
