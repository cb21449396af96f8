"""Ends with an exception nobody catches, or by leaving: the traceback and the status are compared."""

import asyncio
import atexit
import os
import signal
import sys
import threading
import time


def run(kind):
    atexit.register(print, "at exit")
    globals()[kind]()


def module_body():
    import sample.raising.body


def module_body_by_name():
    import importlib

    importlib.import_module("sample.raising.body")


def module_body_twice():
    try:
        import sample.raising.body
    except ZeroDivisionError:
        print("sample.raising.body" in sys.modules, "sample.raising" in sys.modules)
    import sample.raising.indirect


def missing_module():
    import sample.raising.missing_module


def missing_name():
    import sample.raising.missing_name


def missing_submodule():
    import sample.no_such_submodule


def not_a_package():
    import sample.shapes.inner


def syntax():
    import sample.raising.syntax


def exits():
    import sample.raising.exits


def carets():
    from sample.raising.functions import subscripts

    subscripts({"a": {"b": {"c": 1}}})


def nested():
    from sample.raising import functions

    functions.calls()


def operators():
    from sample.raising import functions

    functions.operators(1, None)


def chained():
    from sample.raising.functions import chained

    chained()


def context():
    from sample.raising.functions import context

    context()


def group():
    from sample.raising.functions import group

    group()


def recursion():
    from sample.raising.functions import recursive

    recursive()


def generator():
    from sample.raising.functions import generator

    list(generator())


def coroutine():
    from sample.raising.functions import coroutine

    asyncio.run(coroutine())


def assertion():
    from sample.raising.functions import assertion

    assertion("this")


def suggestion():
    from sample import shapes

    shapes.Sqare


def unraisable():
    from sample.raising.functions import Broken

    Broken()
    broken = Broken()
    print(broken.value if len(sys.argv) > 9 else "no value")
    raise SystemExit(broken.value)


def in_thread():
    from sample.raising.functions import calls

    thread = threading.Thread(target=calls, name="worker")
    thread.start()
    thread.join()
    sys.exit(4)


def excepthook():
    from sample.raising.functions import calls

    sys.excepthook = lambda kind, error, frames: print("hook", kind.__name__, frames.tb_next is not None)
    calls()


def status():
    sys.exit(3)


def status_text():
    sys.exit("left with a text")


def status_none():
    sys.exit()


def status_object():
    raise SystemExit((1, "two"))


def status_large():
    sys.exit(256 + 7)


def os_exit():
    print("not flushed at os._exit", end="", flush=True)
    os._exit(9)


def interrupted():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(10)


def interrupted_import():
    signal.raise_signal(signal.SIGINT)


def terminated():
    os.kill(os.getpid(), signal.SIGTERM)


def killed():
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def handled():
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(f"{number} in {frame.f_code.co_name}"))
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)


def aborted():
    import faulthandler
    import resource

    from sample import shapes

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable(all_threads=False)

    class Aborting(shapes.Square):
        def __mul__(self, other):
            os.abort()

    shapes.double(Aborting(1))


def broken_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    os.write(writing, b"lost")
