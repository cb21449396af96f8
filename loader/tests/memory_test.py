"""Allocators, limits of memory, forks and sub-interpreters are borne as under stock."""

import linecache
import os
import re
import resource
import shutil
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import archive_format
from comparison import Case, LoaderTest, cases, load_tests

CASES = {
    **cases("memory", "alone", "imports", "traced", "forked", "grows", "threads", "interpreters"),
    "statistics": Case("{app}/cases/memory.py", "statistics", only=("status", "stdout")),
    **{f"{allocator}_{what}": Case("{app}/cases/memory.py", what, env={"PYTHONMALLOC": allocator})
       for allocator in ("malloc", "debug", "malloc_debug", "mimalloc", "wrong")
       for what in ("imports", "forked", "interpreters")},
    **{f"dev_{what}": Case("-X", "dev", "{app}/cases/memory.py", what) for what in ("imports", "forked", "grows", "interpreters")},
    "tracemalloc": Case("-X", "tracemalloc=25", "{app}/cases/memory.py", "grows"),
    "tracemalloc_variable": Case("{app}/cases/memory.py", "forked", env={"PYTHONTRACEMALLOC": "3"}),
    "malloc_stats": Case("{app}/cases/memory.py", "imports", env={"PYTHONMALLOCSTATS": "1"}, only=("status", "stdout")),
}

STEP = 1 << 20


class HotTest(LoaderTest):

    def test_is_read_ahead(self):
        """The tests' archive is so large that a thread reads part of it."""
        with open(self.program.archive, "rb") as f:
            self.assertGreaterEqual(archive_format.header(f.read()).hot_size, 1 << 20)

    @unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
    def test_valgrind(self):
        """Valgrind knows that thread as one."""
        status, out, err = self.program.run(
            "{app}/cases/memory.py", "imports", loader=True, env={"PYCDS_STRICT": "1"}, under=("valgrind", "-q", "--tool=none"))
        self.assertEqual((status, out, err), (0, "('ok', 12)\n", ""))


class LimitTest(LoaderTest):
    """Too little memory ends a program as it may end stock: with an exception, never with a signal.

    But for one: from 3.13 on the interpreter goes through a null pointer where there is no memory for a
    new class's keys and the class has __static_attributes__ (Objects/dictobject.c, _PyDict_NewKeysForClass()).
    """

    def makes_class(self, err):
        """Tells whether a fatal error's traceback says that a class was being made."""
        found = re.search(r'^Current thread .*\n  File "(.*)", line (\d+) in ', err, re.M)
        return found is not None and linecache.getline(found[1], int(found[2])).lstrip().startswith("class ")

    def run_with(self, limit, kind=resource.RLIMIT_AS, **more):
        def limit_memory():
            resource.setrlimit(kind, (limit, limit))
        return self.program.run("{app}/cases/memory.py", "imports", preexec_fn=limit_memory, **more)

    def stock_needs(self):
        """Returns about how much address space stock needs, in bytes."""
        if not hasattr(self.program, "needs"):
            low, high = 0, 1 << 30
            while high - low > STEP:
                middle = (low + high) // 2
                if self.run_with(middle)[0] == 0:
                    high = middle
                else:
                    low = middle
            self.program.needs = high
        return self.program.needs

    def test_address_space(self):
        needs = self.stock_needs()
        size = os.path.getsize(self.program.archive)
        worked = 0
        for number, extra in enumerate([*range(0, 12 * STEP, 2 * STEP), *range(12 * STEP, 2 * size + 24 * STEP, size // 4)]):
            env = {"PYTHONFAULTHANDLER": "1", **({"PYCDS_RELOCATE": "1"} if number % 2 else {})}
            with self.subTest(python=self.program.python, needs=needs, extra=extra, **env):
                status, out, err = self.run_with(needs + extra, loader=True, env=env)
                if status == 0:
                    worked += 1
                    self.assertEqual((out, err), ("('ok', 12)\n", ""))
                elif status == -signal.SIGSEGV:
                    self.assertTrue(self.makes_class(err), err)
                else:
                    self.assertEqual(status, 1, err)
                    self.assertRegex(err, "MemoryError|Cannot allocate memory|failed to map segment")
        self.assertGreater(worked, 0)

    def test_early(self):
        """An archive for which there is no room does not keep the interpreter from starting."""
        size = os.path.getsize(self.program.archive)
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            low, high = 0, 1 << 30
            while high - low > STEP:
                middle = (low + high) // 2
                low, high = (low, middle) if self.run_with(middle, kind)[0] == 0 else (middle, high)
            for extra in range(2 * STEP, size, STEP):
                with self.subTest(python=self.program.python, kind=kind, needs=high, extra=extra):
                    status, _, err = self.run_with(high + extra, kind, loader=True)
                    self.assertNotIn("not initialized", err)
                    self.assertNotEqual(status, -signal.SIGABRT, err)

    def test_strict(self):
        """An archive that cannot be mapped is refused by name."""
        needs = self.stock_needs()
        status, _, err = self.run_with(needs + STEP, loader=True, env={"PYCDS_STRICT": "1"})
        self.assertEqual(status, 70, err)
        self.assertRegex(err, "^pycds: error: .*app\\.pycds: mmap: wanted a private mapping of the file, found Cannot allocate memory")


load_tests = load_tests(CASES, HotTest, LimitTest)

if __name__ == "__main__":
    unittest.main()
