"""The end of a process looks as it does under stock, and is short where it can be."""

import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import comparison
from comparison import Case, LoaderTest, load_tests

MAIN = "cases/leftovers.py"

# Why the interpreter is finalized; a mode that is not here ends quickly.
WHY = {
    "slots": r"a __main__\.LoudSlots is left",
    "finalizer": r"a __main__\.Loud is left",
    "finalizer_in_cycle": r"a __main__\.Loud is left",
    "finalizer_of_class": r"a __main__\.LoudClass is left",
    "odd_stdout": r"a standard stream is not plain, or cannot be flushed",
    "waiting_generator": r"a builtins\.generator is left",
    "delegating_generator": r"a builtins\.generator is left",
    "coroutine": r"a builtins\.coroutine is left",
    "callback": r"a weakref\.ReferenceType is left",
    "callback_function": r"a weakref\.ReferenceType is left",
    "callback_of_method": r"a weakref\.WeakMethod is left",
    "callback_of_proxy": r"a weakref\.ProxyType is left",
    "finalize_unless_exit": r"a weakref\.ReferenceType is left",
    "daemon": r"threads or interpreters are left",
    "traced": r"a trace or profile function or a monitoring tool is set",
    "profiled": r"a trace or profile function or a monitoring tool is set",
    "monitored": r"a trace or profile function or a monitoring tool is set|a __main__\.Loud is left",
    "collector_callback": r"the cyclic collector is watched",
    "collector_debug": r"the cyclic collector is watched",
    "collector_garbage": r"the cyclic collector is watched",
    "frozen": r"objects are frozen",
    "c_function_at_exit": "ctypes may have code run at the end",
    "c_function_by_item": "ctypes may have code run at the end",
    "c_function_by_handle": "ctypes may have code run at the end",
    "capsule": "ctypes may have code run at the end",
    "freed_monitor": r"a trace or profile function or a monitoring tool is set|a __main__\.Loud is left",
    "loud_hash": r"a weakref\.KeyedRef is left",
    "stale_filters": r"a builtins\.list is left",
    "open_filters": r"a builtins\.list is left",
    "inspected_until_exit": r"PYTHONINSPECT is set",
    "shown_warnings": r"warnings of unclosed files are shown",
    "audited": r"the program has audit hooks",
    "inspected": r"PYTHONINSPECT is set",
    # Not said: the program did not end as one that ends quickly does.
    "handlers_by_hand": None,
    "handlers_cleared": None,
    "raises": None,
    "exits_with_text": None,
}

WHY_FILES = {
    "open_file": r"an? _io\.\w+ is left",
    "other_stream": r"an? _io\.\w+ is left",
    "stream_with_close": r"an? \w+\.Stream is left",
    "stream_with_flush": r"an? \w+\.Stream is left",
    "stream_with_setattr": r"an? \w+\.Stream is left",
    "stream_with_property": r"an? \w+\.Stream is left",
    "stream_with_own_close": r"an? \w+\.Stream is left",
    "socket_with_finalizer": r"a socket\.socket is left",
    "socket_that_shows_itself": r"a __main__\.socket_that_shows_itself\.<locals>\.Shown is left",
    "file_that_shows_itself": r"a _io\.TextIOWrapper is left",
    "reader_of_another_kind": r"a _io\.BufferedReader is left",
    "released_buffer": r"a __main__\.released_buffer\.<locals>\.Released is left",
    "exported_buffer": r"a _io\._BytesIOBuffer is left",
    "temporary_file": r"an? [\w.]+ is left",
}

WHY_DATABASES = {
    "file": r"a sqlite3\.Connection is left",
    "file_not_in_modules": r"a (sqlite3\.Connection|builtins\.module) is left",
    "attached_file": r"a sqlite3\.Connection is left",
    "statement": r"a sqlite3\.(Connection|Cursor) is left",
    "traced": r"a sqlite3\.Connection is left",
    "shows_itself": r"a __main__\.shows_itself\.<locals>\.Shown is left",
    "extensions": r"a sqlite3\.Connection is left",
}

WHY_PACKAGES = {
    "instance_with_loud_key": r"a weakref\.ReferenceType is left",
    "older": r"a weakref\.ReferenceType is left",
    "newer": r"a weakref\.ReferenceType is left",
    "much_newer": r"a weakref\.ReferenceType is left",
    "no_version": r"a weakref\.ReferenceType is left",
    "odd_version": r"a weakref\.ReferenceType is left",
    "other_function": r"a weakref\.ReferenceType is left",
    "other_file": r"a weakref\.ReferenceType is left",
    "other_method": r"a weakref\.ReferenceType is left",
    "waiting_greenlet": r"a greenlet\._greenlet\.greenlet is left",
    "derived_greenlet": r"a greenlet\._greenlet\.derived is left",
}

MODES = {
    MAIN: WHY,
    "cases/databases.py": WHY_DATABASES,
    "cases/files.py": WHY_FILES,
    "cases/packages.py": WHY_PACKAGES,
}
# Functions of these files that are no modes.
HELPERS = {"in_memory", "in_file"}

