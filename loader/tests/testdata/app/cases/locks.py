"""Imports of several threads: the same module, circles, failures, hooks, forks."""
import importlib
import importlib._bootstrap as bootstrap
import os
import sys
import threading
import time

ROUNDS = 12


def forget():
    for name in [n for n in sys.modules if n.startswith("locked")]:
        del sys.modules[name]
    sys.runs = 0


def run(*functions):
    """Runs functions in threads; returns what each gives or raises, by place."""
    results = [None] * len(functions)
    gate = threading.Barrier(len(functions))

    def work(i):
        gate.wait()
        try:
            results[i] = functions[i]()
        except BaseException as error:
            results[i] = type(error).__name__ + ": " + str(error).partition("(")[0]

    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(len(functions))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(30)
    return ["hangs" if t.is_alive() else r for t, r in zip(threads, results)]


def left_over():
    import gc
    gc.collect()
    return sorted(n for n in bootstrap._module_locks if n.startswith("locked"))


def same():
    def work():
        import locked.slow
        return locked.slow.READY

    seen = set()
    for _ in range(ROUNDS):
        forget()
        seen.add((tuple(run(*[work] * 8)), sys.runs))
    print(seen, left_over())


def switching():
    """As same(), with threads that switch all the time."""
    sys.setswitchinterval(1e-6)
    same()


def pair():
    def import_(name):
        return importlib.import_module("locked.pair_" + name).DONE

    seen = set()
    for _ in range(ROUNDS):
        forget()
        gate, met = threading.Barrier(2), set()
        sys.meet = lambda name: name in met or met.add(name) or gate.wait(20)
        import locked
        results = run(lambda: import_("left"), lambda: import_("right"))
        # Either may see the other half done.
        seen.add((all(r is True or "DONE" in str(r) for r in results), [sys.modules["locked.pair_" + n].DONE for n in ("left", "right")] == [True, True]))
    print(seen, left_over())


def three():
    seen = set()
    for _ in range(ROUNDS):
        forget()
        gate, met = threading.Barrier(3), set()
        sys.meet = lambda name: name in met or met.add(name) or gate.wait(20)
        import locked
        names = ["locked.circle_" + n for n in ("one", "two", "three")]
        results = run(*[lambda n=n: bool(importlib.import_module(n)) for n in names])
        seen.add((tuple(results), all(sys.modules[n].DONE for n in names)))
    print(seen, left_over())


def failing():
    def work():
        import locked.fails

    seen = set()
    for _ in range(ROUNDS):
        forget()
        results = run(*[work] * 5)
        # Before 3.14 who has the module already may not hear of the failure.
        failed = results.count("ValueError: fails")
        seen.add((failed == sys.runs, failed + results.count(None), "locked.fails" in sys.modules))
    print(seen, left_over())


def failing_then_works():
    """Others wait for an import that fails; the next runs the module."""
    import locked
    for _ in range(ROUNDS):
        forget()
        import locked
        started = threading.Event()

        class Finder:
            first = True

            @classmethod
            def find_spec(cls, name, path=None, target=None):
                if name == "locked.slow" and cls.first:
                    cls.first = False
                    started.set()
                    time.sleep(0.005)
                    raise ImportError("not now")

        def first():
            import locked.slow
            return locked.slow.READY

        def second():
            started.wait()
            import locked.slow
            return locked.slow.READY

        sys.meta_path.insert(0, Finder)
        result = run(first, second)
        sys.meta_path.remove(Finder)
        if result != ["ImportError: not now", True]:
            print(result)
    print(left_over())


