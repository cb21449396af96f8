"""Records what a program's imports compute the same way each time.

Runs under the target toolchain's interpreter, CPython 3.11 to 3.15, standard
library only:

    python -B -S -s -P train.py @PARAMS

PARAMS is a file of one argument a line:

    --output=FILE         the recording
    --label=LABEL         the program's, for messages
    --optimize=N          0, 1 or 2, as of Python's -O
    --main=PATH           the program's file, relative to the runfiles; or
    --main_module=NAME    the module that is the program
    --runfiles=DIR        the program's runfiles tree
    --import_root=DIR     entries of sys.path, in order, relative to the runfiles
    --bundle=FILE         bytecode of the program's files, see compile.py
    --stdlib_bundle=FILE  bytecode of the standard library
    --env=NAME=VALUE      a variable of the program's environment
    --run                 run the program; else only its imports are performed
    --arg=ARG             an argument of the program, with --run
    --timeout=SECONDS     for the program to end, default 60

Two processes (trainee.py) record the same at the same time, with other hash
seeds, directories, and time zones. Only what both have equal is kept. A training
that fails is no error: the recording says so and is empty.

The recording is JSON, ASCII, one entry of a list per line, keys sorted:

    format       1
    sys_version  sys.version
    failure      null, or why there is no recording
    warnings     list of str: imports that failed
    modules      names, in the order in which their bodies began to run
    regexes      re._compiler.compile(pattern, flags) calls _sre.compile(pattern,
                 result_flags, code, groups, groupindex, indexgroup); the pattern
                 is a str, or bytes in pattern_hex; indexgroup follows from
                 groupindex, a list of [name, number]
    sources      code is base64 of marshal.dumps(compile(text, filename, mode,
                 flags, dont_inherit=True)); flags are CO_FUTURE_* alone

Exit status: 0; 2 for wrong usage or files that cannot be read or written.

Start-up is a large part of the action: no module is imported that needs `re`.
"""

import binascii
import marshal
import os
import select
import sys
import time
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))

FORMAT = 1
BUNDLE_MAGIC = b"pycds-bytecode 1\n"
OUTPUT_SHOWN = 8  # last lines of a failed program's output
SIGKILL = 9

# Whatever depends on one of these differs between the two processes. Local time is
# a day apart.
VARIANTS = (
    ("a", {"PYTHONHASHSEED": "0", "TZ": "A12"}),
    ("other", {"PYTHONHASHSEED": "2718281828", "TZ": "BCD-12"}),
)


class UsageError(Exception):
    """The arguments or files are wrong; the message says which."""


class Options:
    """The parsed arguments."""

    ONE = ("output", "label", "optimize", "main", "main_module", "runfiles", "timeout")
    MANY = ("import_root", "bundle", "stdlib_bundle", "env", "arg")

    def __init__(self, lines):
        self.run = False
        for name in self.ONE:
            setattr(self, name, None)
        for name in self.MANY:
            setattr(self, name, [])
        for line in lines:
            name, equals, value = line.removeprefix("--").partition("=")
            if line == "--run":
                self.run = True
            elif line.startswith("--") and equals and name in self.ONE:
                setattr(self, name, value)
            elif line.startswith("--") and equals and name in self.MANY:
                getattr(self, name).append(value)
            elif line:
                raise UsageError("unknown argument %r" % line)
        for name in ("output", "label", "optimize", "runfiles"):
            if not getattr(self, name):
                raise UsageError("--%s is missing" % name)
        if self.optimize not in ("0", "1", "2"):
            raise UsageError("--optimize is %r, want 0, 1 or 2" % self.optimize)
        self.optimize = int(self.optimize)
        if bool(self.main) == bool(self.main_module):
            raise UsageError("--main is %r and --main_module is %r, want one of them" % (self.main, self.main_module))
        if self.arg and not self.run:
            raise UsageError("--arg is given without --run")
        try:
            self.timeout = float(self.timeout or 60)
        except ValueError:
            raise UsageError("--timeout is %r, want seconds" % self.timeout) from None
        for variable in self.env:
            if "=" not in variable:
                raise UsageError("--env is %r, want NAME=VALUE" % variable)


def index_bundles(paths):
    """Returns {logical path: (bundle, offset, size)} of the code in bundles."""
    index = {}
    for path in paths:
        path = os.path.abspath(path)
        try:
            with open(path, "rb") as f:
                if f.readline() != BUNDLE_MAGIC:
                    raise UsageError("%s is no bytecode bundle of this version" % path)
                f.seek(int.from_bytes(f.read(4), "little"), 1)
                while size := int.from_bytes(f.read(4), "little"):
                    record = f.read(size)
                    # compile.py writes path first, code_size last.
                    code_size = int(record[record.rindex(b" ") : -1])
                    name = record[len(b'{"path": "') : record.index(b'", "size": ')].decode("ascii")
                    if code_size and "\\" not in name:
                        index.setdefault(name, (path, f.tell(), code_size))
                    f.seek(code_size, 1)
        except OSError as e:
            raise UsageError("cannot read %s: %s" % (path, e.strerror)) from e
    return index


