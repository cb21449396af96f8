"""Allocators, forks, sub-interpreters."""
import os
import sys


def work():
    import cases.generated_code_free
    return cases.generated_code_free.run()


def imports():
    print(work())


def alone():
    """A fork is told of no thread, and none is left."""
    import warnings
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pid = os.fork()
        if pid == 0:
            os._exit(7)
    with open("/proc/self/status") as f:
        print([line.split() for line in f if line.startswith("Threads")])
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), caught)


def traced():
    import tracemalloc
    tracemalloc.start(25)
    before = tracemalloc.take_snapshot()
    print(work())
    data = [bytearray(1000) for _ in range(1000)]
    after = tracemalloc.take_snapshot()
    top = after.compare_to(before, "lineno")
    print(any(s.size_diff >= 1000000 and s.traceback[0].filename == __file__ for s in top), tracemalloc.get_object_traceback(data[0])[-1].lineno, tracemalloc.is_tracing())
    tracemalloc.stop()


def forked():
    """Children import what the parent has not, and the other way round."""
    for _ in range(10):
        pid = os.fork()
        if pid == 0:
            os._exit(work() != ("ok", 12))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    print(work())
    for _ in range(10):
        pid = os.fork()
        if pid == 0:
            import pkg.sub.leaf
            grown = [{i: [i]} for i in range(50000)]
            sys.exit(3 if len(grown) == 50000 and pkg.sub.leaf.double(2) == 4 else 4)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def grows():
    """Memory that comes and goes, in arenas of all kinds."""
    for size in (10, 100000, 1000, 300000, 10):
        kept = [(i, [i], str(i)) for i in range(size)]
        print(len(kept), sum(k[0] for k in kept))
        del kept
    import pkg.values
    print(len(pkg.values.NUMBERS))
    import gc
    print(gc.collect() >= 0)


def threads():
    import threading
    out = []

    def one(i):
        import pkg.sub.leaf
        kept = [[j] for j in range(20000)]
        out.append((len(kept), pkg.sub.leaf.double(i)))

    all_of_them = [threading.Thread(target=one, args=(i,)) for i in range(8)]
    for t in all_of_them:
        t.start()
    for t in all_of_them:
        t.join()
    print(sorted(out))


def run_in_interpreter(code):
    try:
        import _interpreters as subs
        made = subs.create()
        failed = subs.exec(made, code)
        subs.destroy(made)
        return str(failed and failed.formatted)
    except ImportError:
        pass
    import _xxsubinterpreters as subs
    made = subs.create()
    try:
        return subs.run_string(made, code) and None
    except subs.RunFailedError as error:
        return str(error)
    finally:
        subs.destroy(made)


INNER = """
import sys, re, collections, dataclasses
import pkg.sub.leaf, ns.from_dep, third.part, generated, json
assert pkg.sub.leaf.double(2) == 4
assert re.compile("memo", 2).match("MEMO")
assert collections.namedtuple("Row", "a b c_")(1, 2, 3).c_ == 3
space = {}
exec(generated.FUNCTION, space)
assert space["made"](1)[0] == 3 and eval("1 + 1") == 2
for name in ("missing_top", "pkg.missing_sub"):
    try:
        __import__(name)
    except ImportError as error:
        print(error, flush=True)
import gc
print(gc.isenabled(), gc.get_threshold(), flush=True)
"""


def interpreters():
    """Sub-interpreters do all themselves; before and after the main one does."""
    for _ in range(3):
        print(run_in_interpreter(INNER), flush=True)
    exec(INNER, {})
    for _ in range(3):
        print(run_in_interpreter(INNER), flush=True)
    print(run_in_interpreter("import pkg.raises"), flush=True)
    import pkg.values
    print(len(pkg.values.NUMBERS), work())


def statistics():
    print(work())
    sys.stderr = open(os.devnull, "w")
    sys._debugmallocstats()
    print(sys.getallocatedblocks() > 1000)


globals()[sys.argv[1]]()