def deadlock():
    """While modules are made there is no half-made one to hand out: one of the two is told so."""
    import importlib.machinery
    seen = set()
    for _ in range(ROUNDS):
        forget()
        import locked
        gate = threading.Barrier(2)
        others = {"locked.leaf_a": "locked.leaf_b", "locked.leaf_b": "locked.leaf_a"}
        entered = set()

        class Loader:
            @staticmethod
            def create_module(spec):
                if spec.name not in entered:
                    entered.add(spec.name)
                    gate.wait(20)
                    importlib.import_module(others[spec.name])

            @staticmethod
            def exec_module(module):
                module.VALUE = "made"

        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                if name in others:
                    return importlib.machinery.ModuleSpec(name, Loader)

        sys.meta_path.insert(0, Finder)
        results = run(*[lambda n=n: importlib.import_module(n).VALUE for n in others])
        sys.meta_path.remove(Finder)
        seen.add(tuple(sorted(str(r).partition(" ")[0] for r in results)))
    print(seen, left_over())


def itself():
    for _ in range(ROUNDS):
        forget()
        import locked.itself
        locked.itself.thread.join()
        print(locked.itself.SEEN, locked.itself.order)
        del locked.itself.lock
    forget()
    print(left_over())


def hooks():
    """Finders and loaders that import."""
    asked = []

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            asked.append(name)
            if name == "locked.nested":
                import locked.leaf_a
                importlib.import_module("locked.slow")
            if name == "locked.leaf_b":
                try:
                    import locked.nested
                    asked.append(hasattr(locked.nested, "leaf_b"))
                    import locked.leaf_b
                except (ImportError, RecursionError) as error:
                    asked.append(type(error).__name__)

    for place in (0, len(sys.meta_path)):
        forget()
        asked.clear()
        sys.meta_path.insert(place, Finder)
        try:
            import locked.nested
            print(locked.nested.leaf_b.VALUE)
        except BaseException as error:
            print(type(error).__name__)
        sys.meta_path.remove(Finder)
        print(asked[:20], len(asked), left_over())


def fork():
    forget()
    for _ in range(ROUNDS):
        forget()
        import locked.forks
        print(locked.forks.STATUS)
    # While another thread imports.
    for _ in range(ROUNDS):
        forget()
        import locked
        thread = threading.Thread(target=importlib.import_module, args=("locked.slow",))
        thread.start()
        pid = os.fork()
        if pid == 0:
            import locked.leaf_a
            import locked.nested
            os._exit(locked.leaf_a.VALUE == "a")
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        thread.join()
    print(left_over())


def interrupted():
    """An exception that comes while a thread waits for a module."""
    import signal

    class Stop(Exception):
        pass

    def stop(*args):
        raise Stop

    signal.signal(signal.SIGALRM, stop)
    for _ in range(3):
        forget()
        import locked
        entered, leave = threading.Event(), threading.Event()
        sys.meet = lambda name: (entered.set(), leave.wait(20)) if name == "left" else None
        thread = threading.Thread(target=importlib.import_module, args=("locked.pair_left",))
        thread.start()
        entered.wait()
        threading.Timer(0.2, leave.set).start()
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            import locked.pair_left
            print("imported")
        except Stop:
            print("stopped")
        thread.join()
        print(sys.modules["locked.pair_left"].DONE, sys.modules["locked.pair_right"].DONE, left_over())


def many():
    """Many modules at the same time."""
    names = ["locked.slow", "locked.leaf_a", "locked.leaf_b", "locked.nested", "pkg.values", "third.part", "json.decoder", "email.mime.text", "ns.from_dep", "html.parser"]
    for _ in range(ROUNDS):
        forget()
        for name in names:
            sys.modules.pop(name, None)
        print(run(*[lambda i=i: [importlib.import_module(n).__name__ for n in names[i:] + names[:i]] == names[i:] + names[:i] for i in range(10)]))
    print(left_over())


def watched():
    """A tracer that comes while a module is imported."""
    def trace(frame, event, arg):
        return None

    def work():
        sys.settrace(trace)
        import locked.slow
        sys.settrace(None)
        return locked.slow.READY

    def plain():
        import locked.slow
        return locked.slow.READY

    seen = set()
    for _ in range(ROUNDS):
        forget()
        seen.add((tuple(run(work, plain, work, plain)), sys.runs))
    print(seen, left_over())


globals()[sys.argv[1]]()
