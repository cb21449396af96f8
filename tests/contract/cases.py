"""The table of the contract: every run of contract.py that must look the same under both starts."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    """One run, made under stock and from the archive.

    arguments: the topic and its arguments, separated by spaces.
    exit: the exit status that both must have; negative: the signal that ended them.
    shows: a text that stock's standard output or standard error must hold, so that a topic that
        fails the same way twice does not pass.
    env: variables set for both; None removes one.
    stdin: standard input of both.
    refused: the archive is not usable in this case, and the start falls back to stock.
    optimized: ours is the program with `optimize = 1`, and stock has PYTHONOPTIMIZE=1.
    """

    arguments: str
    exit: int = 0
    shows: str = ""
    env: tuple = ()
    stdin: str = ""
    refused: bool = False
    optimized: bool = False

    @property
    def name(self):
        return "_".join([*self.arguments.split(), *["optimized"] * self.optimized, *(f"{name}_{value}" for name, value in self.env)])


def uncaught(kind, exit=1, shows="Traceback (most recent call last)"):
    return Case(f"uncaught {kind}", exit, shows)


DEBUGGER = "w\nl\np limit\nb sample.traced.work\nc\nn\nn\nl\np limit\nll\nu\nd\nw\nwhatis limit\nsource sample.traced.Counter\ncl 1\nc\n"

CASES = [
    uncaught("module_body", shows="10 // number"),
    uncaught("module_body_by_name", shows="importlib._bootstrap"),
    uncaught("module_body_twice", shows="False True"),
    uncaught("missing_module", shows="No module named 'no_such_module_anywhere'"),
    uncaught("missing_name", shows="cannot import name 'no_such_name'"),
    uncaught("missing_submodule", shows="No module named 'sample.no_such_submodule'"),
    uncaught("not_a_package", shows="'sample.shapes' is not a package"),
    uncaught("syntax", shows="SyntaxError"),
    uncaught("exits", shows="left from an import"),
    uncaught("carets", shows="~~~~"),
    uncaught("nested", shows="value.missing"),
    uncaught("operators", shows="left * 2"),
    uncaught("chained", shows="The above exception was the direct cause"),
    uncaught("context", shows="During handling of the above exception"),
    uncaught("group", shows="ExceptionGroup: several (3 sub-exceptions)"),
    uncaught("recursion", shows="RecursionError"),
    uncaught("generator", shows="ZeroDivisionError"),
    uncaught("coroutine", shows="in a coroutine"),
    uncaught("assertion", shows="not the value: 'this'"),
    uncaught("suggestion", shows="Sqare"),
    uncaught("unraisable", shows="in __del__"),
    uncaught("in_thread", 4, shows="Exception in thread worker"),
    uncaught("excepthook", shows="hook AttributeError True"),
    uncaught("status", 3, "at exit"),
    uncaught("status_text", 1, "left with a text"),
    uncaught("status_none", 0, "at exit"),
    uncaught("status_object", 1, "(1, 'two')"),
    uncaught("status_large", 7, "at exit"),
    uncaught("os_exit", 9, "not flushed"),
    uncaught("interrupted", -2, "KeyboardInterrupt"),
    uncaught("interrupted_import", -2, "KeyboardInterrupt"),
    uncaught("terminated", -15, ""),
    uncaught("killed", -9, ""),
    uncaught("handled", 1, "15 in handled"),
    uncaught("aborted", -6, "Fatal Python error"),
    uncaught("broken_pipe", 1, "BrokenPipeError"),
    Case("source", shows="class Inner:"),
    Case("code_objects", shows="code objects"),
    Case("language", shows="'fibonacci': 23416728348467685"),
    Case("language", env=(("PYTHONHASHSEED", "0"),)),
    Case("pickling", shows="csample.shapes"),
    Case("tracing settrace", shows="exception Counter.count"),
    Case("tracing settrace_error", shows="exception <module>"),
    Case("tracing setprofile", shows="'<module>'"),
    Case("tracing monitoring", shows="<module>"),
    Case("tracing debugger", shows="after the debugger", stdin=DEBUGGER),
    Case("tracing post_mortem", shows="chained", stdin="w\nll\nu\nl\np error\nq\n"),
    Case("tracing coverage", shows="[("),
    Case("tracing profile", shows="fibonacci"),
    Case("packages resources", shows="café"),
    Case("packages metadata", shows="1.0 A distribution"),
    Case("packages listing", shows="sample.circular.first"),
    Case("packages namespace", shows="space.two"),
    Case("packages running", 1, "runnable by_path"),
    Case("packages specs", shows="submodule_search_locations"),
    Case("imports reload", shows="edited, and longer"),
    Case("imports tricks", shows="always new"),
    Case("imports again", shows="module 'sample.shapes' from"),
    Case("imports lazy_loader", shows="_LazyModule None"),
    Case("imports finders", shows="by the first finder"),
    Case("imports plugins", shows="zipimporter"),
    Case("imports changed_path", shows="No module named 'sample.shapes'"),
    Case("imports loaders", shows="SourceLoader True"),
    Case("processes threads", shows="16 [] True True"),
    Case("processes forks", shows="parent 12"),
    Case("processes spawn", shows="[(4, [1, 2], 'topics.processes', True)"),
    Case("processes forkserver", shows="[(4, [1, 2], 'topics.processes', True)"),
    Case("processes fork", shows="[(4, [1, 2], 'topics.processes', True)"),
    Case("processes child", shows="runnable __main__"),
    Case("processes replaced", 6, "1.0"),
    Case("processes interpreters", shows="left alive"),
    Case("environment interpreter one two", shows="argv"),
    Case("environment main_module", shows="an attribute of __main__"),
    Case("environment variables"),
    Case("environment site", 5, "Use exit"),
    Case("environment inputs", shows="line one|line two|rest\n", stdin="line one\nline two\nrest\n"),
    Case("environment streams", shows="é€🐍"),
    Case("environment hashes", env=(("PYTHONHASHSEED", "1"),)),
    Case("environment hashes", env=(("PYTHONHASHSEED", "42"),)),
    Case("environment optimized", 1, "AssertionError"),
    Case("environment optimized", shows="1 False", env=(("PYTHONOPTIMIZE", "1"),), refused=True),
    Case("environment optimized", shows="2 False None", env=(("PYTHONOPTIMIZE", "2"),), refused=True),
    Case("environment optimized", shows="1 False", optimized=True),
    Case("code_objects", shows="code objects", optimized=True),
    Case("language", shows="'fibonacci': 23416728348467685", optimized=True),
    Case("environment warned", shows="old() at level 2"),
    Case("environment warned", 1, "about the module itself", env=(("PYTHONWARNINGS", "error"),)),
    Case("environment warned", shows="about whoever imports it", env=(("PYTHONWARNINGS", "always"),)),
    Case("environment collected", shows="None True True"),
    Case("environment traced_memory", shows="return value * 2"),
    Case("environment traced_memory", env=(("PYTHONTRACEMALLOC", "5"),)),
    Case("environment interpreter", shows="dev_mode=True", env=(("PYTHONDEVMODE", "1"),)),
    Case("environment interpreter", shows="dont_write_bytecode", env=(("PYTHONDONTWRITEBYTECODE", None),)),
    Case("environment interpreter", shows="isolated=0", env=(("PYTHONNOUSERSITE", "1"),)),
    Case("environment interpreter", shows="utf8_mode=1", env=(("PYTHONUTF8", "1"),)),
    Case("environment interpreter", shows="/user/path", env=(("PYTHONPATH", "/user/path"),)),
    Case("environment variables", env=(("LD_PRELOAD", ""),)),
    Case("environment streams", env=(("PYTHONIOENCODING", "utf-8:replace"), ("PYTHONUNBUFFERED", "1"))),
    Case("packages specs", shows="/cache/", env=(("PYTHONPYCACHEPREFIX", "/cache"),)),
    Case("uncaught chained", 1, "direct cause", env=(("PYTHONNODEBUGRANGES", "1"),), refused=True),
    Case("language", shows="fibonacci", env=(("PYTHONMALLOC", "debug"),)),
    Case("uncaught aborted", -6, "most recent call first", env=(("PYTHONFAULTHANDLER", "1"),)),
    Case("uncaught status_text", 1, "left with a text", env=(("PYTHONINSPECT", "1"),)),
]
