"""Compares the launcher without the C library to the same sources with it.

Both must start the interpreter with the same arguments and environment, in the same
order, or end with the same message. PYCDS_LAUNCHER and PYCDS_LAUNCHER_WITH_LIBC are the
launchers without configuration, PYCDS_SHOW is an interpreter that shows how it was
started.
"""

import ctypes
import os
import platform
import random
import resource
import shutil
import struct
import tempfile
import unittest

LIBC = ctypes.CDLL(None)
LONGEST = 32 * resource.getpagesize()  # bytes of one argument or variable, with its zero byte


def tool(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set; want the path of a program")
    return os.path.abspath(value)


def strings(values):
    values = [os.fsencode(v) for v in values]
    return (ctypes.c_char_p * (len(values) + 1))(*values, None)


class FreestandingTest(unittest.TestCase):

    def setUp(self):
        self.maxDiff = 4000
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="pycds_"))
        self.addCleanup(shutil.rmtree, self.top)
        self.place("bin")

    def place(self, folder):
        """Where the program and its runfiles are."""
        self.app = os.path.join(self.top, folder, "app")
        self.runfiles = self.app + ".runfiles"
        for name in ("_main/app.py", "_main/app.pycds", "_main/app.loader", "dep/lib/x.py", "MANIFEST"):
            self.write(name)

    def write(self, name, data=b"", mode=0o644):
        path = os.path.join(self.runfiles, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, mode)
        return path

    def make(self, launcher, config, size=None):
        config = config.encode()
        with open(tool(launcher), "rb") as f:
            template = f.read()
        with open(self.app, "wb") as f:
            f.write(template + config + struct.pack("<Q8s", len(config) if size is None else size, b"PYCDSLCH"))
        os.chmod(self.app, 0o755)

    def start(self, argv, env, file=None, cwd="/", prepare=None):
        """Wait status, stdout and stderr of what execve() starts. file is a path or a descriptor."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                try:
                    os.chdir(cwd)
                    os.dup2(out.fileno(), 1)
                    os.dup2(err.fileno(), 2)
                    if prepare:
                        prepare()
                    if isinstance(file, int):
                        LIBC.fexecve(file, strings(argv), strings(env))
                    else:
                        LIBC.execve(os.fsencode(file or self.app), strings(argv), strings(env))
                finally:
                    os._exit(127)
            _, status = os.waitpid(pid, 0)
            out.seek(0)
            err.seek(0)
            return status, out.read(), err.read()

    def both(self, *lines, argv=None, env=(), size=None, interpreter=None, main="main=_main/app.py", **more):
        """What both launchers do."""
        argv = [self.app] if argv is None else argv
        config = "\n".join((f"interpreter={interpreter or tool('PYCDS_SHOW')}", main, *lines, ""))
        results = []
        for launcher in ("PYCDS_LAUNCHER", "PYCDS_LAUNCHER_WITH_LIBC"):
            self.make(launcher, config, size)
            results.append(self.start(argv, env, **more))
        self.assertEqual(results[0], results[1])
        return results[0]

    def started(self, *lines, **more):
        """The interpreter's arguments and environment."""
        status, out, err = self.both(*lines, **more)
        self.assertEqual((status, err), (0, b""))
        args, env = out.split(b"\n\n", 1)
        return os.fsdecode(args).split("\0")[:-1], os.fsdecode(env).split("\0")[:-1]

    def failed(self, *lines, **more):
        """The message."""
        status, out, err = self.both(*lines, **more)
        self.assertEqual((os.waitstatus_to_exitcode(status), out), (1, b""), err)
        return os.fsdecode(err)

    def skip_with_libc(self):
        with open(tool("PYCDS_LAUNCHER"), "rb") as f:
            data = f.read()
        if b"/ld-" in data:
            self.skipTest("linked dynamically: //loader:static_launcher is False")
        if platform.machine() not in ("aarch64", "x86_64"):
            self.skipTest("this processor's launcher has libc")
        return data

    def test_no_libc(self):
        self.assertNotIn(b"GLIBC", self.skip_with_libc())

    def test_empty_environment(self):
        r = self.runfiles
        self.assertEqual(self.started("import_root="), (
            [tool("PYCDS_SHOW"), r + "/_main/app.py"],
            [f"PYTHONPATH={r}:{r}/", f"RUNFILES_MANIFEST_FILE={r}/MANIFEST", "PYTHONSAFEPATH=1"]))

    def test_environment(self):
        r = self.runfiles
        env = [f"V{i}={'x' * (i % 50)}" for i in range(700)]
        env[3:3] = ["no value", "", "=", "=x", "PYTHONPATH", "PYTHONPATHS=/s", "PYTHONPATH=/a:/b", "PYTHONPATH=/c"]
        env[90:90] = ["V1=again", "PYTHONSAFEPATH=", "line\nbreak=\n", "\udcff=\udcfe"]
        expected = [{"PYTHONPATH=/a:/b": f"PYTHONPATH={r}:{r}/:/a:/b", "PYTHONSAFEPATH=": "PYTHONSAFEPATH=1"}.get(v, v)
                    for v in env]
        self.assertEqual(self.started("import_root=", env=env)[1], expected + [f"RUNFILES_MANIFEST_FILE={r}/MANIFEST"])

    def test_environment_sizes(self):
        for count in range(40):
            self.started("import_root=", env=[f"V{i}=" for i in range(count)])

    def test_python_path(self):
        for value in ("", ":", "::", "/x", "/x:", ":/x", "/x::/y:/x", ":".join(f"/{i}" for i in range(3000))):
            with self.subTest(value=value[:20]):
                self.started("import_root=", "import_root=dep/lib", "import_all=1", env=["PYTHONPATH=" + value])

    def test_arguments(self):
        for argv in ([], [""], ["a"], ["a", "", "b c", "d\ne", "\udcff"], ["a", *map(str, range(20000))],
                     ["a", "x" * (LONGEST - 1)]):
            with self.subTest(argv=argv[:5]):
                args, _ = self.started("import_root=", "interpreter_arg=-O", "interpreter_arg=-X=a b", argv=argv)
                self.assertEqual(args[1:], ["-O", "-X=a b", self.runfiles + "/_main/app.py", *argv[1:]])

    def by_descriptor(self, argv, cwd="/"):
        """As both(); AT_EXECFN is then /dev/fd/N."""
        results = []
        for launcher in ("PYCDS_LAUNCHER", "PYCDS_LAUNCHER_WITH_LIBC"):
            self.make(launcher, f"interpreter={tool('PYCDS_SHOW')}\nmain=_main/app.py\nimport_root=\n")
            fd = os.open(self.app, os.O_RDONLY)
            results.append(self.start(argv, [], file=fd, cwd=cwd))
            os.close(fd)
        self.assertEqual(results[0], results[1])
        self.assertIn(b"/_main/app.py\0", results[0][1])

    def test_by_descriptor(self):
        for argv in ([self.app], ["bin/app"], ["elsewhere"], []):
            with self.subTest(argv=argv):
                self.by_descriptor(argv, cwd=self.top)

    def test_names(self):
        for folder in ("a b", "line\nbreak", "a;b:c", "\udcff", "x.runfiles/y", "/".join(["n" * 200] * 10)):
            with self.subTest(folder=folder[:20]):
                self.place(folder)
                self.started("import_root=", "import_all=1")
                self.both("import_root=", "import_all=1", "archive=_main/app.pycds", "loader=_main/app.loader",
                          env=["PYCDS_VERBOSE=1", "LD_PRELOAD="])

    def test_long_paths(self):
        """Up to what the kernel takes, and more."""
        path = self.top
        while len(path) < 4090:
            path += "/" + "n" * min(200, 4096 - len(path))
        for length in range(4040, 4090):
            self.both("import_root=", env=["RUNFILES_DIR=" + path[:length]])
        folder = os.open(self.top, os.O_RDONLY)
        for _ in range(25):
            os.mkdir("n" * 200, dir_fd=folder)
            inner = os.open("n" * 200, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        self.place("bin")
        for env in ((), ["RUNFILES_DIR=" + self.runfiles]):
            # The working directory's path is too long for getcwd().
            self.both("import_root=", argv=["app"], env=env, file=self.app, prepare=lambda: os.fchdir(folder))
        os.close(folder)

    def test_links(self):
        links = os.path.join(self.top, "links")
        os.mkdir(links)
        os.symlink(self.app, links + "/0")
        for i in range(45):
            os.symlink(str(i), f"{links}/{i + 1}")
        os.symlink("loop", links + "/loop")
        for name in ("0", "1", "35", "39", "40"):
            with self.subTest(name=name):
                self.both("import_root=", file=f"{links}/{name}")
                self.both("import_root=", file=name, cwd=links)
        # A descriptor leaves it to argv[0], which may be any name.
        for name in ("0", "40", "41", "45", "loop", "none", ""):
            with self.subTest(name=name):
                self.by_descriptor([name and f"{links}/{name}"])
                self.by_descriptor([name], cwd=links)

    def test_import_all(self):
        """More names than one system call gives."""
        names = [f"{i}" + "d" * (i * 7 % 200) for i in range(900)] + ["A", "a", "B b", "_", "é", "\udcff", "line\nbreak"]
        random.Random(1).shuffle(names)
        for i, name in enumerate(names):
            path = os.path.join(self.runfiles, name)
            if i % 5 == 4:
                os.symlink(self.top, path)
            else:
                os.mkdir(path)
        for i in range(200):
            self.write(f"file{i}")
            os.symlink("nothing" if i % 2 else "file0", f"{self.runfiles}/link{i}")
        _, env = self.started("import_root=", "import_all=1")
        path = dict(v.split("=", 1) for v in env)["PYTHONPATH"]
        expected = sorted([*names, "_main", "dep"], key=os.fsencode)
        self.assertEqual(path, ":".join([self.runfiles, self.runfiles + "/"] + [f"{self.runfiles}/{n}" for n in expected]))

    def test_runfiles_variables(self):
        os.mkdir(self.top + "/other.runfiles")
        r = self.runfiles
        for env in (["RUNFILES_DIR="], ["RUNFILES_DIR=" + r], ["RUNFILES_DIR=bin/app.runfiles"],
                    [f"RUNFILES_DIR={self.top}/other.runfiles"], ["RUNFILES_DIR=/none", "RUNFILES_DIR=" + r],
                    ["RUNFILES_MANIFEST_FILE="], ["RUNFILES_MANIFEST_FILE=MANIFEST"],
                    [f"RUNFILES_MANIFEST_FILE={r}_manifest"], [f"RUNFILES_MANIFEST_FILE={r}/MANIFEST"]):
            for move in (False, True):
                with self.subTest(env=env, move=move):
                    if move:
                        os.rename(r + "/MANIFEST", r + "_manifest")
                    self.started("import_root=", env=env, cwd=self.top)
                    if move:
                        os.rename(r + "_manifest", r + "/MANIFEST")

    def test_loader(self):
        for env in ([], ["LD_PRELOAD="], ["PYCDS=0", "PYCDS_VERBOSE=1"], ["PYCDS=1"],
                    ["RUNFILES_DIR=bin/app.runfiles", "PYCDS_VERBOSE=1"]):
            with self.subTest(env=env):
                # The dynamic linker does not take an empty file, and says so.
                status, out, _ = self.both(
                    *(f"import_root={i}" for i in ("", *range(20))), "archive=_main/app.pycds", "loader=_main/app.loader",
                    "site=full", "gc=freeze", "exit=full", env=env, cwd=self.top)
                self.assertEqual(status, 0)
                self.assertEqual(b"\nroots=21\nsite=full\ngc=freeze\nexit=full" in out,
                                 not any(v.startswith(("PYCDS=0", "RUNFILES_DIR")) for v in env))

    def test_interpreter_errors(self):
        self.write("py/plain", b"#!/bin/sh\n")
        self.write("py/text", b"no program\n", 0o755)
        self.write("py/lost", b"#!/none/sh\n", 0o755)
        busy = self.write("py/busy", b"\x7fELF", 0o755)
        os.symlink("loop", self.runfiles + "/py/loop")
        with open(busy, "ab"):
            for interpreter, message in (
                    ("py/plain", "Permission denied"), ("py/text", "Exec format error"), ("py", "Permission denied"),
                    ("py/none", "No such file or directory"), ("py/lost", "No such file or directory"),
                    ("py/plain/x", "Not a directory"), ("py/loop", "Too many levels of symbolic links"),
                    ("py/busy", "Text file busy"), ("py/" + "n" * 300, "File name too long")):
                with self.subTest(interpreter=interpreter):
                    if "/" not in interpreter:
                        interpreter = self.runfiles + "/" + interpreter
                    err = self.failed("import_root=", interpreter=interpreter)
                    self.assertIn(f"{interpreter}: {message}; check the Python toolchain\n", err)
        err = self.failed("import_root=", env=["PYTHONPATH=" + "x" * (LONGEST - 12)])
        self.assertIn("Argument list too long", err)

    def test_path(self):
        os.symlink(tool("PYCDS_SHOW"), self.write("py/a") + "b")
        for path in (None, "", ":", "::/none", "py", f":/none:{self.runfiles}:{self.runfiles}/py:", "x" * 100000):
            for interpreter in ("ab", "a", "no_such_python"):
                with self.subTest(path=path and path[:20], interpreter=interpreter):
                    self.both("import_root=", interpreter=interpreter, env=[] if path is None else ["PATH=" + path],
                              cwd=self.runfiles)

    def test_errors(self):
        self.assertIn("cannot read the program", self.failed("import_root=", main="main=_main/none"))
        self.assertIn(": Not a directory;", self.failed("import_root=", main="main=_main/app.py/x"))
        os.symlink("loop", self.runfiles + "/loop")
        self.assertIn("Too many levels of symbolic links", self.failed("import_root=", main="main=loop"))
        self.assertIn("18446744073709551615 bytes", self.failed(size=2**64 - 1))
        self.assertIn("1048577 bytes", self.failed(size=2**20 + 1))
        self.assertIn("the line 'nothing' without '='", self.failed("nothing"))
        self.assertIn("lacks interpreter", self.failed(main=""))
        shutil.rmtree(self.runfiles)
        self.assertIn("cannot find the runfiles of ", self.failed())
        self.assertIn("cannot find the runfiles of ", self.failed(argv=[]))

    def test_no_descriptors(self):
        """A dynamic linker cannot do with so few."""
        self.skip_with_libc()
        self.make("PYCDS_LAUNCHER", "")
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
        _, _, err = self.start([self.app], [], prepare=limit)
        self.assertEqual(err, b"pycds: error: cannot read the launcher itself through /proc/self/exe: "
                              b"Too many open files; mount /proc\n")

    def test_closed_stderr(self):
        for prepare in (lambda: os.close(2), lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 2)):
            self.failed(main="main=none", prepare=prepare)


if __name__ == "__main__":
    unittest.main()
