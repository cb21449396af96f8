"""Threads, forks, child interpreters and sub-interpreters."""

import concurrent.futures
import importlib
import multiprocessing
import os
import subprocess
import sys
import threading

from sample import shapes

MANY = """
argparse calendar cmd code colorsys configparser csv datetime difflib email.mime.multipart fileinput fractions ftplib
html.parser http.cookiejar imaplib ipaddress json.tool mailbox mimetypes netrc optparse pickletools plistlib pprint
sample.circular sample.language sample.lazy sample.shapes sample.tricks.replaced sample.traced sched shelve smtplib
space.two statistics tarfile textwrap tomllib trace unittest.mock uuid wave xml.dom.minidom xml.sax.saxutils zipfile
""".split()


def run(kind):
    globals()[kind]()


def threads():
    """Sixteen threads import the same modules in different orders at once."""
    barrier, results, errors = threading.Barrier(16), [], []

    def work(number):
        names = MANY[number:] + MANY[:number]
        if number % 2:
            names.reverse()
        barrier.wait()
        try:
            results.append({name: id(importlib.import_module(name)) for name in names})
        except BaseException as error:
            errors.append(repr(error))

    old, _ = sys.getswitchinterval(), sys.setswitchinterval(1e-6)
    workers = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.setswitchinterval(old)
    print(len(results), errors, all(result == results[0] for result in results), sorted(results[0]) == sorted(MANY))
    print(all(not sys.modules[name].__spec__._initializing for name in MANY if "replaced" not in name))


def forks():
    """A child made by fork goes on importing; so does its parent."""
    for number in range(3):
        sys.stdout.flush()
        child = os.fork()
        if not child:
            from sample import language, lazy

            print("child", language.fibonacci(20), lazy.computed, sys.modules.get("sample.lazy") is lazy, flush=True)
            os._exit(10 + number)
        print("parent", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        if number == 1:
            import sample.language

            print(sample.language.closures())


def _report(value):
    from sample import lazy

    return value.area(), lazy.computed, __name__, shapes.__file__ == lazy.__file__.replace("lazy", "shapes")


def spawn():
    _pool("spawn")


def forkserver():
    _pool("forkserver")


def fork():
    _pool("fork")


def _pool(method):
    import __main__

    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        print(list(pool.map(_report, [shapes.Square(2), shapes.Square(3)])))
        print(pool.submit(__main__.in_main, 21).result(), pool.submit(len, [__main__.InMain(1)]).result())
        try:
            pool.submit(shapes.double, None).result()
        except TypeError as error:
            print(type(error).__name__, str(error.__cause__).count("shapes.py"))


def child():
    """The interpreter started again by way of sys.executable, as a program would."""
    program = "import sys, os, sample; print(sample.VERSION, sys.path, sys.flags, sys.argv, 'LD_PRELOAD' in os.environ)"
    for options in ([], ["-O"], ["-I", "-S"], ["-E"]):
        done = subprocess.run([sys.executable, *options, "-c", program, "x"], capture_output=True, text=True)
        print(done.returncode, done.stdout, done.stderr)
    done = subprocess.run([sys.executable, "-m", "sample.runnable", "y"], capture_output=True, text=True)
    print(done.returncode, done.stdout, done.stderr)
    again = subprocess.run([sys.executable, sys.argv[0], "uncaught", "status"], capture_output=True, text=True)
    print(again.returncode, again.stdout, again.stderr)
    print(subprocess.run(["sh", "-c", "env | grep -c -E '^(LD_PRELOAD|_PYCDS)'"], capture_output=True, text=True).stdout)


def replaced():
    """The process becomes another run of the interpreter."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-c", "import sample, sys; print(sample.VERSION); sys.exit(6)"])


def interpreters():
    """Sub-interpreters import the same modules by themselves."""
    try:
        import _interpreters
    except ImportError:
        import _xxsubinterpreters as _interpreters
    from sample import language

    program = """if True:
        import sys, json, threading
        from sample import language, shapes
        print(shapes.Square(2).area(), json.dumps([1]), language.fibonacci(30), language.hot(200)[0])
        print(shapes.__file__ == language.__file__.replace("language", "shapes"), len(sys.modules) > 10)
        sys.stdout.flush()
    """
    for _ in range(2):
        created = _interpreters.create()
        sys.stdout.flush()
        failed = _interpreters.run_string(created, program)
        print("failed" if failed else "ran", language.fibonacci(31))
        _interpreters.destroy(created)
    created = _interpreters.create()
    print("left alive")
