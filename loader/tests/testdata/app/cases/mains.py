"""A main file: what it sees of itself, and how it ends.  argv[1] names one of its functions."""
import sys

TOP = sys._getframe().f_code
MODE = sys.argv[1]


def say(*args):
    print(*args, flush=True)


def attributes():
    import inspect
    import linecache
    main = sys.modules["__main__"]
    say(list(vars(main))[:9], main.__dict__ is globals(), type(main), main)
    for name in ("__name__", "__doc__", "__package__", "__spec__", "__file__", "__annotations__", "__builtins__", "__path__"):
        say(name, globals().get(name, "none"))
    say("__cached__" in globals(), globals().get("__cached__", 0))
    say(type(__loader__), vars(__loader__), __loader__.get_filename("__main__"), __loader__.get_source("__main__")[:20], __loader__.is_package("__main__"))
    say(__loader__.get_code("__main__").co_filename, __loader__.get_code("__main__") == TOP)
    say(TOP.co_filename, TOP.co_name, TOP.co_qualname, TOP.co_flags, TOP.co_firstlineno, len(TOP.co_consts), TOP.co_filename == __file__)
    frame = sys._getframe()
    say(frame.f_lineno, frame.f_back.f_lineno, frame.f_back.f_code is TOP, frame.f_back.f_back, frame.f_back.f_builtins is vars(__builtins__), frame.f_back.f_globals is globals())
    say(inspect.getsource(say), linecache.getline(__file__, 4), inspect.getsourcefile(say), inspect.getmodule(say) is main)
    say(sys.argv, sys.orig_argv[1:], sys.path[:3], sys.flags.safe_path, sys._getframe(1).f_locals is globals())
    say(sys.getrefcount(main) > 1, [type(h) for h in sys.meta_path][:2], "cases.mains" in sys.modules, TOP.co_names[:4], TOP.co_consts[0])


def exit_number():
    sys.exit(int(sys.argv[2]))


def exit_text():
    sys.exit("bye, é")


def exit_odd():
    sys.exit({"none": None, "true": True, "tuple": (1, 2), "float": 1.5, "big": 1 << 70, "empty": ""}[sys.argv[2]])


def exit_subclass():
    class Exit(SystemExit):
        def __str__(self):
            return "a text"

    error = Exit()
    error.code = error
    raise error


def exit_bad():
    class Bad:
        def __str__(self):
            raise ValueError("no text")

    sys.exit(Bad())


def exit_hook():
    sys.excepthook = lambda *args: say("hook", args[1])
    sys.exit(4)


def uncaught():
    try:
        [].pop()
    except IndexError as error:
        cause = error
    error = ValueError("a message", 1)
    error.add_note("a note")
    raise error from cause


def uncaught_group():
    raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("more", [KeyError(2)])])


def uncaught_bad():
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError("in str")

    raise Bad()


def uncaught_base():
    class Base(BaseException):
        pass

    raise Base("base")


def uncaught_generator_exit():
    raise GeneratorExit


def uncaught_import():
    import pkg.raises


def uncaught_hook():
    def hook(kind, value, tb):
        main = sys.modules["__main__"]
        say("hook", kind.__name__, value, main.__file__ == __file__, "__cached__" in vars(main), tb.tb_frame.f_code is TOP, tb.tb_next.tb_frame.f_code.co_name)
        say(sys.last_value if hasattr(sys, "last_value") else None, getattr(sys, "last_exc", None))

    sys.excepthook = hook
    raise KeyError("x")


def uncaught_hook_raises():
    def hook(kind, value, tb):
        raise RuntimeError("in the hook")

    sys.excepthook = hook
    raise KeyError("x")


def uncaught_hook_exits():
    sys.excepthook = lambda *args: sys.exit(9)
    raise KeyError("x")


def no_stderr():
    sys.stderr = None
    raise KeyError("x")


def syntax():
    exec("x = 1\nif x\n")


def syntax_module():
    import pkg.broken_syntax


def interrupt():
    raise KeyboardInterrupt


def interrupt_subclass():
    class Interrupt(KeyboardInterrupt):
        pass

    raise Interrupt("x")


