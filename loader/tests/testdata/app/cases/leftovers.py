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


def slots():
    KEPT.append(LoudSlots())


def finalizer():
    KEPT.append(Loud())


def finalizer_in_cycle():
    cycle(Loud())


def finalizer_of_class():
    KEPT.append(LoudClass("Made", (), {}))


def open_file():
    """Its last line is in no file before it is closed."""
    path = os.environ["LEFT"]
    if os.path.exists(path):
        print(open(path).read())
        os.unlink(path)
    else:
        file = open(path, "w")
        file.write("not flushed")
        cycle(file)


def other_stream():
    stream = io.TextIOWrapper(open(1, "wb", closefd=False))
    stream.write("through another stream\n")
    cycle(stream)


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


def database():
    import sqlite3
    KEPT.append(sqlite3.connect(":memory:"))


def socket():
    import socket as module
    KEPT.append(module.socketpair())


def temporary_file():
    import tempfile
    KEPT.append(tempfile.NamedTemporaryFile())


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


if sys.argv[1:] == ["names"]:
    print(*(name for name, value in list(globals().items()) if type(value) is type(cycle) and name != "cycle"))
elif len(sys.argv) > 1:
    globals()[sys.argv[1]]()
