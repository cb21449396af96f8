"""What a program leaves at its end: quiet_* leave nothing that the interpreter's
finalization would show, all others something that it may."""

import atexit
import gc
import io
import os
import sys
import threading
import warnings
import weakref

KEPT = []  # until the finalization


class Plain:
    pass


def cycle(thing):
    """Keeps a thing where only the collector finds it."""
    holder = Plain()
    holder.itself, holder.thing = holder, thing
    KEPT.append(thing)


class Loud:
    def __del__(self):
        os.write(1, b"Loud goes\n")


class LoudSlots(float):
    __slots__ = ()

    def __del__(self):
        os.write(1, b"LoudSlots goes\n")


class LoudClass(type):
    def __del__(cls):
        os.write(1, b"a class goes\n")


def quiet_nothing():
    pass


def quiet_library():
    import abc
    import argparse
    import collections
    import contextlib
    import dataclasses
    import decimal
    import enum
    import functools
    import json
    import logging.handlers
    import random
    import tempfile
    import typing
    import unittest.mock

    @functools.singledispatch
    def shown(x):
        return str(x)

    @shown.register
    def _(x: int):
        return "int"

    @dataclasses.dataclass
    class Point:
        x: int
        y: typing.Optional[int] = None

    class Colour(enum.Enum):
        RED = 1

    class Abstract(abc.ABC):
        pass

    Abstract.register(Point)
    print(shown(1), isinstance(Point(1), Abstract), Colour.RED, decimal.Decimal("1.5"), json.dumps([1]))
    with contextlib.ExitStack():
        logging.getLogger("a.b").addHandler(logging.StreamHandler())
    KEPT.extend([collections.OrderedDict(a=1), collections.deque([1]), random.Random(1), argparse.ArgumentParser()])


def quiet_generators():
    def plain():
        yield 1
        yield 2

    done, begun = plain(), plain()
    print(list(done), next(begun))
    KEPT.extend([done, begun, plain()])
    cycle(begun)


def quiet_references():
    things = weakref.WeakSet(), weakref.WeakKeyDictionary(), weakref.WeakValueDictionary()
    thing = Plain()
    things[0].add(thing)
    things[1][thing] = 1
    things[2]["a"] = thing
    local = threading.local()
    local.x = 1
    cycle((things, local, weakref.ref(thing), weakref.proxy(thing)))


def quiet_finalize():
    weakref.finalize(KEPT[0] if KEPT else sys.modules[__name__], os.write, 1, b"finalize\n")


def quiet_streams():
    print("to stdout")
    print("to stderr", file=sys.stderr)
    sys.stdout.write("no newline")
    KEPT.extend([io.BytesIO(b"a"), io.StringIO("b"), sys.stdout.buffer.raw])


def quiet_captured():
    print("before")
    sys.stdout = io.StringIO()
    print("nowhere")


def quiet_handlers():
    atexit.register(print, "last")
    atexit.register(print, "first")


def quiet_threads():
    thread = threading.Thread(target=print, args=["in a thread"])
    thread.start()
    KEPT.append(thread)


def quiet_late_thread():
    """A thread that outlives the program is waited for."""
    started = threading.Event()

    def late():
        started.wait()
        print("late")

    threading.Thread(target=late).start()
    atexit.register(print, "after it")
    started.set()


def quiet_tracker():
    import multiprocessing.resource_tracker
    import multiprocessing.synchronize


def quiet_fork():
    sys.stdout.flush()
    child = os.fork()
    if child:
        print("child", os.waitpid(child, 0)[1])
    else:
        print("I am the child")


def quiet_extensions():
    import _json
    import array
    import ctypes
    import select
    import struct
    import zlib

    KEPT.extend([array.array("i", [1]), ctypes.c_int(1), select.poll(), struct.Struct("i"), zlib.compressobj()])


def quiet_stale_filters():
    """No more those that the interpreter would go back to."""
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        warnings.warn("x")
    warnings.warn("y")
    cycle(os.scandir("/"))


def quiet_weak_values():
    thing, things = Plain(), weakref.WeakValueDictionary()
    things["a"], things[1, "b"] = thing, thing
    cycle((thing, things))


def slots():
    KEPT.append(LoudSlots())


def finalizer():
    KEPT.append(Loud())


def finalizer_in_cycle():
    cycle(Loud())


def finalizer_of_class():
    KEPT.append(LoudClass("Made", (), {}))


def odd_stdout():
    class Stdout:
        closed = False

        def write(self, text):
            os.write(1, text.encode())

        def flush(self):
            os.write(1, b"flush\n")

    sys.stdout = Stdout()
    print("x")


def waiting_generator():
    def waits():
        try:
            yield 1
        finally:
            os.write(1, b"closed\n")

    waiting = waits()
    next(waiting)
    cycle(waiting)


