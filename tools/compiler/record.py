"""Records what a program's imports compute, through wrappers that it does not see.

trainee.py runs this file's install() in its own process, under CPython 3.11 to
3.15, before anything of the program is imported. It uses no module that is not
built in, so that every import of the program is still to come.

The wrappers do what they wrap does. What they record is only ever used to answer
the very same question again, so that to miss something is harmless.
"""

import _frozen_importlib
import _frozen_importlib_external
import builtins
import sys
from _thread import get_ident

# Longer sources are left out, in bytes of UTF-8.
SOURCE_LIMIT = 64 << 10

# PyCF_MASK (Include/cpython/compile.h): the flags that code inherits from the
# code that compiles it, CO_FUTURE_DIVISION up to CO_FUTURE_ANNOTATIONS.
FUTURE_MASK = 0x1FE0000

# sre_constants: what a compiled pattern must not depend on or do.
SRE_FLAG_LOCALE = 4
SRE_FLAG_DEBUG = 128


def is_text(value):
    """Tells whether value is a str that UTF-8 can hold."""
    if type(value) is not str:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_dotted_name(text):
    """Tells whether a str can be a name in an import statement."""
    return all(map(str.isidentifier, text.split(".")))


def disguise(wrapper, original):
    """Gives a wrapper the names of what it replaces."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(wrapper, name, getattr(original, name))
    return wrapper


class Recorder:
    """What was recorded, in the order in which it happened first."""

    def __init__(self):
        self.modules = {}  # name: its source file, None if it has none
        self.searches = {}  # name: whether finders were asked for it and never had it
        self.regexes = {}  # (is bytes, pattern, flags): see add_regex(); None: leave it out
        self.sources = {}  # (text, filename, mode, flags): None

    def add_regex(self, pattern, flags, arguments):
        """Records the arguments of the _sre.compile() call for a pattern."""
        key = (type(pattern) is bytes, pattern, flags)
        value = regex_value(pattern, flags, arguments)
        if key not in self.regexes:
            self.regexes[key] = value
        elif self.regexes[key] != value:
            self.regexes[key] = None

    def add_source(self, text, filename, mode, flags):
        """Records a source text that is about to be compiled."""
        if (
            is_text(text)
            and is_text(filename)
            and type(mode) is str
            and flags & ~FUTURE_MASK == 0
            and (len(text) <= SOURCE_LIMIT and len(text.encode()) <= SOURCE_LIMIT)
        ):
            self.sources[text, filename, mode, flags] = None

    def add_search(self, name, spec):
        """Records what the finders answered for a name."""
        if type(name) is str:
            self.searches[name] = spec is None and self.searches.get(name, True)

    def missing(self):
        """Yields the names that nothing had, neither a finder nor the program itself."""
        for name, is_missing in list(self.searches.items()):
            if is_missing and name not in sys.modules and is_dotted_name(name):
                yield name

    def result(self):
        """Returns the records as lists that marshal can write."""
        return {
            "missing": list(self.missing()),
            "modules": list(self.modules),
            "regexes": [(key, value) for key, value in self.regexes.items() if value],
            "sources": list(self.sources),
        }


def regex_value(pattern, flags, arguments):
    """Returns (result flags, groups, group index, code) of _sre.compile()'s arguments.

    None if they are not what a pattern of its own gives.
    """
    if len(arguments) != 6 or arguments[0] is not pattern:
        return None
    _, result_flags, code, groups, groupindex, indexgroup = arguments
    if type(pattern) is str and not is_text(pattern):
        return None
    if (flags | result_flags) & (SRE_FLAG_LOCALE | SRE_FLAG_DEBUG):
        return None
    names = [None] * (groups + 1)
    for name, number in groupindex.items():
        if not is_text(name):
            return None
        names[number] = name
    if indexgroup != tuple(names):
        return None
    return int(result_flags), groups, tuple(groupindex.items()), tuple(map(int, code))


def install():
    """Wraps what is to be recorded and returns the Recorder."""
    recorder = Recorder()
    wrap_builtins(recorder)
    wrap_imports(recorder)
    wrap_searches(recorder)
    return recorder


def wrap_imports(recorder):
    """Records module names where importlib prepares a module, just before its body runs.

    There is no frame of ours below a module's body.
    """
    original = _frozen_importlib._init_module_attrs

    def _init_module_attrs(spec, module, *, override=False):
        name = spec.name
        if not override and is_text(name):
            has_source = type(spec.loader) is _frozen_importlib_external.SourceFileLoader
            recorder.modules.setdefault(name, spec.origin if has_source and is_text(spec.origin) else None)
            if name == "re._compiler" and has_source:
                after_body(spec.loader, lambda module: wrap_re(recorder, module))
        return original(spec, module, override=override)

    _frozen_importlib._init_module_attrs = disguise(_init_module_attrs, original)


def wrap_searches(recorder):
    """Records what importlib asks the finders for: by import, import_module() or find_spec()."""
    original = _frozen_importlib._find_spec

    def _find_spec(name, path, target=None):
        spec = original(name, path, target)
        recorder.add_search(name, spec)
        return spec

    _frozen_importlib._find_spec = disguise(_find_spec, original)


def after_body(loader, action):
    """Has a loader call action(module) once, when the module's body has run."""

    def exec_module(module):
        del loader.exec_module
        loader.exec_module(module)
        action(module)

    loader.exec_module = exec_module


