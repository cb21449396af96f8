"""Describes the interpreter that runs it, for the archiver: writes abi.json.

    python -S probe.py abi.json

tools/archiver/internal/abi/abi.go says what each key means.  The file is a pure
function of the interpreter build: it names no path, time or process, and it
holds an object's address only if every process of this build has the object
there.

It runs once per toolchain in a build action, so it imports only what is built in.
"""

import _imp
import sys

_ET_EXEC = 2  # elf.h: an executable linked for fixed addresses (not PIE)
_PT_LOAD = 1  # elf.h: a segment that is mapped
_PF_W = 2  # elf.h: and may be written to


def fixed_segments(executable):
    """Returns (start, end, data) of an ELF file's mapped segments.

    start and end are addresses; data is what the file has of a segment that may
    be written to, b"" for others.  None if the file is not a 64-bit
    little-endian ELF executable of type ET_EXEC: then nothing in it has an
    address known before it runs.
    """
    segments = []
    try:
        with open(executable, "rb") as f:
            header = f.read(64)
            # e_ident: magic, ELFCLASS64, ELFDATA2LSB; then e_type (elf.h, Elf64_Ehdr).
            if header[:6] != b"\x7fELF\x02\x01" or _u(header, 16, 2) != _ET_EXEC:
                return None
            entry_size, entries = _u(header, 54, 2), _u(header, 56, 2)
            f.seek(_u(header, 32, 8))
            table = f.read(entry_size * entries)
            for at in range(0, len(table), entry_size):  # elf.h, Elf64_Phdr
                if _u(table, at, 4) != _PT_LOAD:
                    continue
                data = b""
                if _u(table, at + 4, 4) & _PF_W:
                    f.seek(_u(table, at + 8, 8))
                    data = f.read(_u(table, at + 32, 8))
                start = _u(table, at + 16, 8)
                segments.append((start, start + _u(table, at + 40, 8), data))
    except OSError:
        return None
    return segments


def _u(data, offset, size):
    return int.from_bytes(data[offset : offset + size], "little")


def small_ints():
    """Returns the least and the greatest int of which there is only one object.

    -5 and 256 up to 3.14, -5 and 1024 since 3.15
    (Include/internal/pycore_runtime_structs.h, _PY_NSMALL*INTS).
    """
    low = high = 0
    while int(str(low - 1)) is int(str(low - 1)):
        low -= 1
    while int(str(high + 1)) is int(str(high + 1)):
        high += 1
    return low, high


def objects(low, high):
    """Returns {symbol name: object}: the names of PYCDS_SYM_* in loader/format.h."""
    named = {
        "none": None,
        "true": True,
        "false": False,
        "ellipsis": ...,
        "unicode_type": str,
        "bytes_type": bytes,
        "long_type": int,
        "float_type": float,
        "complex_type": complex,
        "tuple_type": tuple,
        "code_type": type(objects.__code__),
        "slice_type": slice,
        "empty_str": "",
        "empty_bytes": b"",
        "empty_tuple": (),
    }
    for i in range(low, high + 1):
        named["small_int:%d" % i] = int(str(i))
    for i in range(256):
        named["latin1:%d" % i] = sys.intern(chr(i))  # 3.11: not always chr(i)
    return named


def in_segments(value, segments):
    return any(start <= id(value) < end for start, end, _ in segments or ())


def static_strings(segments):
    """Returns {text: address} of the interned strings that lie in the segments.

    These are the interpreter's own identifiers.  Their characters are in the
    executable's data, with a NUL after them, so each text there that can be a
    name is looked up.  Left out are texts of one character: they are symbols.
    """
    strings = {}
    table = bytes(c if c in _NAME_BYTES else 0 for c in range(256))
    for _, _, data in segments or ():
        for text in set(data.translate(table).split(b"\0")):
            if 1 < len(text) <= 60:
                string = sys.intern(text.decode("ascii"))
                if in_segments(string, segments):
                    strings[string] = id(string)
    return strings


# Names, qualified names ("f.<locals>.g") and names of anonymous code ("<module>").
_NAME_BYTES = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.<>"
)


def frozen_names():
    """Returns the names that FrozenImporter answers for in this process."""
    return sorted(n for n in _imp._frozen_module_names() if _imp.is_frozen(n))


# The frozen modules that each start imports after it has imported encodings.
_START = (
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "io",
    "os",
    "posixpath",
    "site",
    "stat",
)


def start_names():
    """Returns those of _START whose code is unmarshalled at each start, and is their source's.

    Up to 3.12 the interpreter has it as objects.
    """
    if sys.version_info < (3, 13):
        return []
    return [n for n in _START if _imp.is_frozen(n) and _is_as_compiled(n)]


def _is_as_compiled(name):
    filename = "<frozen %s>" % name
    try:
        with open("%s/%s.py" % (sys._stdlib_dir, name), "rb") as f:
            code = compile(f.read(), filename, "exec", dont_inherit=True, optimize=0)
    except (OSError, SyntaxError):
        return False
    return code == _imp.get_frozen_object(name)


def describe(executable):
    """Returns the dictionary that abi.json holds."""
    segments = fixed_segments(executable)
    low, high = small_ints()
    symbols = {}
    for name, value in objects(low, high).items():
        # Not every object lies in the executable: libpython.so may be at any
        # address, and so may the heap.
        if in_segments(value, segments):
            symbols[name] = id(value)
    return {
        "version": list(sys.version_info),
        "hexversion": sys.hexversion,
        "sys_version": sys.version,
        "pyc_magic": pyc_magic(),
        "cache_tag": sys.implementation.cache_tag,
        "pointer_size": sys.maxsize.bit_length() // 8 + 1,
        "abi_flags": sys.abiflags,
        "ext_suffixes": _imp.extension_suffixes(),
        "frozen": frozen_names(),
        "start": start_names(),
        "builtin": sorted(sys.builtin_module_names),
        "pie": segments is None,
        "small_int_min": low,
        "small_int_max": high,
        "strings": static_strings(segments),
        "symbols": symbols,
    }


def pyc_magic():
    import _frozen_importlib_external

    return _u(_frozen_importlib_external.MAGIC_NUMBER, 0, 4)


def to_json(value, indent="\n"):
    """Returns JSON text with sorted keys: the json package costs more to import than all else."""
    inner = indent + " "
    if isinstance(value, dict):
        items = ["%s: %s" % (to_json(k), to_json(value[k], inner)) for k in sorted(value)]
        return "{" + ",".join(inner + i for i in items) + indent + "}"
    if isinstance(value, list):
        return "[" + ", ".join(to_json(v, inner) for v in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"%s"' % "".join(_json_char(c) for c in value)
    raise TypeError("no JSON for %r" % (value,))


def _json_char(c):
    if c in '"\\':
        return "\\" + c
    return c if " " <= c <= "~" else "\\u%04x" % ord(c)


def main(argv):
    if len(argv) != 2:
        sys.stderr.write("usage: probe.py OUTPUT\n")
        return 2
    if sys.implementation.name != "cpython":
        sys.stderr.write(
            "probe.py: the interpreter is %s, want cpython: use a CPython toolchain\n"
            % sys.implementation.name
        )
        return 1
    text = to_json(describe(sys.executable)) + "\n"
    # A build action's output is discarded when the action fails, so a plain write will do.
    with open(argv[1], "w", encoding="ascii") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
