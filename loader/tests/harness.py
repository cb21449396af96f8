"""Makes archives of testdata and runs interpreters with and without the loader.

The interpreters are those of PYCDS_TEST_PYTHONS, paths joined by ':', or the one that
runs the tests.  What is needed beside them comes from the environment:
PYCDS_ARCHIVER, PYCDS_COMPILER, PYCDS_PROBE, PYCDS_TRAINER: paths of the archiver,
compile.py, probe.py and train.py; PYCDS_RE_TESTS: of CPython's re_tests.py;
PYCDS_LOADER, PYCDS_EARLY_LOADER, PYCDS_EARLY: of the loader's shared object, the one for
interpreters in a libpython.so, and what that depends on.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

import archive_format

HERE = os.path.dirname(os.path.abspath(__file__))
ROOTS = ("", "app", "dep")  # directories on sys.path, relative to the runfiles
TRAINING = "app/training.py"  # the program that archives are trained with
NOT_COMPILED = ("site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3")
GONE = "app/cases/gone.py"  # archived, and then removed


def pythons():
    """Returns the commands of the interpreters to test."""
    listed = os.environ.get("PYCDS_TEST_PYTHONS", "")
    return [p for p in listed.split(":") if p] or [sys.executable]


def tool(name):
    """Returns the absolute path that an environment variable holds."""
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set; want the path of a file, see harness.py")
    return os.path.abspath(value)


class Program:
    """testdata laid out as runfiles, with archives for one interpreter.

    Attributes:
      archive: path of the archive made with a recording of TRAINING.
      untrained: path of the one made without.
    """

    def __init__(self, python, optimize=0):
        self.python = python
        self.directory = tempfile.mkdtemp(prefix="pycds_")
        self.runfiles = os.path.join(self.directory, "run files")
        shutil.copytree(os.path.join(HERE, "testdata"), self.runfiles,
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(tool("PYCDS_RE_TESTS"), os.path.join(self.runfiles, "app/re_tests.py"))
        self.archive = self._file("app.pycds")
        self.untrained = self._file("untrained.pycds")
        self.optimize = optimize
        self._mains = {}
        self._stock = {}
        self.loader = self._loader()
        self._build()
        os.unlink(os.path.join(self.runfiles, GONE))

    def remove(self):
        shutil.rmtree(self.directory)

    def _file(self, name):
        return os.path.join(self.directory, name)

    def _loader(self):
        """The path of the loader that rules/private/launcher.bzl would use."""
        with open(self.python, "rb") as f:
            if b"/libpython3." not in f.read(1 << 20):
                return tool("PYCDS_LOADER")
        for name, variable in (("loader", "PYCDS_EARLY_LOADER"), ("early", "PYCDS_EARLY")):
            os.symlink(tool(variable), self._file(name))
        return self._file("loader")

    def _python(self, *args):
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return subprocess.run([self.python, *args], check=True, env=env,
                              stdout=subprocess.PIPE, encoding="utf-8").stdout

    def _script(self, script, *lines):
        """Runs one of the compiler's scripts with a file of arguments."""
        with open(self._file("params"), "w", encoding="utf-8") as f:
            f.writelines(line + "\n" for line in lines)
        self._python("-S", "-s", "-P", "-B", script, "@" + self._file("params"))

    def _compile(self, output, files):
        self._script(tool("PYCDS_COMPILER"), f"--output={output}", f"--optimize={self.optimize}",
                     "--lenient", *(f"{source}\t{path}" for source, path in files))

    def _build(self):
        bundle, stdlib_bundle, training = map(self._file, ("app.bundle", "stdlib.bundle", "app.training"))
        self._python("-S", "-s", "-P", "-B", tool("PYCDS_PROBE"), self._file("abi.json"))
        self.stdlib = self._python("-S", "-c", "import sys; print(sys._stdlib_dir)").strip()
        self._compile(bundle, sources(self.runfiles))
        self._archived = {path for _, path in sources(self.runfiles)}
        self._compile(stdlib_bundle, sources(self.stdlib, NOT_COMPILED))
        roots = [f"--import_root={root}" for root in ROOTS]
        # As rules/private/archive.bzl says of files that are no modules.
        beside = {os.path.dirname(path) for _, path in sources(self.runfiles, ends=".txt")}
        self._script(tool("PYCDS_TRAINER"), f"--output={training}", "--label=//loader/tests",
                     f"--optimize={self.optimize}", f"--main={TRAINING}", f"--runfiles={self.runfiles}",
                     f"--bundle={bundle}", f"--stdlib_bundle={stdlib_bundle}", "--run", "--timeout=110", *roots)
        files = [f"--stdlib_file={path}" for path in stdlib_files(self.stdlib)]
        files += [f"--file={path}/*" for path in sorted(beside)]
        for output, more in ((self.archive, ["--training", training]), (self.untrained, [])):
            subprocess.run([
                tool("PYCDS_ARCHIVER"), "build", "--abi", self._file("abi.json"),
                "--output", output, "--manifest", output + ".json",
                "--label", "//loader/tests", "--optimize", str(self.optimize), "--main", TRAINING,
                "--bundle", bundle, "--stdlib_bundle", stdlib_bundle, *roots, *files, *more], check=True)

    def main_of(self, path):
        """Returns path if it is the file of an archived module, else None."""
        return path if path in self._archived else None

    def archive_for(self, main, trained=True):
        """Returns the path of an archive whose main file is main, relative to the runfiles.

        It is valid until this is called with another main.
        """
        archive = self.archive if trained else self.untrained
        path = archive + ".main"
        if self._mains.get(archive) != main:
            if archive not in self._mains:
                shutil.copyfile(archive, path)
            set_main(path, main)
            self._mains[archive] = main
        return path

    def can_run_itself(self):
        """Returns whether the interpreter can start sys.executable, as multiprocessing does."""
        return not subprocess.run(
            [self.python, "-c", "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', '']))"],
            stderr=subprocess.DEVNULL, check=False).returncode

    def run_stock(self, *args, **more):
        """As run() without the loader, but runs each program once."""
        key = repr((args, sorted(more.items())))
        if key not in self._stock:
            self._stock[key] = self.run(*args, **more)
        return self._stock[key]

    def run(self, *args, loader=False, archive=None, env=None, site="minimal", gc="defer",
            exit="quick", stdin="", timeout=120, under=(), **more):
        """Runs the interpreter; {app} in args is the program's directory.

        under: the start of a command that takes one to run, such as ("valgrind",).

        Returns (exit status, standard output, standard error).
        """
        path = [os.path.join(self.runfiles, root).rstrip("/") for root in ROOTS]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment.update(PYTHONPATH=":".join(path), PYTHONSAFEPATH="1",
                           PYTHONDONTWRITEBYTECODE="1", PYTHONWARNINGS="ignore")
        environment.update(env or {})
        if "PYTHONPATH+" in environment:
            environment["PYTHONPATH"] += ":" + environment.pop("PYTHONPATH+")
        if loader:
            environment["_PYCDS_LAUNCH"] = "\n".join([
                f"archive={archive or self.archive}", f"runfiles={self.runfiles}",
                f"roots={len(ROOTS)}", f"site={site}", f"gc={gc}", f"exit={exit}"])
            environment["LD_PRELOAD"] = self.loader
        args = [a.replace("{app}", os.path.join(self.runfiles, "app")) for a in args]
        with subprocess.Popen([*under, self.python, *args], env=environment, cwd=self.directory,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              start_new_session=True, encoding="utf-8", **more) as process:
            try:
                out, err = process.communicate(stdin, timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with what it started
                out, err = process.communicate()
                return "no end", out, err
        return process.returncode, out, err


def sources(top, skip=(), ends=".py"):
    """Returns (file, path relative to top) of each file below top whose name ends so."""
    found = []
    for directory, directories, files in os.walk(top):
        directories[:] = sorted(d for d in directories if d not in skip and d != "__pycache__")
        for name in sorted(files):
            if name.endswith(ends):
                path = os.path.join(directory, name)
                found.append((path, os.path.relpath(path, top)))
    return found


def stdlib_files(stdlib):
    """Returns what import finds in the standard library beside the compiled files, as
    stdlib_other_path() of rules/private/paths.bzl."""
    dynload = os.path.join(stdlib, "lib-dynload")
    found = []
    if os.path.isdir(dynload):
        found += [f"lib-dynload/{name}" for name in sorted(os.listdir(dynload)) if name.endswith(".so")]
    for name in NOT_COMPILED:
        if os.path.exists(os.path.join(stdlib, name, "__init__.py")):
            found.append(f"{name}/__init__.py")
    return found


def modules(data):
    """Returns (number, name, path, fields) of each pycds_module (format.h) in an archive."""
    table = archive_format.header(data).modules
    for i, fields in enumerate(archive_format.entries(data, table, archive_format.MODULE)):
        yield i, data[fields.name:][:fields.name_size], data[fields.path:][:fields.path_size], fields


def set_main(path, main):
    """Makes another file the main file of an archive; file_checksum is not kept."""
    with open(path, "r+b") as f:
        prefix = f.read(archive_format.PREFIX.size)
        head = bytearray(prefix + f.read(archive_format.PREFIX.unpack(prefix).head_size - len(prefix)))
        number = 0
        if main:
            (number,) = [i + 1 for i, _, p, fields in modules(bytes(head)) if p == main.encode() and fields.root == 0][:1]
        archive_format.HEADER.pack_into(head, archive_format.HEADER_AT, "main", number)
        checksum = archive_format.fold(bytes(head[archive_format.HEADER_AT:]))
        archive_format.PREFIX.pack_into(head, 0, "head_checksum", checksum)
        f.seek(0)
        f.write(head)