def wrap_re(recorder, module):
    """Wraps compile() of the module re._compiler, which re._compile() calls."""
    original = module.compile
    sre = module._sre
    calls = {}  # thread: (arguments, result) of its last _sre.compile()

    def sre_compile(*arguments):
        result = sre.compile(*arguments)
        calls[get_ident()] = arguments, result
        return result

    def compile(p, flags=0):
        # re.sub() and its like have an int of their own for no flags, since 3.13.
        number = 0 if type(flags) is getattr(sys.modules.get("re"), "_ZeroSentinel", None) else flags
        if type(p) not in (str, bytes) or type(number) is not int:
            return original(p, flags)
        calls.pop(get_ident(), None)
        result, warned = watch_warnings(original, p, flags)
        arguments, compiled = calls.pop(get_ident(), (None, None))
        if arguments is not None and compiled is result and not warned:
            recorder.add_regex(p, number, arguments)
        return result

    # re._compiler gets an _sre of its own; everybody else sees the real one.
    module._sre = type(sys)("_sre")
    module._sre.__dict__.update(sre.__dict__)
    module._sre.compile = disguise(sre_compile, sre.compile)
    module.compile = disguise(compile, original)


def watch_warnings(function, p, flags):
    """Calls re._compiler.compile(p, flags); returns (result, whether it warned).

    Whether a warning is shown depends on filters, so the call itself counts:
    re._parser imports warnings only to call warnings.warn().
    """
    warnings = sys.modules.get("warnings")
    original = getattr(warnings, "warn", None)
    if original is None:
        return function(p, flags), "warnings" in sys.modules
    me, warned = get_ident(), []

    def warn(*args, **kwargs):
        extra = 1  # frames of ours
        if get_ident() == me:
            warned.append(True)
            extra += 2
        if len(args) < 3:
            kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + extra
        return original(*args, **kwargs)

    warnings.warn = warn
    try:
        return function(p, flags), bool(warned)
    finally:
        if warnings.warn is warn:
            warnings.warn = original


def wrap_builtins(recorder):
    """Wraps compile(), exec() and eval().

    What runs below a wrapper must not find the wrapper's frame in place of its
    caller's: so namespaces and future flags are the caller's, explicitly.
    """
    originals = {name: getattr(builtins, name) for name in ("compile", "exec", "eval")}
    for module in (_frozen_importlib, _frozen_importlib_external):
        # What importlib compiles and runs is no business of ours.
        module.__dict__.update(originals)
    compile_source = originals["compile"]
    names = ("source", "filename", "mode", "flags", "dont_inherit", "optimize")

    def compile(*args, **kwargs):
        given = dict(zip(names, args))
        if len(args) > len(names) or not given.keys().isdisjoint(kwargs):
            return compile_source(*args, **kwargs)  # raises TypeError
        given.update(kwargs)
        flags = given.get("flags", 0)
        if not isinstance(flags, int):
            return compile_source(*args, **kwargs)  # raises TypeError
        if not given.get("dont_inherit", False):
            inherited = sys._getframe(1).f_code.co_flags & FUTURE_MASK
            if inherited:
                given["flags"] = flags = flags | inherited
        result = compile_source(**given)
        if set(given) <= set(names) and given.get("optimize", -1) == -1:
            recorder.add_source(given["source"], given["filename"], given["mode"], int(flags))
        return result

    def wrap_run(name, mode):
        run = originals[name]

        def wrapper(*args, **kwargs):
            if not args:
                return run(*args, **kwargs)  # raises TypeError
            frame = sys._getframe(1)
            args = list(with_namespaces(args, kwargs, frame))
            source = args[0]
            if isinstance(source, (str, bytes, bytearray, memoryview)):
                inherited = frame.f_code.co_flags & FUTURE_MASK
                # eval() strips spaces. With them, the text does not compile, so that
                # recording.py leaves it out: compile() must go on to raise an error.
                recorder.add_source(source, "<string>", mode, inherited)
                if inherited:
                    if mode == "eval":
                        source = source.lstrip(" \t") if isinstance(source, str) else bytes(source).lstrip(b" \t")
                    args[0] = compile_source(source, "<string>", mode, inherited, True)
            return run(*args, **kwargs)

        setattr(builtins, name, disguise(wrapper, run))

    builtins.compile = disguise(compile, compile_source)
    wrap_run("exec", "exec")
    wrap_run("eval", "eval")


def with_namespaces(args, kwargs, frame):
    """Returns exec()'s or eval()'s arguments with the caller's namespaces in place of none."""
    given = kwargs.keys() & {"globals", "locals"}
    if given and (sys.version_info < (3, 13) or len(args) > 2 or ("globals" in given and len(args) > 1)):
        return args  # a TypeError
    if len(args) > 3:
        return args
    space = args[1] if len(args) > 1 else kwargs.pop("globals", None)
    local = args[2] if len(args) > 2 else kwargs.pop("locals", None)
    if space is None:
        space = frame.f_globals
        if local is None:
            local = frame.f_locals
            if type(local).__name__ == "FrameLocalsProxy":
                local = dict(local)  # as locals(), since 3.13
    if type(space) is dict and "__builtins__" not in space and frame.f_builtins is not builtins.__dict__:
        space["__builtins__"] = frame.f_builtins
    return [args[0], space, local]