def interrupt_signal():
    import os
    import signal
    import time
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(30)


def interrupt_caught():
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        say("caught")


def interrupt_hook():
    sys.excepthook = lambda *args: say("hook", args[0])
    raise KeyboardInterrupt


def interrupt_exit():
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        sys.exit(3)


def interrupt_atexit():
    import atexit
    atexit.register(say, "at exit")
    raise KeyboardInterrupt


def terminate():
    import os
    import signal
    os.kill(os.getpid(), signal.SIGTERM)


def terminate_handled():
    import os
    import signal
    signal.signal(signal.SIGTERM, lambda *args: sys.exit(5))
    os.kill(os.getpid(), signal.SIGTERM)
    signal.pause()


def at_exit():
    import atexit

    def later(what):
        say(what, "__file__" in globals(), "__cached__" in globals(), sys.modules["__main__"].__name__, sys._getframe().f_back)

    atexit.register(later, "first registered")
    atexit.register(later, "last registered")
    if sys.argv[2] == "raise":
        raise KeyError("x")
    if sys.argv[2] == "exit":
        sys.exit(2)
    if sys.argv[2] == "text":
        sys.exit("text")
    if sys.argv[2] == "raise_later":
        atexit.register(lambda: 1 / 0)
    if sys.argv[2] == "exit_later":
        atexit.register(lambda: sys.exit(6))


def thread_at_end():
    import threading

    def work():
        threading.main_thread().join()
        say("thread", "__file__" in globals(), "__cached__" in globals(), threading.main_thread().is_alive())
        import pkg.values
        say(len(pkg.values.NUMBERS))

    threading.Thread(target=work).start()
    threading.Thread(target=lambda: __import__("time").sleep(60), daemon=True).start()
    if sys.argv[2] == "raise":
        raise KeyError("x")
    if sys.argv[2] == "exit":
        sys.exit(2)


def thread_raises():
    import threading
    t = threading.Thread(target=lambda: 1 / 0, name="worker")
    t.start()
    t.join()
    t = threading.Thread(target=lambda: sys.exit(3))
    t.start()


def deleted_file():
    import threading
    del globals()["__file__"]
    threading.Thread(target=lambda: (threading.main_thread().join(), say("__cached__" in globals()))).start()


def deleted_main():
    main = sys.modules.pop("__main__")
    say("gone", main.__name__, __name__)
    if sys.argv[2] == "raise":
        raise KeyError("x")


def replaced_main():
    import types
    sys.modules["__main__"] = types.ModuleType("other")
    say("replaced", __name__)
    if sys.argv[2] == "raise":
        raise KeyError("x")


def fork():
    import os
    say("parent")
    pid = os.fork()
    if pid == 0:
        import pkg.sub.leaf
        say("child", pkg.sub.leaf.double(2), __name__)
        if sys.argv[2] == "raise":
            raise KeyError("child")
        if sys.argv[2] == "exit":
            sys.exit(11)
        return
    say(os.waitpid(pid, 0)[1])


def own_module():
    import cases.mains as again
    say(again.__name__, again is sys.modules["__main__"], again.say is say, again.say.__code__ == say.__code__, again.__file__ == __file__, again.MODE)
    say(again.say.__code__ is say.__code__, again.TOP is TOP, again.TOP == TOP)


def deep():
    depth = 0

    def down():
        nonlocal depth
        depth += 1
        down()

    for limit in (sys.getrecursionlimit(), 300):
        sys.setrecursionlimit(limit)
        depth = 0
        try:
            down()
        except RecursionError as error:
            say(depth, error)
    down()


def traced():
    seen = []

    def trace(frame, event, arg):
        if "import" not in frame.f_code.co_filename:
            seen.append((event, frame.f_code.co_name, frame.f_lineno))
        return trace

    sys.settrace(trace)
    sys._getframe(1).f_trace = trace
    say("traced")
    import pkg.sub.leaf
    sys.settrace(None)
    say(seen)


