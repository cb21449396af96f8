"""What the garbage collector is after imports, and what it collects."""
import sys

import gc


def state():
    print(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count() > 0, gc.get_debug(), gc.garbage, len(gc.callbacks))


def module(name):
    state()
    try:
        __import__("collected." + name)
    except ValueError as error:
        print(error)
    state()
    import collected.plain
    state()
    import collected.many
    state()
    import json.decoder
    state()


def nothing_imported():
    state()


def garbage():
    """How many is not said: some."""
    import collected.garbage
    print(collected.garbage.COLLECTED > 0, len(collected.garbage.references))
    gc.collect()
    print(collected.garbage.COLLECTED >= 599)
    state()


def thread():
    """Imports of several threads at the same time."""
    import threading
    names = ["many", "plain", "plain_too", "raises"]

    def work(name):
        try:
            __import__("collected." + name)
        except ValueError:
            pass

    for _ in range(10):
        threads = [threading.Thread(target=work, args=(name,)) for name in names]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for name in names:
            sys.modules.pop("collected." + name, None)
    state()


def callbacks():
    """gc.callbacks are called, with the same keys."""
    seen = set()
    gc.callbacks.append(lambda phase, info: seen.add((phase, tuple(sorted(info)))))
    import collected.many
    gc.collect()
    print(sorted(seen))


def order():
    """Weak references' callbacks and finalizers at the end."""
    import weakref

    import collected.plain

    class Noisy:
        def __init__(self, name):
            self.name = name

        def __del__(self):
            print("del", self.name)

    collected.one, collected.plain.two = Noisy("one"), Noisy("two")
    collected.cycle = Noisy("cycle")
    collected.cycle.self = collected.cycle
    cycle = Noisy("lost cycle")
    cycle.self = cycle
    collected.kept = [weakref.ref(collected.one, lambda r: print("callback one")), weakref.ref(cycle, lambda r: print("callback cycle"))]
    weakref.finalize(collected.plain.two, print, "finalize two")
    weakref.finalize(cycle, print, "finalize cycle")
    del cycle
    gc.collect()    # or it depends on when the collector runs
    import collected.many
    print("end")


def survives():
    """Garbage that an import left is collected later."""
    import weakref

    class Node:
        pass

    node = Node()
    node.self = node
    gone = weakref.ref(node)
    del node
    import collected.many
    gc.collect()
    print(gone() is None, gc.collect())


def fork():
    import os
    import collected.many
    pid = os.fork()
    if pid == 0:
        import collected.sets
        state()
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(pid, 0)
    state()


if sys.argv[1] in globals():
    globals()[sys.argv[1]]()
else:
    module(sys.argv[1])