def delegating_generator():
    class Closed:
        def __iter__(self):
            return self

        def __next__(self):
            return 1

        def close(self):
            os.write(1, b"closed\n")

    def waits():
        yield from Closed()

    waiting = waits()
    next(waiting)
    cycle(waiting)


def coroutine():
    async def never():
        pass

    cycle(never())


def callback():
    thing = Plain()
    cycle(thing)
    KEPT.append(weakref.ref(thing, print))


def callback_function():
    thing = Plain()
    KEPT.append(weakref.ref(thing, lambda reference: os.write(1, b"gone\n")))
    cycle(thing)


def callback_of_method():
    thing = threading.Thread(target=print)
    cycle(thing)
    KEPT.append(weakref.WeakMethod(thing.start, lambda reference: os.write(1, b"gone\n")))


def callback_of_proxy():
    thing = Plain()
    KEPT.append(weakref.proxy(thing, lambda reference: os.write(1, b"gone\n")))
    cycle(thing)


def finalize_unless_exit():
    thing = Plain()
    weakref.finalize(thing, os.write, 1, b"finalized\n").atexit = False
    cycle(thing)


def daemon():
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def traced():
    sys.settrace(lambda *args: None)


def profiled():
    sys.setprofile(lambda *args: None)


def monitored():
    if hasattr(sys, "monitoring"):
        sys.monitoring.use_tool_id(3, "tool")
    else:
        finalizer()


def collector_callback():
    gc.callbacks.append(lambda phase, info: os.write(1, b"%s\n" % phase.encode()))


def collector_debug():
    gc.set_debug(gc.DEBUG_SAVEALL)


def collector_garbage():
    gc.garbage.append(1)


def frozen():
    gc.freeze()


def quiet_weak_method():
    plain = Plain()
    class Bound:
        def method(self):
            pass
    plain.bound = Bound()
    plain.itself = plain
    KEPT.append(weakref.WeakMethod(plain.bound.method))


def c_function_at_exit():
    import ctypes
    ctypes.pythonapi.Py_AtExit(ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p))


def c_function_by_item():
    import ctypes
    ctypes.PyDLL(None)["Py_AtExit"](ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p))


def c_function_by_handle():
    import _ctypes
    import ctypes
    address = _ctypes.dlsym(ctypes.PyDLL(None)._handle, "Py_AtExit")
    ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(address)(ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p))


def capsule():
    import ctypes
    make = ctypes.pythonapi.PyCapsule_New
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    cycle(make(1, None, ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p)))


def freed_monitor():
    """Before 3.14 it is still called."""
    if not hasattr(sys, "monitoring"):
        return finalizer()
    events = sys.monitoring.events
    sys.monitoring.use_tool_id(3, "tool")
    sys.monitoring.register_callback(3, events.PY_START, lambda code, offset: None)
    sys.monitoring.set_events(3, events.PY_START)
    sys.monitoring.free_tool_id(3)
    if sys.version_info >= (3, 14):
        finalizer()


def loud_hash():
    class Key:
        def __hash__(self, write=os.write):
            write(1, b"hash\n")
            return 1

    thing, things = Plain(), weakref.WeakValueDictionary()
    things[Key()] = thing
    cycle(thing)
    sys.kept = things


def stale_filters():
    """The interpreter goes back to the last that it used when warnings is gone."""
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        warnings.warn("x")
    cycle(os.scandir("/"))


def open_filters():
    warnings.simplefilter("always")
    caught = warnings.catch_warnings()
    caught.__enter__()
    warnings.simplefilter("ignore")
    cycle((caught, os.scandir("/")))


def inspected_until_exit():
    os.environ["PYTHONINSPECT"] = "1"
    atexit.register(os.environ.pop, "PYTHONINSPECT")


def quiet_c_output():
    """The interpreter flushes Python's streams before it exits."""
    import ctypes
    ctypes.CDLL(None).puts(b"from C")
    print("from Python")
    sys.exit(0)


def shown_warnings():
    """Complaints of what is left open, even where the collector does not know it."""
    warnings.simplefilter("always")
    KEPT.append(os.scandir("/"))


def quiet_warnings():
    warnings.simplefilter("always", DeprecationWarning)
    warnings.filterwarnings("ignore", message="some text")
    KEPT.append(os.scandir("/"))


def audited():
    sys.addaudithook(lambda event, args: event.startswith("gc.") and os.write(1, event.encode()))


def handlers_by_hand():
    atexit.register(print, "handler")
    atexit._run_exitfuncs()
    print("still here")
    finalizer()


def handlers_cleared():
    atexit._clear()
    print("cleared")


def inspected():
    os.environ["PYTHONINSPECT"] = "1"


def raises():
    raise ValueError("x")


def exits_with_text():
    sys.exit("text")


def quiet_exits():
    sys.exit()


def quiet_exits_3():
    sys.exit(3)


def quiet_exits_large():
    sys.exit(0x1ff)


if __name__ == "__main__" and len(sys.argv) > 1:
    globals()[sys.argv[1]]()
