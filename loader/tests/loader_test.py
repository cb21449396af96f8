"""Runs programs with and without the loader and compares all that they show."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import harness
from comparison import Case, LoaderTest, cases, load_tests, stats

CASES = {
    "start": Case("{app}/cases/start.py", "a", "b"),
    "start_no_site": Case("-S", "{app}/cases/start.py"),
    "start_isolated": Case("-I", "{app}/cases/start.py"),
    "start_command": Case("-c", "import sys, pkg; print(sys.argv, pkg.ALL)", "x"),
    "start_module": Case("-m", "pkg.main_like", "x"),
    "start_package": Case("-m", "pkg"),
    "start_no_module": Case("-m", "pkg.nothing"),
    "start_no_file": Case("{app}/cases/nothing.py"),
    "start_directory": Case("{app}/pkg"),
    "raise": Case("{app}/cases/start.py", "raise"),
    "exit": Case("{app}/cases/start.py", "exit"),
    "abort": Case("{app}/cases/start.py", "abort"),
    "attributes": Case("{app}/cases/attributes.py"),
    "attributes_pycache_prefix": Case("-X", "pycache_prefix=/nowhere", "{app}/cases/attributes.py"),
    "tracebacks": Case("{app}/cases/tracebacks.py"),
    "tracebacks_no_ranges": Case("{app}/cases/tracebacks.py", env={"PYTHONNODEBUGRANGES": "1"}),
    "shortcuts": Case("{app}/cases/shortcuts.py"),
    "machinery": Case("{app}/cases/machinery.py"),
    "concurrency": Case("{app}/cases/concurrency.py"),
    "everything": Case("{app}/cases/everything.py"),
    "spawn": Case("{app}/cases/spawn.py", needs="can_run_itself"),
    "everything_dev": Case("-X", "dev", "{app}/cases/everything.py", env={"PYTHONMALLOC": "debug"}),
    "everything_hash": Case("{app}/cases/everything.py", env={"PYTHONHASHSEED": "7"}),
    "malloc_debug": Case("-c", "import pkg, json; print(pkg.ALL)", env={"PYTHONMALLOC": "malloc_debug"}),
    "tracemalloc": Case("-X", "tracemalloc", "-c", "import pkg; print(pkg.ALL)"),
    "optimized": Case("-O", "-c", "import pkg; print(pkg.ALL)"),
    "verbose": Case("-v", "-S", "-c", "print(1)"),
    "frozen_off": Case("-X", "frozen_modules=off", "-c", "import pkg, os; print(pkg.ALL, os.__file__)"),
    "user_path": Case("-c", "import sys, late, json; print(sys.path, late.WHO)", env={"PYTHONPATH+": "/nowhere::/tmp"}),
    "warnings": Case("-W", "error", "-c", "import pkg, json, asyncio"),
}
CASES.update(cases("path_changes", "first", "last", "finder", "no_finders", "removed", "hook", "package", "namespace"))


class PathTest(LoaderTest):
    """sys.path is as site leaves it, and so are the files of modules found through it.

    Not of site itself, and of pwd, which site asks where the user's own folder is.
    """

    CODE = "import sys; print(sys.path); print([(n, getattr(m, '__file__', 0), getattr(m, '__cached__', 0)) for n, m in sorted(sys.modules.items()) if n not in ('site', 'pwd')])"

    def test_path(self):
        stdlib = self.program.stdlib
        extras = ("/tmp", "/tmp/", "/tmp//x/../y:/tmp/./y/.", "//tmp:///tmp", "run files/extra", ":", "/é:/tmp/\udcff", "/..:/../../tmp",
                  "/tmp:/tmp:/tmp", stdlib + "/", stdlib + "/../" + os.path.basename(stdlib), os.path.relpath(stdlib, self.program.directory))
        for extra in extras:
            for first in False, True:
                env = {"PYTHONPATH": extra} if first else {"PYTHONPATH+": extra}
                with self.subTest(env=env):
                    stock = self.program.run("-c", self.CODE, env=env)
                    self.assertEqual(self.program.run("-c", self.CODE, env=env, loader=True), stock)
                    self.assertEqual(stock[0], 0, stock)


class UseTest(LoaderTest):
    """The archive is really used, else all comparisons would pass by themselves."""

    def check(self, **env):
        seen = stats(self.program, "import pkg.sub.leaf, ns.from_dep, third.part, json", env=env)
        for name in ("pkg", "pkg.values", "pkg.sub.leaf", "ns.from_dep", "third", "json", "json.decoder"):
            self.assertIn(name, seen["imported"])
        self.assertEqual(seen["archive"], self.program.archive)
        self.assertNotIn("pkg", seen["early"])
        self.assertIn("sys", seen["early"])
        return seen

    def test_used(self):
        self.check(PYCDS_STRICT="1")

    def test_relocated(self):
        self.assertFalse(self.check(PYCDS_STRICT="1", PYCDS_RELOCATE="1")["prelinked"])

    def test_verified(self):
        self.check(PYCDS_STRICT="1", PYCDS_VERIFY="1")

    def test_archived_code_runs(self):
        """The code that runs is the archive's own object, in the mapped file."""
        status, out, err = self.program.run("-c", """
import _pycds, pkg.values
base = _pycds.stats()["base"]
code = _pycds.get_code("pkg.values")
print(base <= id(code) < base + (1 << 32), base <= id(pkg.values.nested.__code__) < base + (1 << 32))
print("pkg.values" in _pycds.module_names(), _pycds.module_names() == sorted(_pycds.module_names()))
""", loader=True)
        self.assertEqual((out, err, status), ("True True\nTrue True\n", "", 0))

    def test_site_is_skipped(self):
        status, out, err = self.program.run("-c", "import sys; print('site' in sys.modules)", loader=True)
        self.assertEqual((out, err, status), ("False\n", "", 0))
        status, out, err = self.program.run("-c", "import sys; print('site' in sys.modules)", loader=True, site="full")
        self.assertEqual((out, err, status), ("True\n", "", 0))

    def test_verbose(self):
        status, out, err = self.program.run("-c", "import pkg, antigravity_", loader=True, env={"PYCDS_VERBOSE": "1"})
        self.assertRegex(err, r"pycds: .*app\.pycds: \d+ modules mapped at 0x")
        self.assertRegex(err, r"pycds: module pkg: bound, \d+ strings")
        self.assertIn("pycds: antigravity_: not in the archive", err)