class Trainee:
    """A process that records."""

    def __init__(self, options, job, directory, environment):
        self.record = None
        self.status = None  # exit status, negative: the signal
        self.late = False
        self.output = b""
        self.directory = directory
        for name in ("work", "home", "tmp"):
            os.makedirs(os.path.join(directory, name))
        runfiles = directory + "/" + os.path.basename(options.runfiles)
        os.symlink(os.path.abspath(options.runfiles), runfiles)
        roots = dict.fromkeys(runfiles + "/" + root if root else runfiles for root in options.import_root)
        environment = {
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            **dict(variable.split("=", 1) for variable in options.env),
            "HOME": directory + "/home",
            "PYTHONPATH": ":".join(roots),
            "PYTHONSAFEPATH": "1",
            "RUNFILES_DIR": runfiles,
            "TMPDIR": directory + "/tmp",
            **environment,
        }
        command = [sys.executable, "-B", "-S", "-s", "-P"]
        if options.optimize:
            command.append("-" + "O" * options.optimize)
        command += [HERE + "/trainee.py", job, directory]
        self.pipe, writer = os.pipe()
        self.pid = os.posix_spawn(
            sys.executable,
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, writer, 1),
                (os.POSIX_SPAWN_DUP2, writer, 2),
            ],
            setpgroup=0,
        )
        os.close(writer)

    def read(self):
        data = os.read(self.pipe, 1 << 16)
        self.output = (self.output + data)[-(1 << 14) :]
        if not data:
            os.close(self.pipe)
            self.pipe = None

    def reap(self):
        """Takes the exit status if there is one."""
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            self.kill()  # what it left behind
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            try:
                with open(self.directory + "/record", "rb") as f:
                    self.record = marshal.load(f)
            except (OSError, EOFError, ValueError, TypeError):
                pass

    def kill(self):
        """Ends the process group; its first process has not been reaped yet."""
        try:
            os.killpg(self.pid, SIGKILL)
        except OSError:
            pass

    def failure(self, timeout):
        """Returns (kind, text) of what went wrong, None if nothing did."""
        if self.late:
            text = "it did not end within %g seconds" % timeout
        elif self.record is not None and self.record["error"]:
            kind, message = self.record["error"]
            return kind, "%s: %s" % (kind, message) if message else kind
        elif self.status < 0:
            text = "it was ended by signal %d" % -self.status
        elif self.status > 0:
            text = "it ended with exit status %d" % self.status
        elif self.record is None:
            text = "it left the interpreter by os._exit() or exec()"
        else:
            return None
        return text, text


def wait(trainees, timeout):
    """Waits for the processes to end, and ends them when the time is over."""
    deadline = time.monotonic() + timeout
    while running := [t for t in trainees if t.status is None]:
        now = time.monotonic()
        if now >= deadline:
            for trainee in running:
                trainee.late = True
                trainee.kill()
        pipes = {t.pipe: t for t in running if t.pipe is not None}
        poll = select.poll()
        for pipe in pipes:
            poll.register(pipe, select.POLLIN)
        # A process ends just after its pipe, unless it closed that itself.
        for pipe, _ in poll.poll(50 if len(pipes) == len(running) and now < deadline else 1):
            pipes[pipe].read()
        for trainee in running:
            trainee.reap()
    for trainee in trainees:
        while trainee.pipe is not None and select.select([trainee.pipe], [], [], 0)[0]:
            trainee.read()


def directories(options, scratch):
    """Returns the directories of this machine that a recording must not name."""
    here = os.getcwd()
    found = {here, os.path.realpath(here), scratch, os.path.realpath(scratch)}
    paths = [sys.executable, __file__, os.__file__, options.runfiles, *options.bundle[:1], *options.stdlib_bundle]
    if options.main:
        paths.append(options.runfiles + "/" + options.main)
    for path in paths:
        # In a sandbox a file is a link to the real one, in another directory.
        path = os.path.abspath(path)
        real = os.path.realpath(path)
        if path.startswith(here + "/") and real != path:
            same = os.path.commonprefix([path[::-1], real[::-1]])[::-1].partition("/")[2]
            found.add(real[: -len(same) - 1] if same else os.path.dirname(real))
    found.discard("")
    return sorted(d if d.count("/") > 1 else d + "/" for d in found if d != "/")


def is_clean(text, names):
    """Tells whether a str or bytes names none of the directories."""
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    return not any(name in text for name in names)


def common_prefix(a, b):
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return a[:n]


def strings_of(code):
    """Returns all str objects of a code object."""
    found = [code.co_filename, code.co_name, code.co_qualname]
    todo = [code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars, code.co_consts]
    while todo:
        value = todo.pop()
        if isinstance(value, (tuple, frozenset)):
            todo.extend(value)
        elif isinstance(value, slice):
            todo.extend((value.start, value.stop, value.step))
        elif isinstance(value, str):
            found.append(value)
        elif isinstance(value, type(code)):
            found.extend(strings_of(value))
    return found


