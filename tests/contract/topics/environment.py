"""What a program sees of how it was started."""

import __main__
import gc
import os
import sys
import sysconfig
import warnings


def run(kind, *_):
    globals()[kind]()


def interpreter():
    names = """
    argv orig_argv executable _base_executable prefix base_prefix exec_prefix base_exec_prefix platlibdir flags
    warnoptions _xoptions path _stdlib_dir pycache_prefix dont_write_bytecode hexversion version byteorder maxsize
    float_repr_style getdefaultencoding getfilesystemencoding getrecursionlimit getswitchinterval gettrace getprofile
    stdin stdout stderr __stdin__ displayhook excepthook breakpointhook unraisablehook is_finalizing
    get_int_max_str_digits getdlopenflags
    """.split()
    for name in names:
        value = getattr(sys, name)
        print(name, value() if name.startswith(("get", "is_")) else value)
    print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.get_freeze_count(), gc.callbacks)
    print([len(stat) for stat in gc.get_stats()], all(gc.is_tracked(module) for module in list(sys.modules.values())[:20]))
    print(sys._getframe().f_back.f_code.co_name, sys._getframe(2).f_code.co_filename == __main__.__file__)
    print([hook if isinstance(hook, type) else hook.__qualname__ for hook in sys.path_hooks])
    print(sorted(set(sys.builtin_module_names) - set(sys.stdlib_module_names)))


def main_module():
    for name, value in sorted(vars(__main__).items()):
        print(name, value if name != "__builtins__" else type(value))
    print(sys.modules["__main__"] is __main__, __main__.InMain.__module__)


def variables():
    for name, value in sorted(os.environ.items()):
        if name.startswith(("PYTHON", "_PY", "LD_", "RUNFILES", "JAVA_RUNFILES", "CONTRACT")):
            print(name, value)
    print(os.getcwd(), [os.path.basename(name) for name in os.listdir("/proc/self/fd")])


def site():
    import builtins

    print([(name, repr(getattr(builtins, name))) for name in ("exit", "quit", "copyright", "credits", "license")])
    print(sorted(vars(builtins)), type(builtins.help).__name__, repr(builtins.help))
    help(int.bit_length)
    help("sample.shapes.Square")
    import site

    print(site.ENABLE_USER_SITE, site.USER_SITE, site.getsitepackages(), site.PREFIXES)
    print(sysconfig.get_paths()["stdlib"], sysconfig.get_config_var("EXT_SUFFIX"), sysconfig.get_path("purelib"))
    exit(5)


def inputs():
    print(sys.stdin.isatty(), input("a prompt: "), sys.stdin.readline().rstrip(), sys.stdin.read(), sep="|")
    try:
        input()
    except EOFError as error:
        print(error)


def streams():
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        print(stream.encoding, stream.errors, stream.line_buffering, stream.write_through, stream.newlines)
    sys.stdout.buffer.write("é€🐍\n".encode())
    print("to standard error", file=sys.stderr)
    sys.stderr.write("no end of line")


def hashes():
    """Orders that depend on the hash seed."""
    from sample import language

    names = dir(language)
    print(hash("sample"), hash(language.__name__), set(names), {len(name): name for name in set(names)})
    print(sum(map(hash, language.hot.__code__.co_names)), hash(language.hot.__code__.co_names))


def optimized():
    from sample.raising import functions

    print(sys.flags.optimize, __debug__, functions.__doc__, functions.__spec__.cached)
    functions.assertion("this")


def warned():
    import sample.warned

    sample.warned.old()
    sample.warned.old(1)
    sample.warned.twice()
    sample.warned.old(3)
    warnings.warn_explicit("explicit", UserWarning, sample.warned.__file__, 3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sample.warned.twice()
    print([(str(item.message), item.lineno, item.filename == sample.warned.__file__) for item in caught])
    print([item for item in warnings.filters if item[0] != "ignore"])
    open(os.devnull).close()
    unclosed = open(os.devnull)
    del unclosed


def collected():
    """The cyclic collector works as ever after archived imports, and modules can be torn down."""
    import weakref

    from sample import language, shapes

    class Node:
        pass

    node = Node()
    node.itself = node
    reference = weakref.ref(node)
    del node
    gc.collect()
    print(reference(), gc.isenabled(), gc.get_count()[1] < 10**6)
    alive = weakref.ref(shapes), weakref.ref(shapes.double), weakref.ref(shapes.Square)
    import sample

    for name in ("sample.shapes", "sample.language"):
        del sys.modules[name]
    del shapes, language, sample.shapes, sample.language
    gc.collect()
    print([reference() for reference in alive])
    before = len(gc.get_objects())
    for _ in range(3):
        import sample.shapes

        del sys.modules["sample.shapes"], sample.shapes
    gc.collect()
    print(len(gc.get_objects()) - before < 50, gc.garbage)


def traced_memory():
    import tracemalloc

    if not tracemalloc.is_tracing():
        tracemalloc.start(3)
    from sample import shapes

    kept = shapes.double(b"x" * 1000)
    trace = tracemalloc.get_object_traceback(kept)
    print(trace.format()[-2:], len(kept))
