"""Runs a program's imports, or the program, and writes what record.py recorded.

    python -B -S -s -P [-O] trainee.py JOB SCRATCH

JOB is train.py's order in marshal data; SCRATCH a folder of this process alone.
SCRATCH/record has the result, in marshal data, if the process came to its end.

The program sees the process that the launcher would have made, as far as its
imports can tell, with the code of the compile actions in place of .pyc files.
Until it runs only built-in and frozen modules are imported.
"""

import _frozen_importlib_external as importlib_external
import _imp
import _signal
import atexit
import builtins
import marshal
import posix
import sys

HERE = __file__.rpartition("/")[0]

# What record.py replaces later.
compile_source, run_code = compile, exec

MESSAGE_LIMIT = 300  # characters of an exception's message


class Code:
    """The code objects of the bundles, as stock would unmarshal them from .pyc files."""

    def __init__(self, index, runfiles):
        self.index = index  # {root: {path below it: (bundle, offset, size)}}
        self.roots = [(runfiles + "/", index["runfiles"])]
        if getattr(sys, "_stdlib_dir", None):
            self.roots.append((sys._stdlib_dir + "/", index["stdlib"]))

    def get(self, path):
        """Returns the code object of a source file, None if no bundle has it."""
        for root, records in self.roots:
            if path.startswith(root):
                record = records.get(path[len(root) :])
                return self.load(record, path) if record else None
        return None

    def load(self, record, path):
        bundle, offset, size = record
        fd = posix.open(bundle, posix.O_RDONLY | posix.O_CLOEXEC)
        try:
            data = posix.pread(fd, size, offset)
        finally:
            posix.close(fd)
        code = marshal.loads(data)
        _imp._fix_co_filename(code, path)
        return code

    def install(self):
        """Has importlib take code from here."""
        original = importlib_external.SourceLoader.get_code

        def get_code(self_, fullname):
            if type(self_) is importlib_external.SourceFileLoader:
                code = self.get(self_.get_filename(fullname))
                if code is not None:
                    return code
            return original(self_, fullname)

        importlib_external.SourceLoader.get_code = get_code


def replace_site():
    """Does what the launcher's site = "minimal" does (loader/site.c)."""
    import site  # its body alone, because of -S

    site.removeduppaths()
    for directory in site.getsitepackages():
        if directory not in sys.path and importlib_external._path_isdir(directory):
            sys.path.append(directory)
    site.setquit()
    site.setcopyright()
    site.sethelper()
    site.enablerlcompleter()
    del sys.modules["site"]


def skip_absent_names(runfiles):
    """Has importlib not look at an entry of sys.path for a name that nothing there has.

    It looks for each name at each of them, which are inputs of the action. What is written
    there meanwhile is found after importlib.invalidate_caches(), as documented.
    """
    original = importlib_external.FileFinder.find_spec
    entries = {entry for entry in sys.path if entry == runfiles or entry.startswith(runfiles + "/")}
    found = {}  # entry: (what its finder listed, the same up to the first dot)

    def find_spec(self, fullname, target=None):
        if self.path in entries and self._path_mtime != -1:
            listed = self._path_cache
            known = found.get(self.path)
            if known is None or known[0] is not listed:
                known = found[self.path] = listed, {name.partition(".")[0] for name in listed}
            if fullname.rpartition(".")[2] not in known[1]:
                return None
        return original(self, fullname, target)

    importlib_external.FileFinder.find_spec = find_spec


def collect_rarely():
    """Does what gc = "defer" does while a program imports (loader/gc.c), for longer.

    What is garbage then is a few hundred megabytes at most, for a second or two.
    """
    import gc

    gc.set_threshold(1000000)
    del sys.modules["gc"]  # the program's import of it is still to come


