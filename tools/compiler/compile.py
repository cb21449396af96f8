"""Compiles the sources of one library into a bytecode bundle.

Runs under the target toolchain's interpreter, CPython 3.11 to 3.15, standard
library only. What it writes is described in
tools/archiver/internal/bundle/bundle.go.

    python -S -s -P -B compile.py @PARAMS
    python -S -s -P -B compile.py --persistent_worker

PARAMS is a file of one argument a line:

    --output=FILE     the bundle; or FILE on the next line
    --optimize=N      0, 1 or 2, as of Python's -O; or N on the next line
    --strict          a source that does not compile is printed as Python
                      prints it and fails the action, without output
    --lenient         such a source is recorded in the bundle with its error
    SOURCE<TAB>PATH   a file to compile and its path in the runfiles, which
                      becomes co_filename

Exit status: 0; 1 if a source does not compile (strict); 2 for wrong usage or
files that cannot be read or written. As a worker it speaks Bazel's JSON
protocol, one request at a time.

Start-up is a large part of the action, so that modules which only some runs
need are imported where they are needed, and no module that needs `re`.
"""

import hashlib
import marshal
import os
import sys
import warnings

MAGIC_LINE = b"pycds-bytecode 1\n"

# Error texts are cut to this many characters: a minified line can be a megabyte.
TEXT_LIMIT = 500


class UsageError(Exception):
    """The arguments or files are wrong; the message says which."""


def quote(text):
    """Returns text as a JSON string in ASCII."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return '"%s"' % text
    parts = []
    for char in text:
        if " " <= char <= "~" and char not in '"\\':
            parts.append(char)
        else:
            units = char.encode("utf-16-be", "surrogatepass")
            for i in range(0, len(units), 2):
                parts.append("\\u%02x%02x" % (units[i], units[i + 1]))
    return '"%s"' % "".join(parts)


def to_json(fields):
    """Returns a dict of str, int, None and such dicts as one line of JSON."""
    parts = []
    for key, value in fields.items():
        if value is None:
            value = "null"
        elif isinstance(value, dict):
            value = to_json(value)
        elif isinstance(value, str):
            value = quote(value)
        else:
            value = "%d" % value
        parts.append("%s: %s" % (quote(key), value))
    return "{%s}" % ", ".join(parts)


def sized(fields):
    """Returns a JSON value as the bundle holds it: its size, then itself."""
    data = to_json(fields).encode("ascii")
    return len(data).to_bytes(4, "little") + data


class Options:
    """The parsed arguments."""

    def __init__(self, lines):
        self.output = None
        self.optimize = None
        self.strict = None
        self.sources = []  # of (path to read, logical path)
        lines = iter(lines)
        for line in lines:
            if "\t" in line:
                source, _, path = line.partition("\t")
                self.sources.append((source, path))
                continue
            name, equals, value = line.partition("=")
            if name in ("--output", "--optimize") and not equals:
                value = next(lines, "")
            if name == "--output":
                self.output = value
            elif name == "--optimize":
                if value not in ("0", "1", "2"):
                    raise UsageError("--optimize is %r, want 0, 1 or 2" % value)
                self.optimize = int(value)
            elif line in ("--strict", "--lenient"):
                self.strict = line == "--strict"
            elif line:
                raise UsageError("argument %r is no option and no SOURCE<TAB>PATH" % line)
        for name in ("output", "optimize"):
            if getattr(self, name) in (None, ""):
                raise UsageError("--%s is missing" % name)
        if self.strict is None:
            raise UsageError("--strict or --lenient is missing")


def source_line(source, lineno):
    """Returns a line of the source, None if it has no such line."""
    lines = source.decode("utf-8", "replace").split("\n")
    if lineno is None or not 0 < lineno <= len(lines):
        return None
    return lines[lineno - 1].rstrip("\r") + "\n"


def describe(error):
    """Returns the bundle's record of an exception that compile() raised."""
    if isinstance(error, SyntaxError):
        return {
            "type": type(error).__name__,
            "msg": str(error.msg)[:TEXT_LIMIT],
            "line": error.lineno or 0,
            "offset": error.offset or 0,
            "text": (error.text or "").rstrip("\n")[:TEXT_LIMIT],
        }
    return {
        "type": type(error).__name__,
        "msg": str(error)[:TEXT_LIMIT],
        "line": 0,
        "offset": 0,
        "text": "",
    }