class RefusalTest(LoaderTest):
    """An archive that cannot be used changes nothing; strict says why."""

    def refused(self, message, *args, archive=None, env=None):
        args = args or ("{app}/cases/start.py",)
        stock = self.program.run(*args, env=env)
        ours = self.program.run(*args, loader=True, archive=archive, env=env)
        self.assertEqual(stock, ours)
        status, _, err = self.program.run(*args, loader=True, archive=archive,
                                          env=dict(env or {}, PYCDS_STRICT="1"))
        self.assertEqual(status, 70, err)
        self.assertRegex(err, "^pycds: error: .*: " + message)

    def test_absent(self):
        self.refused("open: wanted /nowhere/x, found No such file", archive="/nowhere/x")

    def test_directory(self):
        self.refused("read: ", archive=self.program.directory)

    def test_optimize(self):
        self.refused("optimize: wanted 0, found 1", "-O", "{app}/cases/start.py")

    def test_no_debug_ranges(self):
        self.refused("option: ", env={"PYTHONNODEBUGRANGES": "1"})

    def test_damaged(self):
        """Bytes changed anywhere in the head are noticed; in the tail, by PYCDS_VERIFY."""
        with open(self.program.archive, "rb") as f:
            good = f.read()
        path = os.path.join(self.program.directory, "damaged.pycds")
        for offset, env, message in (
                (0, {}, "magic"), (8, {}, "format version: wanted 2, found"), (12, {}, "header_size"),
                (16, {}, "file_size"), (32, {}, "head_checksum"), (40, {}, "head_size|head_checksum"),
                (64, {}, "head_checksum"), (300, {}, "head_checksum"), (5000, {}, "head_checksum"),
                (len(good) - 5000, {"PYCDS_VERIFY": "1"}, "file_checksum")):
            with self.subTest(offset=offset):
                bad = bytearray(good)
                bad[offset] ^= 0x55
                with open(path, "wb") as f:
                    f.write(bad)
                self.refused(message, archive=path, env=env)
        for size in (0, 10, 159, 200, len(good) - 1):
            with self.subTest(size=size):
                with open(path, "wb") as f:
                    f.write(good[:size])
                self.refused("size of the file|file_size", archive=path)

    def test_damaged_module(self):
        """A damaged bind block costs that module alone its place."""
        with open(self.program.archive, "rb") as f:
            good = f.read()
        entry = next(f for _, name, _, f in harness.modules(good) if name == b"pkg.values")
        bind, size = entry.bind, entry.bind_size
        bad = bytearray(good)
        bad[bind] ^= 1
        path = os.path.join(self.program.directory, "module.pycds")
        with open(path, "wb") as f:
            f.write(bad)
        self.assertGreater(size, 0)
        code = "import pkg.values, pkg.sub.leaf; print(pkg.ALL)"
        self.assertEqual(self.program.run("-c", code), self.program.run("-c", code, loader=True, archive=path))
        seen = stats(self.program, code, archive=path)
        self.assertIn("pkg.sub.leaf", seen["imported"])
        self.assertNotIn("pkg.values", seen["imported"])
        status, _, err = self.program.run("-c", code, loader=True, archive=path, env={"PYCDS_STRICT": "1"})
        self.assertEqual(status, 70)
        self.assertRegex(err, "^pycds: error: module pkg.values: bind_checksum: wanted 0x[0-9a-f]+, found 0x")


load_tests = load_tests(CASES, PathTest, UseTest, RefusalTest)

if __name__ == "__main__":
    unittest.main()