class Failure:
    """Describes exceptions without what differs from run to run."""

    def __init__(self, job, scratch):
        # Longest first: one may lie in another.
        self.directories = sorted({*job["directories"], scratch, scratch + job["link"]}, key=len, reverse=True)

    def __call__(self, error):
        """Returns (type, message)."""
        kind = type(error).__name__
        try:
            message = str(error)
        except Exception:
            message = ""
        for directory in self.directories:
            message = message.replace(directory, "...")
        message = " ".join(message.split())
        return kind, message.encode("ascii", "backslashreplace").decode()[:MESSAGE_LIMIT]


def load(name):
    """Runs a file beside this one as a module that sys.modules does not have."""
    path = HERE + "/" + name + ".py"
    module = type(sys)(name)
    run_code(compile_source(read(path), path, "exec", 0, True), module.__dict__)
    return module


def read(path):
    with open(path, "rb") as f:
        return f.read()


def make_main(path):
    """Returns a new module __main__ as the interpreter makes it for a file or -m."""
    module = type(sys)("__main__")
    module.__builtins__ = builtins
    if path:
        module.__file__ = path
        module.__cached__ = None
        module.__loader__ = importlib_external.SourceFileLoader("__main__", path)
    sys.modules["__main__"] = module
    return module


def find_main(job, runfiles):
    """Returns (path, package) of the file that __main__ is made of."""
    if job["main"]:
        return runfiles + "/" + job["main"], None
    import importlib.util
    import runpy  # as python -m does

    name = job["main_module"]
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name += ".__main__"
        spec = importlib.util.find_spec(name)
    if spec is None or not spec.has_location:
        raise ImportError("no module named %s with a source file" % name)
    return spec.origin, spec.parent


def run_imports(job, runfiles, imports):
    """Performs the imports of the program's file. imports is an Imports."""
    sys.argv[:] = [runfiles + "/" + job["main"] if job["main"] else "-m"]
    main = make_main(runfiles + "/" + job["main"] if job["main"] else None)
    path, package = find_main(job, runfiles)
    main.__file__ = path
    main.__package__ = package
    imports.run(path, read(path), main.__dict__)


def run_program(job, runfiles, code):
    """Runs the program until it ends."""
    if job["main_module"]:
        sys.argv[:] = ["-m", *job["args"]]
        make_main(None)
        import runpy

        return runpy._run_module_as_main(job["main_module"])
    path = runfiles + "/" + job["main"]
    sys.argv[:] = [path, *job["args"]]
    main = make_main(path)
    run_code(code.get(path) or compile_source(read(path), path, "exec", 0, True), main.__dict__)


def main(argv):
    job_file, scratch = argv[1:]
    with open(job_file, "rb") as f:
        job = marshal.load(f)
    _signal.alarm(job["alarm"])  # should train.py be gone by then
    posix.chdir(scratch + "/work")
    runfiles = scratch + job["link"]
    written = load("written").install()  # first: site and what it imports have functions, too
    describe = Failure(job, scratch)
    replace_site()
    code = Code(job["index"], runfiles)
    code.install()
    skip_absent_names(runfiles)
    imports = None
    if job["args"] is None:
        imports = load("imports")
        collect_rarely()
    recorder = load("record").install()
    result = {"error": None, "warnings": []}
    pid = posix.getpid()

    def write():
        if posix.getpid() == pid:  # not in a fork
            result.update(recorder.result(), **written.result(recorder.modules))
            with open(scratch + "/record", "wb") as f:
                marshal.dump(result, f)

    if job["args"] is None:
        try:
            run_imports(job, runfiles, imports.Imports(describe, result["warnings"]))
        except BaseException as e:
            result["error"] = describe(e)
        write()
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        # Nothing that the imports started is waited for.
        posix._exit(0)

    atexit.register(write)  # the first registered is the last to run
    try:
        run_program(job, runfiles, code)
    except SystemExit:
        raise
    except BaseException as e:
        result["error"] = describe(e)
        e.__traceback__ = e.__traceback__.tb_next.tb_next  # without our frames
        sys.excepthook(type(e), e, e.__traceback__)
        sys.exit(1)


main(sys.argv)
