"""Synthetic programs and libraries of any number of modules, for what grows with their number."""

load("@rules_python//python:py_library.bzl", "py_library")
load(":programs.bzl", "bench_program")

_PER_PACKAGE = 50

# A module as hand-written ones are: a docstring, constants, a class, functions. $i is its number and
# $imports the import of an earlier module, as modules of one program import each other.
_MODULE = '''\
"""Records and totals of kind $i."""

import functools
import os

$imports
LIMIT_$i = $i
NAMES_$i = ("alpha_$i", "beta_$i", "gamma_$i", "delta_$i")
TABLE_$i = {"first_$i": (1, 2, $i), "second_$i": (3.5, None, "text $i"), "third_$i": b"bytes $i"}


class Record$i:
    """One record of kind $i."""

    kind = "record-$i"

    def __init__(self, name, value=0):
        self.name = name
        self.value = value

    def __repr__(self):
        return f"Record$i({self.name!r}, {self.value!r})"

    @property
    def is_large(self):
        """Whether the value is over the limit."""
        return self.value > LIMIT_$i

    def merged(self, other, *, prefix="merged_"):
        return Record$i(prefix + self.name + other.name, self.value + other.value)


def total_$i(records, start=0):
    """The sum of the records' values."""
    for record in records:
        if record.is_large:
            start += record.value
    return start


def parse_$i(text, default=None):
    try:
        name, value = text.split("=", 1)
        return Record$i(name.strip(), int(value))
    except ValueError:
        return default


@functools.lru_cache(maxsize=None)
def path_$i(root, name="records_$i"):
    return os.path.join(root, name, *NAMES_$i)
'''

# $1: folder to write to; $2: dotted name of the package; $3: number of modules; $4: modules in a package;
# $5: the program that imports them all, or nothing.
_GENERATE = """\
set -e
here=$1/${2##*.}
for ((i = 0; i < $3; i++)); do
    package=p$((i / $4))
    if ((i % $4 == 0)); then
        mkdir -p "$here/$package"
        : >"$here/$package/__init__.py"
    fi
    earlier=$((i / 2))
    if ((i > 0)); then imports="from $2.p$((earlier / $4)) import m$earlier"; else imports=""; fi
    cat >"$here/$package/m$i.py" <<END
@MODULE@
END
done
: >"$here/__init__.py"
if [ -n "$5" ]; then
    {
        echo "import os"
        echo "import time"
        echo "start = time.perf_counter_ns()"
        for ((i = 0; i < $3; i++)); do echo "from $2.p$((i / $4)) import m$i"; done
        echo "end = time.perf_counter_ns()"
        echo "total = 0"
        for ((i = 0; i < $3; i++)); do echo "total += m$i.parse_$i('name=7').value"; done
        echo "print(total)"
        echo "if os.environ.get('BENCH_IMPORT_FD'):"
        echo "    os.write(int(os.environ['BENCH_IMPORT_FD']), b'%d' % (end - start))"
    } >"$5"
fi
"""

def _scale_sources_impl(ctx):
    attr = ctx.attr
    folder = attr.package.split(".")[-1]
    names = [folder + "/__init__.py"]
    for p in range((attr.modules + _PER_PACKAGE - 1) // _PER_PACKAGE):
        names.append("%s/p%d/__init__.py" % (folder, p))
    names += ["%s/p%d/m%d.py" % (folder, i // _PER_PACKAGE, i) for i in range(attr.modules)]
    prefix = attr.folder + "/" if attr.folder else ""
    sources = [ctx.actions.declare_file(prefix + name) for name in names]
    main = [ctx.outputs.main] if ctx.outputs.main else []
    root = sources[0].dirname.removesuffix("/" + folder)
    ctx.actions.run_shell(
        outputs = sources + main,
        arguments = [root, attr.package, str(attr.modules), str(_PER_PACKAGE), main[0].path if main else ""],
        command = _GENERATE.replace("@MODULE@", _MODULE),
        mnemonic = "PyCdsScaleSources",
        progress_message = "Writing %d Python modules of %%{label}" % attr.modules,
    )
    return [DefaultInfo(files = depset(sources))]

_scale_sources = rule(
    implementation = _scale_sources_impl,
    doc = "Sources of a synthetic package and a program that imports each of its modules.",
    attrs = {
        "folder": attr.string(doc = "Where the package lies in this Bazel package."),
        "main": attr.output(doc = "The program; none if absent."),
        "modules": attr.int(mandatory = True),
        "package": attr.string(mandatory = True, doc = "The package's dotted name; the last part is its folder's."),
    },
)

def scale_program(name, modules):
    """A bench_program that imports a number of synthetic modules and calls a function of each.

    Args:
        name: string, also the program's file.
        modules: int.
    """
    _scale_sources(
        name = name + "_sources",
        main = name + ".py",
        modules = modules,
        package = native.package_name().replace("/", ".") + "." + name + "_modules",
        tags = ["manual"],
    )
    bench_program(
        name = name,
        srcs = [
            name + ".py",
            name + "_sources",
        ],
        display = "scale %d" % modules,
        main = name + ".py",
    )

def scale_libraries(name, count, modules, tags = []):
    """Synthetic libraries with a sys.path entry each, as pip's are: NAME_0, NAME_1, ... and NAME, all of them.

    Each has one package, named as the library, with the modules NAME_0.p0.m0 and so on.

    Args:
        name: string.
        count: int, how many libraries.
        modules: int, how many modules each has, at most 50.
        tags: list of string.
    """
    for i in range(count):
        library = "%s_%d" % (name, i)
        _scale_sources(
            name = library + "_sources",
            folder = name + "/" + library,
            modules = modules,
            package = library,
            tags = tags,
        )
        py_library(
            name = library,
            srcs = [library + "_sources"],
            imports = [name + "/" + library],
            tags = tags,
        )
    py_library(
        name = name,
        deps = ["%s_%d" % (name, i) for i in range(count)],
        tags = tags,
    )