OPTIONS = {
    "module": (Case("-m", "cases.leftovers", "quiet_library"), None),
    "module_finalizer": (Case("-m", "cases.leftovers", "finalizer"), "a __main__.Loud is left"),
    "module_exits": (Case("-m", "cases.leftovers", "quiet_exits_3"), None),
    "dev": (Case("-X", "dev", "{app}/" + MAIN, "quiet_nothing"), "-X dev"),
    "malloc": (Case("{app}/" + MAIN, "quiet_nothing", env={"PYTHONMALLOC": "malloc"}), "PYTHONMALLOC is set"),
    "statistics": (Case("{app}/" + MAIN, "quiet_nothing", env={"PYTHONMALLOCSTATS": "1"}, only=("status", "stdout")), "PYTHONMALLOCSTATS is set"),
    "warnings": (Case("-W", "default", "{app}/" + MAIN, "quiet_nothing", env={"PYTHONWARNINGS": ""}), "warnings of unclosed files are shown"),
    "importtime": (Case("-X", "importtime", "{app}/" + MAIN, "quiet_nothing", only=("status", "stdout")), None),
}


class ExitTest(LoaderTest):
    def said(self, case, **more):
        """Compares two runs of a case, the second with what the first left in files, with stock's.

        Returns what the loader says of the first one's exit.
        """
        archive = self.program.archive_for(self.program.main_of(case.main()))
        with tempfile.TemporaryDirectory() as directory:
            results = []
            for left, how in (("ours", dict(more, loader=True, archive=archive)), ("stock", {})):
                env = dict(case.env, LEFT=os.path.join(directory, left), PYCDS_VERBOSE="1")
                results.append([self.program.run(*case.args, env=env, **how) for _ in range(2)])
        lines = re.findall(r"^pycds: exit: (.*)$", results[0][0][2], re.M)
        for ours, stock in zip(*results):
            ours = ours[0], ours[1], re.sub(r"^pycds: .*\n", "", ours[2], flags=re.M)
            for part, found, want in zip(("status", "stdout", "stderr"), ours, stock):
                if part in case.only:
                    self.assertEqual(comparison.normalize(str(found)), comparison.normalize(str(want)), (case.args, part))
        return lines

    def test_modes(self):
        for main, reasons in MODES.items():
            with open(os.path.join(self.program.runfiles, "app", main)) as f:
                names = [name for name in re.findall(r"^def (\w+)\(\):", f.read(), re.M) if name not in HELPERS]
            self.assertEqual([name for name in reasons if name not in names], [])
            self.assertGreater(len(names), len(reasons))
            for name in names:
                with self.subTest(python=self.program.python, main=main, mode=name):
                    self.assertEqual(name.startswith("quiet_"), name not in reasons)
                    lines = self.said(Case("{app}/" + main, name))
                    why = reasons.get(name, "")
                    if why is None:
                        self.assertEqual(lines, [])
                    else:
                        # More than one process may say so.
                        self.assertGreater(len(lines), 0)
                        self.assertRegex(lines[-1], f"^full: ({why})$" if why else "^quick$")

    def test_options(self):
        for name, (case, why) in OPTIONS.items():
            with self.subTest(python=self.program.python, option=name):
                self.assertEqual(self.said(case), [f"full: {why}" if why else "quick"])

    def test_full(self):
        self.assertEqual(self.said(Case("{app}/" + MAIN, "quiet_nothing"), exit="full"), [])

    def test_now(self):
        """Handlers are called and streams flushed, but nothing is finalized."""
        archive = self.program.archive_for("app/" + MAIN)
        for name, want in (("finalizer", ""), ("quiet_handlers", "first\nlast\n"), ("quiet_late_thread", "late\nafter it\n"),
                           ("quiet_streams", None), ("odd_stdout", None), ("quiet_exits_3", None), ("exits_with_text", None), ("raises", None)):
            with self.subTest(python=self.program.python, mode=name):
                stock = self.program.run("{app}/" + MAIN, name)
                ours = self.program.run("{app}/" + MAIN, name, loader=True, archive=archive, exit="now")
                self.assertEqual(ours, stock if want is None else (0, want, ""))

    def test_full_disk(self):
        """Where the output cannot be written the exit status says so."""
        def fill():
            os.dup2(os.open("/dev/full", os.O_WRONLY), 1)

        archive = self.program.archive_for("app/" + MAIN)
        for name in ("quiet_streams", "quiet_library", "quiet_exits_3"):
            with self.subTest(python=self.program.python, mode=name):
                stock = self.program.run("{app}/" + MAIN, name, preexec_fn=fill)
                ours = self.program.run("{app}/" + MAIN, name, loader=True, archive=archive, preexec_fn=fill)
                self.assertEqual(ours, stock)
                self.assertEqual(stock[0], 3 if name == "quiet_exits_3" else 120)


load_tests = load_tests({}, ExitTest)

if __name__ == "__main__":
    unittest.main()
