"""Traces an import and calls: sys.settrace, sys.setprofile, sys.monitoring, pdb, trace, cProfile, bdb."""

import cProfile
import gc
import io
import pdb
import pstats
import sys
import threading
import trace


def events(frame, event, argument):
    if "/sample/" in frame.f_code.co_filename:
        shown = argument if isinstance(argument, (int, float, type(None))) else type(argument).__name__
        print(event, frame.f_code.co_qualname, frame.f_lineno, shown)
        frame.f_trace_opcodes = frame.f_code.co_name == "count"
    return events


def run(kind):
    gc.disable()
    globals()[kind]()


def settrace():
    threading.settrace(events)
    sys.settrace(events)
    import sample.traced

    sample.traced.work(2)
    sys.settrace(None)


def settrace_error():
    sys.settrace(events)
    try:
        import sample.raising.body
    except ZeroDivisionError:
        pass
    sys.settrace(None)


def setprofile():
    """The calls that a module makes while it is imported."""
    calls = []

    def note(frame, event, argument):
        if event == "call":
            calls.append((frame.f_code.co_name, frame.f_lineno))

    import sample

    sys.setprofile(note)
    import sample.traced

    sys.setprofile(None)
    print([name for name, _ in calls if name in ("<module>", "Counter", "work", "count")])


def monitoring():
    if not hasattr(sys, "monitoring"):
        return settrace()
    tool, kinds = sys.monitoring.COVERAGE_ID, sys.monitoring.events
    sys.monitoring.use_tool_id(tool, "contract")

    def hook(kind):
        def note(code, *arguments):
            if "/sample/" in code.co_filename:
                print(kind, code.co_qualname, [x for x in arguments if isinstance(x, (int, float))])

        return note

    for kind in ("PY_START", "PY_RETURN", "PY_YIELD", "LINE", "JUMP", "CALL", "RAISE", "EXCEPTION_HANDLED"):
        sys.monitoring.register_callback(tool, getattr(kinds, kind), hook(kind))
    sys.monitoring.set_events(tool, kinds.PY_START | kinds.PY_RETURN | kinds.LINE | kinds.RAISE | kinds.JUMP)
    import sample.traced

    sys.monitoring.set_events(tool, 0)
    sys.monitoring.set_local_events(tool, sample.traced.work.__code__, kinds.LINE | kinds.INSTRUCTION)
    sample.traced.work(2)
    sys.monitoring.set_local_events(tool, sample.traced.work.__code__, 0)
    sys.monitoring.free_tool_id(tool)


def debugger():
    """A debugger session whose commands come from standard input."""
    import sample.traced

    pdb.Pdb(nosigint=True, readrc=False).set_trace()
    sample.traced.work(3)
    print("after the debugger")


def post_mortem():
    from sample.raising import functions

    try:
        functions.chained()
    except RuntimeError as error:
        debugger = pdb.Pdb(nosigint=True, readrc=False)
        debugger.reset()
        debugger.interaction(None, error.__traceback__)


def coverage():
    """Line counts by the standard library's trace module, as a coverage tool takes them."""
    tracer = trace.Trace(count=1, trace=0)
    tracer.runfunc(__import__, "sample.traced")
    counts = tracer.results().counts
    print(sorted((line, count) for (path, line), count in counts.items() if path.endswith("/traced.py")))
    import sample.traced

    print(sorted(filter(None, trace._find_executable_linenos(sample.traced.__file__))))


def profile():
    from sample import language

    profiler = cProfile.Profile()
    profiler.runcall(language.results)
    text = io.StringIO()
    pstats.Stats(profiler, stream=text)
    wanted = ("fibonacci", "hot", "patterns", "add", "<module>", "echo")
    stats = pstats.Stats(profiler, stream=text).stats
    print(sorted((name, line, calls[:2]) for (_, line, name), calls in stats.items() if name in wanted))
