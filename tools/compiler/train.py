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
    --interpreter_arg=ARG  an argument of the interpreter, before the program; those
                          that no import depends on are left out
    --timeout=SECONDS     for the program to end, default 60

Two processes (trainee.py) record the same at the same time, with other hash
seeds, directories, and time zones. Only what both have equal is kept. A training
that fails is no error: the recording says so and is empty.

recording.py says what the recording is.

Exit status: 0; 2 for wrong usage or files that cannot be read or written.

Start-up is a large part of the action: no module is imported that needs `re`.
"""

import marshal
import os
import select
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))

sys.path.insert(0, HERE)
import recording  # noqa: E402

del sys.path[0]

BUNDLE_MAGIC = b"pycds-bytecode 1\n"
OUTPUT_SHOWN = 8  # last lines of a failed program's output
SIGKILL = 9

# Whatever depends on one of these differs between the two processes. Local time is
# a day apart.
VARIANTS = (
    ("a", {"PYTHONHASHSEED": "0", "TZ": "AAA12"}),
    ("other", {"PYTHONHASHSEED": "2718281828", "TZ": "BBB-12"}),
)


class UsageError(Exception):
    """The arguments or files are wrong; the message says which."""


class Options:
    """The parsed arguments."""

    ONE = ("output", "label", "optimize", "main", "main_module", "runfiles", "timeout")
    MANY = ("import_root", "bundle", "stdlib_bundle", "env", "interpreter_arg", "arg")

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


def seen_by_imports(arguments):
    """Returns the arguments of an interpreter that the program's imports may depend on.

    -X, -W and -b are kept. Others have no say (-u), are train.py's own (-O, -B, -s)
    or keep the trainee from what it is for (-i, -I).
    """
    kept = []
    arguments = iter(arguments)
    for argument in arguments:
        if argument in ("-X", "-W"):
            kept += [argument, next(arguments, "")]
        elif argument[:2] in ("-X", "-W") or argument in ("-b", "-bb"):
            kept.append(argument)
    return kept


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
        command += seen_by_imports(options.interpreter_arg)
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
        path = os.path.abspath(path).split("/")
        real = os.path.realpath("/".join(path)).split("/")
        if path[: here.count("/") + 1] == here.split("/") and real != path:
            if path[-1] != real[-1]:
                del real[-1]
            while path[-1] == real[-1]:
                del path[-1], real[-1]
            found.add("/".join(real))
    found.discard("")
    return sorted(d if d.count("/") > 1 else d + "/" for d in found if d != "/")


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
        "alarm": int(options.timeout) + 10,
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
    if any(failures):
        result = recording.failed(failures)
    else:
        result = recording.merge(trainees[0].record, trainees[1].record, names, options.optimize)
    failed = [t for t, f in zip(trainees, failures) if f]
    return result, failed[0].output.decode("utf-8", "replace") if failed else ""


def report(options, result, output):
    """Returns what to print."""
    if result["failure"]:
        lines = output.splitlines()[-OUTPUT_SHOWN:]
        return "pycds: warning: %s: training failed: %s; the archive is made without it. %s%s\n" % (
            options.label,
            result["failure"],
            'Set startup = "none" to leave training out.',
            "".join("\n    " + line for line in ["Last output:", *lines]) if lines else "",
        )
    return "".join("pycds: warning: %s: training: %s\n" % (options.label, text) for text in result["warnings"])


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
            result, output = train(options, scratch)
            with open(scratch + "/output", "w", encoding="ascii") as f:
                f.write(recording.to_text(result))
            os.replace(scratch + "/output", options.output)
        except OSError as e:
            raise UsageError("cannot write %s: %s" % (options.output, e)) from e
        finally:
            remove(scratch)
    except UsageError as e:
        sys.stderr.write("train.py: %s\n" % e)
        return 2
    sys.stderr.write(report(options, result, output))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
