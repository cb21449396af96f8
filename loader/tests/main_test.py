"""A main file that runs from the archive sees and does what it does under stock."""

import os
import pty
import re
import select
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import comparison
import harness
from comparison import Case, LoaderTest, cases, load_tests


def mode(*args, options=(), **more):
    return Case(*options, "{app}/cases/mains.py", *args, **more)


def without_times(text):
    """Of -X importtime: the programs's own modules."""
    return "\n".join(re.findall(r"\| +((?:pkg|cases|third)\b[\w.]*)", text))


CASES = {
    **cases("mains", "attributes", "exit_text", "exit_subclass", "exit_bad", "exit_hook", "uncaught", "uncaught_group", "uncaught_bad",
            "uncaught_base", "uncaught_generator_exit", "uncaught_import", "uncaught_hook", "uncaught_hook_raises", "uncaught_hook_exits",
            "no_stderr", "syntax", "syntax_module", "interrupt", "interrupt_subclass", "interrupt_signal", "interrupt_caught", "interrupt_hook",
            "interrupt_exit", "interrupt_atexit", "terminate", "terminate_handled", "thread_raises", "deleted_file", "own_module", "deep",
            "traced", "monitored", "bdb_run", "collector", "run_twice"),
    **{f"exit_{code}": mode("exit_number", code) for code in ("0", "1", "3", "256", "-1", "120")},
    **{f"exit_odd_{what}": mode("exit_odd", what) for what in ("none", "true", "tuple", "float", "big", "empty")},
    **{f"{what}_{how}": mode(what, how) for how in ("return", "raise", "exit") for what in
       ("at_exit", "thread_at_end", "deleted_main", "replaced_main", "fork", "inspect_later", "finalizers")},
    **{f"at_exit_{how}": mode("at_exit", how) for how in ("text", "raise_later", "exit_later")},
    **{f"asynchronous_{how}": mode("asynchronous", how) for how in ("return", "raise", "interrupt")},
    **{f"fault_{how}": mode("fault", how, only=("status", "stdout", "stderr") if how == "dump" else ("status", "stdout")) for how in ("dump", "abort", "segv")},
    **{f"output_{how}": mode("closed_output", how) for how in ("close", "none", "descriptor", "full", "object")},
    **{f"output_{how}_raise": mode("closed_output", how, "raise") for how in ("close", "none", "descriptor", "full", "object")},
    "unflushed": mode("unflushed", "return"),
    "unflushed_exit": mode("unflushed", "_exit"),
    "stdin": mode("stdin", stdin="line 1\nline 2\nrest\nof it"),
    "debugger": mode("debugger", stdin="where\nn\nn\ns\nstep\nlist\np TOP.co_name\nc\n"),
    "debugger_module": Case("-m", "pdb", "-c", "continue", "{app}/cases/mains.py", "attributes", stdin="q\n", only=("status", "stderr")),
    **{f"module_{what}": Case("-m", "cases.mains", what) for what in
       ("attributes", "exit_text", "exit_subclass", "exit_bad", "exit_hook", "uncaught", "uncaught_group", "uncaught_hook_exits", "interrupt",
        "interrupt_signal", "interrupt_atexit", "terminate", "thread_raises", "traced", "monitored", "run_twice")},
    **{f"module_{what}_{how}": Case("-m", "cases.mains", what, how) for how in ("return", "raise", "exit") for what in
       ("at_exit", "thread_at_end", "fork", "inspect_later", "finalizers")},
    "body": Case("{app}/cases/main_body.py"),
    "gone": Case("{app}/cases/gone.py"),
    "isolated": mode("attributes", options=["-I"]),
    "no_site": mode("attributes", options=["-S"]),
    "unbuffered": mode("unflushed", "return", options=["-u"]),
    "dev": mode("attributes", options=["-X", "dev"]),
    "dev_uncaught": mode("uncaught", options=["-X", "dev"]),
    "warnings_error": mode("own_module", options=["-W", "error"]),
    "optimized": mode("attributes", options=["-O"]),
    "bytes_warning": mode("attributes", options=["-bb"]),
    "importtime": mode("own_module", options=["-X", "importtime"], normalize=without_times, only=("status", "stderr")),
    "importtime_output": mode("own_module", options=["-X", "importtime"], only=("status", "stdout")),
    "faulthandler": mode("uncaught", options=["-X", "faulthandler"]),
    "tracemalloc": mode("own_module", options=["-X", "tracemalloc=9"]),
    "interactive": mode("exit_number", "3", options=["-i"], stdin="print(1 + 1)\n__file__[-8:]\n"),
    "interactive_uncaught": mode("uncaught_hook", options=["-i"], stdin="import sys; print(sys.last_value)\n"),
    "interactive_variable": mode("at_exit", "return", env={"PYTHONINSPECT": "1"}, stdin="print(TOP.co_name)\n"),
    "quiet_path": Case("-c", "import runpy, sys; sys.argv = ['x', 'run_twice', 'x']; runpy.run_path({!r}, run_name='__main__')".format("cases/none.py")),
    "stdin_program": Case("-", "x", stdin="import sys, pkg\nprint(__name__, '__file__' in globals(), sys.argv)\nraise KeyError(1)\n"),
}


