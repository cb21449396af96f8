"""Runs programs with and without the loader and compares all that they show."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import harness

# Each: arguments of the interpreter, and variables of its environment.
CASES = {
    "start": (["{app}/cases/start.py", "a", "b"], {}),
    "start_no_site": (["-S", "{app}/cases/start.py"], {}),
    "start_isolated": (["-I", "{app}/cases/start.py"], {}),
    "start_command": (["-c", "import sys, pkg; print(sys.argv, pkg.ALL)", "x"], {}),
    "start_module": (["-m", "pkg.main_like", "x"], {}),
    "start_package": (["-m", "pkg"], {}),
    "start_no_module": (["-m", "pkg.nothing"], {}),
    "start_no_file": (["{app}/cases/nothing.py"], {}),
    "start_directory": (["{app}/pkg"], {}),
    "raise": (["{app}/cases/start.py", "raise"], {}),
    "exit": (["{app}/cases/start.py", "exit"], {}),
    "abort": (["{app}/cases/start.py", "abort"], {}),
    "attributes": (["{app}/cases/attributes.py"], {}),
    "attributes_pycache_prefix": (["-X", "pycache_prefix=/nowhere", "{app}/cases/attributes.py"], {}),
    "tracebacks": (["{app}/cases/tracebacks.py"], {}),
    "tracebacks_no_ranges": (["{app}/cases/tracebacks.py"], {"PYTHONNODEBUGRANGES": "1"}),
    "shortcuts": (["{app}/cases/shortcuts.py"], {}),
    "machinery": (["{app}/cases/machinery.py"], {}),
    "concurrency": (["{app}/cases/concurrency.py"], {}),
    "everything": (["{app}/cases/everything.py"], {}),
    "spawn": (["{app}/cases/spawn.py"], {}),
    "everything_dev": (["-X", "dev", "{app}/cases/everything.py"], {"PYTHONMALLOC": "debug"}),
    "everything_hash": (["{app}/cases/everything.py"], {"PYTHONHASHSEED": "7"}),
    "malloc_debug": (["-c", "import pkg, json; print(pkg.ALL)"], {"PYTHONMALLOC": "malloc_debug"}),
    "tracemalloc": (["-X", "tracemalloc", "-c", "import pkg; print(pkg.ALL)"], {}),
    "optimized": (["-O", "-c", "import pkg; print(pkg.ALL)"], {}),
    "verbose": (["-v", "-S", "-c", "print(1)"], {}),
    "frozen_off": (["-X", "frozen_modules=off", "-c", "import pkg, os; print(pkg.ALL, os.__file__)"], {}),
    "user_path": (["-c", "import sys, late, json; print(sys.path, late.WHO)"], {"PYTHONPATH+": "/nowhere::/tmp"}),
    "warnings": (["-W", "error", "-c", "import pkg, json, asyncio"], {}),
}
CASES.update({
    "path_" + mode: (["{app}/cases/path_changes.py", mode], {})
    for mode in ("first", "last", "finder", "no_finders", "removed", "hook", "package", "namespace")
})


def normalize(text):
    """Takes out what differs between two runs of the same program."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text)
    text = re.sub(r"/tmp/tmp\w+", "/tmp/x", text)
    text = re.sub(r"_pycds\.ArchiveLoader|\bArchiveLoader\b", lambda m: m[0].replace(
        "_pycds.ArchiveLoader", "_frozen_importlib_external.SourceFileLoader").replace(
        "ArchiveLoader", "SourceFileLoader"), text)
    text = re.sub(r"-v: .*|^#.*|^import .*", "", text, flags=re.M) if text.startswith("import _frozen") else text
    return re.sub(r"run=1 errors=0 failures=0|in [0-9.]+s", "", text)


class LoaderTest(unittest.TestCase):
    maxDiff = None
    program = None

    def run_both(self, case, mode):
        args, env = CASES[case]
        if case == "spawn" and not self.program.can_run_itself():
            self.skipTest(f"{self.program.python}: its sys.executable does not run on this host")
        stock = self.program.run(*args, env=env)
        ours = self.program.run(*args, env=dict(env, **mode), loader=True)
        for part, (want, found) in zip(("status", "stdout", "stderr"), zip(stock, ours)):
            with self.subTest(python=self.program.python, case=case, part=part, **mode):
                self.assertEqual(normalize(str(want)), normalize(str(found)))
        return ours


def stats(program, code, **more):
    """Runs code and returns what _pycds.stats() says then."""
    status, out, err = program.run(
        "-c", code + "\nimport _pycds; print('STATS', _pycds.stats())", loader=True, **more)
    if status != 0:
        raise AssertionError(err)
    return eval(out.rpartition("STATS")[2])


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
        entry = module_entry(good, b"pkg.values")
        bind, size = entry[10], entry[11]
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


def module_entry(data, name):
    """Returns the 20 u32 fields of a pycds_module (format.h) by the module's name."""
    import struct
    table, count = struct.unpack_from("<II", data, 64 + 40 + 32)
    for i in range(count):
        fields = struct.unpack_from("<20I", data, table + 96 * i)
        if data[fields[0]:fields[0] + fields[1]] == name:
            return fields
    raise AssertionError(f"no module {name}")


def add_comparisons():
    """Adds a test for each case, prelinked where it can be and relocated."""
    for case in CASES:
        for mode, env in (("", {}), ("_relocated", {"PYCDS_RELOCATE": "1"})):
            def test(self, case=case, env=env):
                self.run_both(case, env)
            setattr(CompareTest, f"test_{case}{mode}", test)


class CompareTest(LoaderTest):
    pass


def load_tests(loader, _, pattern):
    add_comparisons()
    suite = unittest.TestSuite()
    for python in harness.pythons():
        program = harness.Program(python)
        for base in (UseTest, RefusalTest, CompareTest):
            made = type(base.__name__, (base,), {"program": program, "__doc__": python})
            suite.addTests(loader.loadTestsFromTestCase(made))
        unittest.addModuleCleanup(program.remove)
    return suite


if __name__ == "__main__":
    unittest.main()
