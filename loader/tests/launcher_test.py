"""Runs launchers and looks at how they start the interpreter.

PYCDS_LAUNCHER is the launcher without configuration, PYCDS_LAUNCHER_MAKER the tool
that appends one.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

MAIN = """\
import json, os, sys
print(json.dumps({"orig_argv": sys.orig_argv, "argv": sys.argv, "path": sys.path, "file": __file__,
                  "env": dict(os.environ)}))
"""


def tool(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set; want the path of a program")
    return os.path.abspath(value)


class LauncherTest(unittest.TestCase):

    def setUp(self):
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="pycds_"))
        self.addCleanup(shutil.rmtree, self.top)
        self.app = os.path.join(self.top, "bin", "app")
        self.runfiles = self.app + ".runfiles"
        self.write("bin/app.runfiles/_main/app.py", MAIN)
        self.write("bin/app.runfiles/_main/app.pycds", "")
        self.write("bin/app.runfiles/dep/lib/x.py", "")
        self.write("bin/app.runfiles/MANIFEST", "")
        self.make()

    def write(self, path, text):
        path = os.path.join(self.top, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def make(self, *lines, interpreter=sys.executable, main="main=_main/app.py", linked_like=None):
        config = [f"interpreter={interpreter}", *([main] if main else []), "import_root=",
                  *(lines or ("import_root=dep/lib", "import_all=1"))]
        self.write("config", "\n".join(config) + "\n")
        subprocess.run([tool("PYCDS_LAUNCHER_MAKER"), "--template", tool("PYCDS_LAUNCHER"),
                        "--config", os.path.join(self.top, "config"), "--output", self.app,
                        *(["--interpreter", linked_like] if linked_like else [])], check=True)

    def start(self, *args, env=None, executable=None, cwd="/"):
        clean = {k: v for k, v in os.environ.items()
                 if not k.startswith(("PYTHON", "RUNFILES", "PYCDS", "_PYCDS", "LD_"))}
        clean.update(env or {})
        return subprocess.run([*args] or [self.app], env=clean, cwd=cwd, executable=executable,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

    def run_app(self, *args, **more):
        done = self.start(*args, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def check(self, seen, runfiles=None):
        self.assertEqual(seen["argv"][0], (runfiles or self.runfiles) + "/_main/app.py")

    def test_environment(self):
        seen = self.run_app(self.app, "a", "b c", "")
        r = self.runfiles
        self.assertEqual(seen["orig_argv"], [sys.executable, r + "/_main/app.py", "a", "b c", ""])
        self.assertEqual(seen["env"]["PYTHONPATH"], ":".join([r, r + "/dep/lib", r + "/_main", r + "/dep"]))
        self.assertEqual(seen["env"]["PYTHONSAFEPATH"], "1")
        self.assertEqual(seen["env"]["RUNFILES_MANIFEST_FILE"], r + "/MANIFEST")
        self.assertNotIn("RUNFILES_DIR", seen["env"])
        self.assertNotIn("LD_PRELOAD", seen["env"])

    def test_python_path(self):
        r = self.runfiles
        self.make("import_all=1")
        env = {"PYTHONPATH": f"/x::{r}/dep:/x:/y"}
        seen = self.run_app(env=env)
        self.assertEqual(seen["env"]["PYTHONPATH"], f"{r}:{r}/:{r}/_main:{r}/dep:/x::/y")
        self.make("import_root=dep/lib", "import_root=_main")
        seen = self.run_app(env={"PYTHONPATH": ""})
        self.assertEqual(seen["env"]["PYTHONPATH"], f"{r}:{r}/dep/lib:{r}/_main")

    def test_runfiles_variables(self):
        os.remove(self.runfiles + "/MANIFEST")
        seen = self.run_app()
        self.assertEqual(seen["env"]["RUNFILES_DIR"], self.runfiles)
        self.write("bin/app.runfiles_manifest", "")
        seen = self.run_app()
        self.assertEqual(seen["env"]["RUNFILES_MANIFEST_FILE"], self.runfiles + "_manifest")
        self.assertNotIn("RUNFILES_DIR", seen["env"])
        seen = self.run_app(env={"RUNFILES_DIR": "/elsewhere"})
        self.check(seen)
        self.assertEqual(seen["env"]["RUNFILES_DIR"], "/elsewhere")
        self.assertNotIn("RUNFILES_MANIFEST_FILE", seen["env"])

    def test_find_by_call(self):
        links = os.path.join(self.top, "links")
        os.mkdir(links)
        os.symlink(self.app, links + "/absolute")
        os.symlink("../bin/app", links + "/relative")
        os.symlink("relative", links + "/twice")
        for args, more, runfiles in (
                ([self.app], {}, None),
                (["./app"], {"cwd": self.top + "/bin"}, self.top + "/bin/./app.runfiles"),
                (["bin/app"], {"cwd": self.top}, None),
                (["app"], {"env": {"PATH": self.top + "/bin"}, "executable": self.app}, None),
                (["anything at all"], {"executable": self.app}, None),
                ([links + "/absolute"], {}, None),
                ([links + "/relative"], {}, links + "/../bin/app.runfiles"),
                ([links + "/twice"], {}, links + "/../bin/app.runfiles")):
            with self.subTest(args=args):
                self.check(self.run_app(*args, **more), runfiles)

    def test_find_on_path(self):
        done = self.start("/bin/sh", "-c", "app x", env={"PATH": self.top + "/bin:/bin:/usr/bin"})
        self.check(json.loads(done.stdout))

    def test_find_around(self):
        inner = self.runfiles + "/_main/tools/inner"
        os.makedirs(os.path.dirname(inner))
        shutil.copy(self.app, inner)
        self.check(self.run_app(inner))

    def test_find_by_variables(self):
        elsewhere = os.path.join(self.top, "elsewhere")
        shutil.copy(self.app, elsewhere)
        self.check(self.run_app(elsewhere, env={"RUNFILES_DIR": self.runfiles}))
        for manifest in ("/MANIFEST", "_manifest"):
            self.check(self.run_app(elsewhere, env={"RUNFILES_MANIFEST_FILE": self.runfiles + manifest}))
        os.mkdir(self.top + "/other.runfiles")
        self.check(self.run_app(self.app, env={"RUNFILES_DIR": self.top + "/other.runfiles"}))

    def test_not_found(self):
        elsewhere = os.path.join(self.top, "elsewhere")
        shutil.copy(self.app, elsewhere)
        done = self.start(elsewhere)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, "^pycds: error: cannot find the runfiles of .*elsewhere: .*_main/app.py.*RUNFILES_DIR")

    def test_no_program(self):
        os.remove(self.runfiles + "/_main/app.py")
        done = self.start()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "^pycds: error: cannot read the program .*/_main/app.py: No such file")

    def test_no_interpreter(self):
        for interpreter, message in (
                ("/nowhere/python3", "cannot run the interpreter /nowhere/python3: No such file"),
                ("py/bin/python3", "cannot run the interpreter .*app.runfiles/py/bin/python3: No such file"),
                ("no_such_python", r"cannot find the interpreter no_such_python on PATH \(/bin\)")):
            with self.subTest(interpreter=interpreter):
                self.make(interpreter=interpreter)
                done = self.start(env={"PATH": "/bin"})
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, "^pycds: error: " + message)

    def test_interpreter_in_runfiles(self):
        self.write("bin/app.runfiles/py/python", "#!/bin/sh\nexec \"$PYTHON_UNDER_TEST\" \"$@\"\n")
        os.chmod(self.runfiles + "/py/python", 0o755)
        env = {"PYTHON_UNDER_TEST": sys.executable, "PATH": self.runfiles + "/py:/bin"}
        for interpreter in ("py/python", "python"):
            self.make(interpreter=interpreter)
            self.check(self.run_app(self.app, env=env))

    def test_interpreter_args_and_module(self):
        self.make("import_root=_main", "interpreter_arg=-O", "interpreter_arg=-Xutf8", main="main_module=app")
        seen = self.run_app(self.app, "x")
        self.assertEqual(seen["orig_argv"], [sys.executable, "-O", "-Xutf8", "-m", "app", "x"])

    def test_no_configuration(self):
        done = self.start(tool("PYCDS_LAUNCHER"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("pycds: error: this launcher has no configuration", done.stderr)

    def make_with_loader(self):
        """An interpreter that shows its own environment, before any loader could change it."""
        self.write("bin/app.runfiles/py/show", "#!/bin/sh\nLD_PRELOAD= exec env -0\n")
        os.chmod(self.runfiles + "/py/show", 0o755)
        self.make("import_root=dep/lib", "import_root=_main", "archive=_main/app.pycds", "loader=_main/app.loader", "site=full", "gc=freeze", "exit=full",
                  interpreter="py/show")

    def environment(self, **env):
        done = self.start(self.app, env=env)
        self.assertEqual(done.returncode, 0)
        return dict(v.split("=", 1) for v in done.stdout.split("\0") if "=" in v), done.stderr

    def test_loader(self):
        self.make_with_loader()
        r = self.runfiles
        seen, err = self.environment(PYCDS_VERBOSE="1")
        self.assertNotIn("_PYCDS_LAUNCH", seen)
        self.assertEqual(err, f"pycds: {r}/_main/app.loader not used: No such file or directory\n")
        self.write("bin/app.runfiles/_main/app.loader", "")
        for value, expected in (("0", False), ("1", True), ("", True)):
            seen, _ = self.environment(PYCDS=value)
            self.assertEqual("_PYCDS_LAUNCH" in seen, expected)
        launch = f"archive={r}/_main/app.pycds\nrunfiles={r}\nroots=3\nsite=full\ngc=freeze\nexit=full"
        self.assertEqual(self.environment()[0]["_PYCDS_LAUNCH"], launch)
        self.assertEqual(self.environment(LD_PRELOAD="/a.so")[0]["_PYCDS_LAUNCH"], launch + "\npreload=/a.so")
        self.assertEqual(self.environment(LD_PRELOAD="")[0]["_PYCDS_LAUNCH"], launch + "\npreload=")

    def test_early(self):
        """The loader that depends on another file is used only with that file."""
        self.write("bin/app.runfiles/_main/app.loader", "")
        for top, files, expected in (
                ("bin", (), "app.loader"), ("bin", ("loader",), "app.loader"), ("bin", ("loader", "early"), "app.early/loader"),
                ("bin", ("early",), None), ("b:in", ("loader", "early"), "app.loader")):
            with self.subTest(top=top, files=files):
                shutil.rmtree(self.runfiles + "/_main/app.early", ignore_errors=True)
                for name in files:
                    self.write(f"bin/app.runfiles/_main/app.early/{name}", "")
                # What the dynamic linker cannot load, it names.
                self.write("bin/app.runfiles/py/show", "#!/bin/sh\nexit 0\n")
                os.chmod(self.runfiles + "/py/show", 0o755)
                self.make("import_root=_main", "archive=_main/app.pycds", "loader=_main/app.loader",
                          "early=_main/app.early", interpreter="py/show", linked_like=tool("PYCDS_LINKED"))
                directory = f"{self.top}/{top}"
                if not os.path.exists(directory):
                    os.symlink("bin", directory)
                err = self.start(directory + "/app", env={"PYCDS_VERBOSE": "1"}).stderr
                if expected is None:
                    self.assertEqual(err, f"pycds: {self.runfiles}/_main/app.early/loader not used: No such file or directory\n")
                elif top == "bin":
                    self.assertIn(f"'{self.runfiles}/_main/{expected}' from LD_PRELOAD", err)
                else:
                    self.assertIn("'/proc/self/fd/", err)

    def test_relative_runfiles_directory(self):
        self.make_with_loader()
        self.write("bin/app.runfiles/_main/app.loader", "")
        done = self.start(self.app, env={"RUNFILES_DIR": "bin/app.runfiles", "PYCDS_VERBOSE": "1"}, cwd=self.top)
        self.assertNotIn("_PYCDS_LAUNCH", done.stdout)
        self.assertIn("not absolute", done.stderr)

    def test_system_calls(self):
        """A bound on the launcher's own work, counted where strace is."""
        strace = shutil.which("strace")
        if strace is None:
            self.skipTest("strace is not installed")
        done = self.start(strace, self.app)
        if "execve(" not in done.stderr:
            self.skipTest("strace cannot trace here: " + done.stderr[:200])
        lines = done.stderr.splitlines()
        execs = [i for i, line in enumerate(lines) if line.startswith("execve(")]
        self.assertLess(execs[1] - execs[0], 40, done.stderr)


if __name__ == "__main__":
    unittest.main()