def monitored():
    if not hasattr(sys, "monitoring"):
        return say("no monitoring")
    seen = []
    m = sys.monitoring
    m.use_tool_id(m.COVERAGE_ID, "coverage")
    for event in (m.events.LINE, m.events.PY_START, m.events.PY_RETURN):
        m.register_callback(m.COVERAGE_ID, event, lambda code, *args: seen.append((code.co_name, args[0])) if "cases" in code.co_filename or "pkg" in code.co_filename else m.DISABLE)
    m.set_events(m.COVERAGE_ID, m.events.LINE | m.events.PY_START | m.events.PY_RETURN)
    say("monitored")
    import pkg.sub.leaf
    pkg.sub.leaf.double(2)
    m.set_events(m.COVERAGE_ID, 0)
    say(seen)


def debugger():
    breakpoint()
    say("after")
    import pkg.sub.leaf
    pkg.sub.leaf.double(5)


def bdb_run():
    import bdb
    lines = []

    class Debugger(bdb.Bdb):
        def user_line(self, frame):
            lines.append((frame.f_code.co_name, frame.f_lineno))

    d = Debugger()
    d.runcall(say, "in bdb")
    d.set_break(__file__, say.__code__.co_firstlineno + 1)
    d.runcall(say, "in bdb")
    say(lines, d.get_all_breaks().popitem()[1])


def fault():
    import faulthandler
    faulthandler.enable()
    sys.stdout.flush()
    if sys.argv[2] == "dump":
        faulthandler.dump_traceback()
    elif sys.argv[2] == "abort":
        import os
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.abort()
    else:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        faulthandler._sigsegv()


def stdin():
    say(sys.stdin.readline(), input("prompt"), sys.stdin.read(), sys.stdin.isatty(), sys.stdin.closed)


def inspect_later():
    import os
    os.environ["PYTHONINSPECT"] = "1"
    say("body")
    if sys.argv[2] == "raise":
        raise KeyError("x")
    if sys.argv[2] == "exit":
        sys.exit(3)


def closed_output():
    import os
    print("to nowhere")
    if sys.argv[2] == "close":
        sys.stdout.close()
    elif sys.argv[2] == "none":
        sys.stdout = None
    elif sys.argv[2] == "descriptor":
        os.close(1)
    elif sys.argv[2] == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    elif sys.argv[2] == "object":
        class Output:
            def flush(self):
                raise RuntimeError("flush")

            def write(self, text):
                return len(text)
        sys.stdout = Output()
    if sys.argv[3:] == ["raise"]:
        raise KeyError("x")


def unflushed():
    print("out", end="")
    print("err", end="", file=sys.stderr)
    if sys.argv[2] == "_exit":
        import os
        os._exit(0)


class Noisy:
    """Says when it goes."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        try:
            say("del", self.name)
        except Exception as error:
            sys.__stdout__.write(f"{self.name} {error}\n")


def finalizers():
    import pkg.sub.leaf
    import weakref
    global one, two, three, kept
    one, two, three = Noisy("one"), Noisy("two"), Noisy("three")
    two.cycle = three
    three.cycle = two
    pkg.sub.leaf.noisy = Noisy("in leaf")
    sys.noisy = Noisy("in sys")
    say.noisy = Noisy("of a function")
    kept = weakref.finalize(one, say, "finalize one"), weakref.ref(two, lambda r: say("ref two"))
    if sys.argv[2] == "raise":
        raise KeyError(Noisy("in the exception"))
    if sys.argv[2] == "exit":
        sys.exit(1)


def collector():
    import gc
    say(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), gc.garbage, gc.callbacks, gc.get_debug())


def run_twice():
    """Runs this file as runpy and exec do."""
    import runpy
    if __name__ == "__main__" and len(sys.argv) == 2:
        sys.argv.append("inner")
        say(runpy.run_path(__file__, run_name="__main__").get("MODE"), runpy.run_module("cases.mains", run_name="other")["__name__"])
        say(sys.modules["__main__"].__dict__ is globals(), __name__)


def asynchronous():
    import asyncio

    async def main():
        await asyncio.sleep(0)
        say("ran", asyncio.current_task().get_name())
        if sys.argv[2] == "raise":
            raise KeyError("x")
        if sys.argv[2] == "interrupt":
            import os
            import signal
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(30)

    asyncio.run(main())


if __name__ == "__main__":
    globals()[MODE]()