def dump(code):
    """Returns marshal data that depends on the code alone.

    marshal marks objects that have more than one reference: here all strings, in
    place of those that something else in the process refers to.
    """
    code = marshal.loads(marshal.dumps(code))
    strings = strings_of(code)
    data = marshal.dumps(code)
    del strings
    return data


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


def merge(options, first, second, names):
    """Returns the recording of what both processes recorded."""
    regexes = dict(second["regexes"])
    sources = set(second["sources"])
    regexes = [r for r in first["regexes"] if regexes.get(r[0]) == r[1] and is_clean(r[0][1], names)]
    sources = [s for s in first["sources"] if s in sources and is_clean(s[0], names) and is_clean(s[1], names)]
    return {
        "modules": [m for m in common_prefix(first["modules"], second["modules"]) if is_clean(m, names)],
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
            for (text, filename, mode, flags), code in compile_sources(sources, options.optimize)
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


def merge_failures(failures):
    """Returns one text for what went wrong, None if nothing did; the same in every run."""
    if not any(failures):
        return None
    (kind, text), (other_kind, other_text) = (f or failures[1 - i] for i, f in enumerate(failures))
    if text == other_text:
        return text
    return kind if kind == other_kind else "%s, or %s" % (kind, other_kind)


def to_json(value):
    """Returns a value as JSON on one line."""
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (to_json(k), to_json(value[k])) for k in sorted(value))
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(to_json, value))
    if value is None:
        return "null"
    if isinstance(value, int):
        return "%d" % value
    if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
        return '"%s"' % value
    parts = []
    for char in value:
        if " " <= char <= "~" and char not in '"\\':
            parts.append(char)
        else:
            units = char.encode("utf-16-be")
            parts.extend("\\u%02x%02x" % (units[i], units[i + 1]) for i in range(0, len(units), 2))
    return '"%s"' % "".join(parts)


def recording_text(recording):
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


def remove(directory):
    """Removes a directory with what a program may have left in it."""
    for parent, folders, files in os.walk(directory, topdown=False):
        for name in files + folders:
            path = os.path.join(parent, name)
            try:
                os.rmdir(path) if name in folders and not os.path.islink(path) else os.unlink(path)
            except OSError:
                pass
    try:
        os.rmdir(directory)
    except OSError:
        pass


def train(options, scratch):
    """Returns the recording and the last output of a program that failed."""
    names = directories(options, scratch)
    job = {
        "args": options.arg if options.run else None,
        "directories": names,
        "index": {"runfiles": index_bundles(options.bundle), "stdlib": index_bundles(options.stdlib_bundle)},
        "link": "/" + os.path.basename(options.runfiles),
        "main": options.main,
        "main_module": options.main_module,
    }
    os.makedirs(scratch)
    with open(scratch + "/job", "wb") as f:
        marshal.dump(job, f)
    trainees = [
        Trainee(options, scratch + "/job", "%s/%s" % (scratch, name), environment) for name, environment in VARIANTS
    ]
    wait(trainees, options.timeout)
    failures = [t.failure(options.timeout) for t in trainees]
    recording = {"modules": [], "regexes": [], "sources": [], "warnings": []}
    failure = merge_failures(failures)
    if failure is None:
        recording = merge(options, trainees[0].record, trainees[1].record, names)
    recording.update(failure=failure, format=FORMAT, sys_version=sys.version)
    failed = [t for t, f in zip(trainees, failures) if f]
    return recording, failed[0].output.decode("utf-8", "replace") if failed else ""


def report(options, recording, output):
    """Returns what to print."""
    if recording["failure"]:
        lines = output.splitlines()[-OUTPUT_SHOWN:]
        return "pycds: warning: %s: training failed: %s; the archive is made without it. %s%s\n" % (
            options.label,
            recording["failure"],
            'Set startup = "none" to leave training out.',
            "".join("\n    " + line for line in ["Last output:", *lines]) if lines else "",
        )
    return "".join("pycds: warning: %s: training: %s\n" % (options.label, text) for text in recording["warnings"])


def main(args):
    if len(args) != 1 or not args[0].startswith("@"):
        sys.stderr.write("usage: train.py @PARAMS\n")
        return 2
    try:
        try:
            with open(args[0][1:], encoding="utf-8", errors="surrogateescape") as f:
                options = Options(f.read().split("\n"))
        except OSError as e:
            raise UsageError("cannot read %s: %s" % (args[0][1:], e.strerror)) from e
        scratch = os.path.abspath(options.output) + ".tmp"
        remove(scratch)
        try:
            recording, output = train(options, scratch)
            with open(scratch + "/output", "w", encoding="ascii") as f:
                f.write(recording_text(recording))
            os.replace(scratch + "/output", options.output)
        except OSError as e:
            raise UsageError("cannot write %s: %s" % (options.output, e)) from e
        finally:
            remove(scratch)
    except UsageError as e:
        sys.stderr.write("train.py: %s\n" % e)
        return 2
    sys.stderr.write(report(options, recording, output))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