class TerminalTest(LoaderTest):
    """Programs at a terminal, where -i and PYTHONINSPECT show a prompt."""

    def terminal(self, args, typed, **more):
        """Returns the exit status and what the terminal shows."""
        ours, theirs = pty.openpty()
        launched, program = [], self.program

        class Process(subprocess.Popen):
            def __init__(self, *args, **kwargs):
                kwargs.update(stdin=theirs, stdout=theirs, stderr=theirs)
                super().__init__(*args, **kwargs)
                os.close(theirs)
                launched.append(self)

            def communicate(self, *_):
                shown, rest = b"", typed
                while select.select([ours], [], [], 60)[0]:
                    try:
                        data = os.read(ours, 4096)
                    except OSError:
                        break
                    if not data:
                        break
                    shown += data
                    if rest and shown.endswith(b">>> "):
                        os.write(ours, rest.pop(0))
                self.wait(60)
                return shown.decode(), ""

        original, subprocess.Popen = subprocess.Popen, Process
        try:
            status, shown, _ = program.run(*args, **more)
        finally:
            subprocess.Popen = original
            os.close(ours)
        return status, shown

    def test_inspect(self):
        env = {"TERM": "dumb", "PYTHON_BASIC_REPL": "1", "PYTHON_COLORS": "0"}
        for options in ([], ["-i"]):
            for how in ("return", "raise", "exit"):
                with self.subTest(python=self.program.python, options=options, how=how):
                    args = [*options, "{app}/cases/mains.py", "inspect_later", how]
                    typed = [b"print('__file__' in globals(), '__cached__' in globals())\n", b"import sys; sys.exit(5)\n"]
                    stock = self.terminal(args, list(typed), env=env)
                    archive = self.program.archive_for("app/cases/mains.py")
                    ours = self.terminal(args, list(typed), env=env, loader=True, archive=archive)
                    self.assertEqual(stock[0], ours[0])
                    self.assertEqual(*(re.sub(r"Python 3[^>]*", "", comparison.normalize(t[1])) for t in (stock, ours)))


class UseTest(LoaderTest):
    """The main file is really run from the archive."""

    def test_used(self):
        archive = self.program.archive_for("app/cases/mains.py")
        _, _, err = self.program.run("{app}/cases/mains.py", "exit_odd", "none", loader=True, archive=archive,
                                     env={"PYCDS_VERBOSE": "1"})
        self.assertRegex(err, r"pycds: .*/app/cases/mains\.py: run from the archive")

    def test_changed(self):
        """What runs is what was archived, as for all modules."""
        self.assertTrue(os.path.exists(os.path.join(self.program.runfiles, "app", "cases", "mains.py")))
        self.assertFalse(os.path.exists(os.path.join(self.program.runfiles, harness.GONE)))


load_tests = load_tests(CASES, UseTest, TerminalTest)

if __name__ == "__main__":
    unittest.main()
