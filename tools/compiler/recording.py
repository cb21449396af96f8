"""Makes train.py's recording of what two processes recorded.

It is JSON, ASCII, one entry of a list per line, keys sorted:

    format       1
    sys_version  sys.version
    failure      null, or why there is no recording
    warnings     list of str: imports that failed
    functions    of each module those that ran, {"lines": list of their co_firstlineno,
                 "module": name}, sorted; like the following empty before 3.12
    interned     names, sorted, that are interned not only by Python code: those of what C
                 code defines in types and modules, and those in frozen modules
    missing      dotted names, sorted, that finders were asked for and none of them had
    modules      names, in the order in which their bodies began to run as far as both
                 processes agree, then the others that both ran, sorted
    regexes      re._compiler.compile(pattern, flags) calls _sre.compile(pattern,
                 result_flags, code, groups, groupindex, indexgroup); the pattern
                 is a str, or bytes in pattern_hex; indexgroup follows from
                 groupindex, a list of [name, number]
    sources      code is base64 of marshal.dumps(compile(text, filename, mode,
                 flags, dont_inherit=True)); flags are CO_FUTURE_* alone

A function of the program and the interpreter alone.
"""

import binascii
import marshal
import os
import sys
import warnings

EMPTY = {
    "failure": None,
    "format": 1,
    "functions": [],
    "interned": [],
    "missing": [],
    "modules": [],
    "regexes": [],
    "sources": [],
    "sys_version": sys.version,
    "warnings": [],
}


def is_clean(text, names):
    """Tells whether a str or bytes names none of the directories."""
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    return not any(name in text for name in names)


def merge_modules(a, b):
    """Returns the common prefix of two orders, then what else both have, sorted."""
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return a[:n] + sorted(set(a[n:]) & set(b[n:]))


def merge_functions(first, second, names):
    """Returns the functions that two lists of (module, lines) both have."""
    other = dict(second)
    merged = []
    for module, lines in sorted(first):
        both = sorted(set(lines) & set(other.get(module, ())))
        if both and is_clean(module, names):
            merged.append({"lines": both, "module": module})
    return merged


def dump(code):
    """Returns marshal data that depends on the code alone.

    marshal marks objects that have more than one reference. Of the copy's objects
    that something else can refer to, the interned strings, each has another one in
    the original: so all are marked, whatever else is in the process.
    """
    copy = marshal.loads(marshal.dumps(code))
    return marshal.dumps(copy)


def compile_sources(sources, optimize):
    """Yields (source, marshal data) of those that compile without error or warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text, filename, mode, flags in sources:
            try:
                code = compile(text, filename, mode, flags, True, optimize)
            except Exception:
                continue
            yield (text, filename, mode, flags), dump(code)


def merge(first, second, names, optimize):
    """Returns the recording of what both processes recorded.

    names: directories that nothing in it may name; optimize: as of compile().
    """
    regexes = dict(second["regexes"])
    sources = set(second["sources"])
    regexes = [r for r in first["regexes"] if regexes.get(r[0]) == r[1] and is_clean(r[0][1], names)]
    sources = [s for s in first["sources"] if s in sources and is_clean(s[0], names) and is_clean(s[1], names)]
    return {
        **EMPTY,
        "functions": merge_functions(first["functions"], second["functions"], names),
        "interned": sorted(set(first["interned"]) & set(second["interned"])),
        "missing": sorted(set(first["missing"]) & set(second["missing"])),
        "modules": [m for m in merge_modules(first["modules"], second["modules"]) if is_clean(m, names)],
        "regexes": [
            {
                "code": list(code),
                "flags": flags,
                "groupindex": [list(item) for item in groupindex],
                "groups": groups,
                "pattern": None if is_bytes else pattern,
                "pattern_hex": pattern.hex() if is_bytes else None,
                "result_flags": result_flags,
            }
            for (is_bytes, pattern, flags), (result_flags, groups, groupindex, code) in regexes
        ],
        "sources": [
            {
                "code": binascii.b2a_base64(code, newline=False).decode(),
                "filename": filename,
                "flags": flags,
                "mode": mode,
                "text": text,
            }
            for (text, filename, mode, flags), code in compile_sources(sources, optimize)
        ],
        "warnings": merge_warnings(first["warnings"], second["warnings"]),
    }


def merge_warnings(first, second):
    """Returns the texts for imports that failed in both processes."""
    seconds = {(module, kind): message for module, kind, message in second}
    texts = []
    for module, kind, message in first:
        if (module, kind) in seconds:
            same = message if message == seconds[module, kind] else ""
            texts.append("import of %s raised %s" % (module, "%s: %s" % (kind, same) if same else kind))
    return texts


def failed(failures):
    """Returns the recording of a training that failed.

    failures: for each process None or (kind, text); the kind is what does not
    differ from run to run.
    """
    (kind, text), (other_kind, other_text) = (f or failures[1 - i] for i, f in enumerate(failures))
    if text != other_text:
        text = kind if kind == other_kind else "%s, or %s" % (kind, other_kind)
    return {**EMPTY, "failure": text}


# What JSON strings have escapes for here, the backslash first.
ESCAPES = [(char, "\\u%04x" % ord(char)) for char in ["\\", '"', "\x7f", *map(chr, range(32))]]


def to_json(value):
    """Returns a value as JSON on one line."""
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (to_json(k), to_json(value[k])) for k in sorted(value))
    if isinstance(value, list):
        if set(map(type, value)) == {int}:
            return repr(value)
        return "[%s]" % ", ".join(map(to_json, value))
    if value is None:
        return "null"
    if isinstance(value, int):
        return "%d" % value
    if value.isascii():
        if not value.isprintable() or '"' in value or "\\" in value:
            for char, escape in ESCAPES:
                value = value.replace(char, escape)
        return '"%s"' % value
    parts = []
    for char in value:
        if " " <= char <= "~" and char not in '"\\':
            parts.append(char)
        else:
            units = char.encode("utf-16-be")
            parts.extend("\\u%02x%02x" % (units[i], units[i + 1]) for i in range(0, len(units), 2))
    return '"%s"' % "".join(parts)


def to_text(recording):
    """Returns the recording as the output holds it."""
    parts = []
    for key in sorted(recording):
        value = recording[key]
        if isinstance(value, list) and value:
            text = "[\n%s\n]" % ",\n".join(map(to_json, value))
        else:
            text = to_json(value)
        parts.append('"%s": %s' % (key, text))
    return "{\n%s\n}\n" % ",\n".join(parts)
