"""Threads that import the same modules, fork, sub-interpreters, tracing."""
import os
import sys
import threading

results = []


def run(start):
    start.wait()
    import pkg.slow
    import decimal
    import http.client
    results.append(pkg.slow.STATE == ["ready"])


start = threading.Event()
threads = [threading.Thread(target=run, args=(start,)) for _ in range(12)]
for t in threads:
    t.start()
start.set()
for t in threads:
    t.join()
print(results == [True] * 12)
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    import email.mime.text
    import pkg.values
    os._exit(len(pkg.values.NUMBERS))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

traced = []


def trace(frame, event, arg):
    if frame.f_code.co_filename.endswith("leaf.py"):
        traced.append((event, frame.f_lineno))
    return trace


import pkg.sub.leaf
sys.settrace(trace)
pkg.sub.leaf.double(3)
try:
    pkg.sub.leaf.fail(2)
except KeyError:
    pass
sys.settrace(None)
print(traced)
if hasattr(sys, "monitoring"):
    lines = []
    m = sys.monitoring
    m.use_tool_id(3, "test")
    m.register_callback(3, m.events.LINE, lambda code, line: lines.append((code.co_name, line)))
    m.set_events(3, m.events.LINE)
    pkg.values.nested("one")
    m.set_events(3, 0)
    m.free_tool_id(3)
    print([x for x in lines if x[0] == "nested"])
try:
    import _interpreters as subs
    made = subs.create()
    failed = subs.exec(made, "import pkg.sub.leaf, json, sys; assert pkg.sub.leaf.double(2) == 4;"
                       "assert not any('pycds' in repr(f) for f in sys.meta_path)")
    print(failed)
    subs.destroy(made)
except ImportError:
    try:
        import _xxsubinterpreters as subs
        made = subs.create()
        getattr(subs, "exec_string", None) or getattr(subs, "run_string")
        print(subs.run_string(made, "import pkg.sub.leaf, json, sys; assert pkg.sub.leaf.double(2) == 4;"
                              "assert not any('pycds' in repr(f) for f in sys.meta_path)"))
        subs.destroy(made)
    except ImportError:
        print("no sub-interpreters")
import gc
gc.collect()
print(gc.isenabled(), [type(o) for o in gc.garbage])
