"""Makes archives of testdata and runs interpreters with and without the loader.

The interpreters are those of PYCDS_TEST_PYTHONS, paths joined by ':', or the one that
runs the tests.  What is needed beside them comes from the environment:
PYCDS_ARCHIVER, PYCDS_LOADER, PYCDS_COMPILER, PYCDS_PROBE: paths of the archiver, the
loader's shared object, compile.py and probe.py.
"""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOTS = ("", "app", "dep")  # directories on sys.path, relative to the runfiles


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
    """testdata laid out as runfiles, with an archive for one interpreter."""

    def __init__(self, python, optimize=0):
        self.python = python
        self.directory = tempfile.mkdtemp(prefix="pycds_")
        self.runfiles = os.path.join(self.directory, "run files")
        shutil.copytree(os.path.join(HERE, "testdata"), self.runfiles)
        self.archive = os.path.join(self.directory, "app.pycds")
        self.optimize = optimize
        self._build()

    def remove(self):
        shutil.rmtree(self.directory)

    def _file(self, name):
        return os.path.join(self.directory, name)

    def _python(self, *args):
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return subprocess.run([self.python, *args], check=True, env=env,
                              stdout=subprocess.PIPE, encoding="utf-8").stdout

    def _compile(self, output, files):
        with open(self._file("params"), "w", encoding="utf-8") as f:
            f.write(f"--output={output}\n--optimize={self.optimize}\n--lenient\n")
            f.writelines(f"{source}\t{path}\n" for source, path in files)
        self._python("-S", "-s", "-P", "-B", tool("PYCDS_COMPILER"), "@" + self._file("params"))

    def _build(self):
        self._python("-S", "-s", "-P", "-B", tool("PYCDS_PROBE"), self._file("abi.json"))
        self.stdlib = self._python("-S", "-c", "import sys; print(sys._stdlib_dir)").strip()
        self._compile(self._file("app.bundle"), sources(self.runfiles))
        self._compile(self._file("stdlib.bundle"), sources(
            self.stdlib, ("site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3")))
        roots = [f"--import_root={root}" for root in ROOTS]
        subprocess.run([
            tool("PYCDS_ARCHIVER"), "build", "--abi", self._file("abi.json"),
            "--output", self.archive, "--manifest", self._file("app.json"),
            "--label", "//loader/tests", "--optimize", str(self.optimize),
            "--bundle", self._file("app.bundle"), "--stdlib_bundle", self._file("stdlib.bundle"),
            *roots], check=True)

    def can_run_itself(self):
        """Returns whether the interpreter can start sys.executable, as multiprocessing does."""
        return not subprocess.run(
            [self.python, "-c", "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', '']))"],
            stderr=subprocess.DEVNULL, check=False).returncode

    def run(self, *args, loader=False, archive=None, env=None, site="minimal", gc="defer", **more):
        """Runs the interpreter; {app} in args is the program's directory.

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
                f"roots={len(ROOTS)}", f"site={site}", f"gc={gc}"])
            environment["LD_PRELOAD"] = tool("PYCDS_LOADER")
        args = [a.replace("{app}", os.path.join(self.runfiles, "app")) for a in args]
        done = subprocess.run([self.python, *args], env=environment, cwd=self.directory,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              stdin=subprocess.DEVNULL, encoding="utf-8", **more)
        return done.returncode, done.stdout, done.stderr


def sources(top, skip=()):
    """Returns (file, path relative to top) of each Python source below top."""
    found = []
    for directory, directories, files in os.walk(top):
        directories[:] = sorted(d for d in directories if d not in skip and d != "__pycache__")
        for name in sorted(files):
            if name.endswith(".py"):
                path = os.path.join(directory, name)
                found.append((path, os.path.relpath(path, top)))
    return found
