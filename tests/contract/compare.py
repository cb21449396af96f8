"""Runs a program under stock and from its archive, and tells how the two differ."""

import dataclasses
import difflib
import os
import re
import shlex
import subprocess

TIMEOUT_SECONDS = 120


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a finished run left: exit status (negative: a signal's number) and both outputs, normalised."""

    exit: int
    stdout: str
    stderr: str

    def text(self):
        return f"exit status {self.exit}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}\n"


def command(variable):
    """Returns the command in an environment variable; programs in runfiles become absolute paths."""
    words = shlex.split(os.environ[variable])
    return [os.path.abspath(word) if os.path.exists(word) else word for word in words]


def normalise(text):
    """Removes what differs between two runs of one program: addresses and the class of the loader."""
    # Native frames, which faulthandler prints from 3.14 on: the loader's are among them.
    text = re.sub(r'^  Binary file ".*\n', "", text, flags=re.M)
    text = re.sub(r"0x[0-9a-fA-F]{4,}", "0x...", text)
    text = re.sub(r"\b[0-9a-f]{40,}\b|(?<=id=)\d+", "...", text)
    # The order of a constant frozenset is not the same in two starts of stock: from source, from a .pyc.
    text = re.sub(
        r"frozenset\(\{([^{}]*)\}\)",
        lambda match: f"frozenset({{{', '.join(sorted(match[1].split(', ')))}}})",
        text,
    )
    # The archive's loader is a subclass of the stock one; its name is a documented difference.
    return re.sub(r"<(\w+\.)*ArchiveLoader object", "<_frozen_importlib_external.SourceFileLoader object", text)


def run(words, arguments=(), env=(), stdin="", stderr_filter=None):
    """Runs a command to its end and returns its Outcome.

    env: (name, value) pairs on top of this process's environment; None removes a name.
    stderr_filter: called with the standard error before it is normalised; returns what to keep.
    """
    variables = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    for name, value in env:
        variables.pop(name, None)
        if value is not None:
            variables[name] = value
    done = subprocess.run(
        [*words, *arguments], input=stdin.encode(), capture_output=True, env=variables, timeout=TIMEOUT_SECONDS
    )
    stderr = done.stderr.decode(errors="backslashreplace")
    if stderr_filter:
        stderr = stderr_filter(stderr)
    return Outcome(done.returncode, normalise(done.stdout.decode(errors="backslashreplace")), normalise(stderr))


def difference(stock, ours):
    """Returns a diff of two outcomes, or an empty text."""
    lines = difflib.unified_diff(
        stock.text().splitlines(), ours.text().splitlines(), "stock", "from the archive", lineterm="", n=4
    )
    return "\n".join(lines)