def show(error, source_path):
    """Returns the text Python prints for an exception that compile() raised."""
    import traceback

    lines = traceback.format_exception_only(error)
    if not isinstance(error, SyntaxError):
        lines.insert(0, '  File "%s"\n' % source_path)
    return "".join(lines)


def compile_source(source_path, path, optimize):
    """Compiles one file as importlib does (SourceLoader.source_to_code).

    Returns (source, marshal data, None) or (source, b"", exception).
    """
    try:
        with open(source_path, "rb") as f:
            source = f.read()
    except OSError as e:
        raise UsageError("cannot read %s: %s" % (source_path, e.strerror)) from e
    try:
        code = compile(source, path, "exec", dont_inherit=True, optimize=optimize)
        return source, marshal.dumps(code), None
    except Exception as e:  # whatever the import would raise, MemoryError and RecursionError too
        e = e.with_traceback(None)
        if isinstance(e, SyntaxError):
            e.filename = source_path
            if e.text is None:
                # The compiler looks for the line in a file named co_filename.
                e.text = source_line(source, e.lineno)
        return source, b"", e


def write(output, chunks):
    """Writes the file whole or not at all."""
    temporary = output + ".tmp"
    try:
        with open(temporary, "wb") as f:
            f.writelines(chunks)
        os.replace(temporary, output)
    except OSError as e:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise UsageError("cannot write %s: %s" % (output, e.strerror)) from e


def run(lines):
    """Does what the arguments ask. Returns (exit status, text to print)."""
    try:
        options = Options(lines)
        chunks = [
            MAGIC_LINE,
            sized(
                {
                    "magic": magic_number(),
                    "hexversion": sys.hexversion,
                    "optimize": options.optimize,
                    "cache_tag": sys.implementation.cache_tag,
                }
            ),
        ]
        failures = []
        for source_path, path in options.sources:
            source, code, error = compile_source(source_path, path, options.optimize)
            if error is not None and options.strict:
                failures.append(show(error, source_path))
                continue
            chunks.append(
                sized(
                    {
                        "path": path,
                        "size": len(source),
                        "sha256": hashlib.sha256(source).hexdigest(),
                        "error": None if error is None else describe(error),
                        "code_size": len(code),
                    }
                )
            )
            chunks.append(code)
        if failures:
            return 1, "".join(failures)
        chunks.append(bytes(4))
        write(options.output, chunks)
    except UsageError as e:
        return 2, "compile.py: %s\n" % e
    return 0, ""


def magic_number():
    """Returns the number of importlib.util.MAGIC_NUMBER, which is dear to import."""
    from _frozen_importlib_external import MAGIC_NUMBER

    return int.from_bytes(MAGIC_NUMBER[:2], "little")


def serve():
    """Answers requests of Bazel's JSON worker protocol until stdin closes."""
    import json

    requests = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    responses = sys.stdout
    # Nothing else may write to stdout.
    sys.stdout = sys.stderr
    for line in requests:
        if not line.strip():
            continue
        request = json.loads(line)
        status, text = run(request.get("arguments", []))
        response = {"exitCode": status, "output": text, "requestId": request.get("requestId", 0)}
        responses.write(json.dumps(response) + "\n")
        responses.flush()


def main(args):
    # With a cached .pyc, which this replaces, the compiler's warnings are not
    # seen, nor can a filter make them errors.
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    if "--persistent_worker" in args:
        serve()
        return 0
    if len(args) != 1 or not args[0].startswith("@"):
        sys.stderr.write("usage: compile.py @PARAMS | compile.py --persistent_worker\n")
        return 2
    try:
        with open(args[0][1:], encoding="utf-8", errors="surrogateescape") as f:
            lines = f.read().split("\n")
    except OSError as e:
        sys.stderr.write("compile.py: cannot read %s: %s\n" % (args[0][1:], e.strerror))
        return 2
    status, text = run(lines)
    sys.stderr.write(text)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
