"""Repository rules that unpack a Python interpreter: python-build-standalone's or Debian's.

The repository's layout, found by CPython's landmark search (Modules/getpath.py) also through symlinks:
    bin/python3.X
    lib/python3.X/      standard library; lib-dynload/ in it
    lib/libpython3.X.so.1.0 (python-build-standalone up to 3.13, found by NEEDED $ORIGIN/../lib/...)
Its targets: python (the executable), files (it and all it reads), runtime, runtime_pair.
"""

load(":debs.bzl", "run", "unpack_debs")

# In neither program nor test of ours: CPython's own tests, IDLE, Tk (its libraries are not here),
# the files to link an embedded interpreter.
_LEFT_OUT = ["config-", "ensurepip", "idlelib", "test", "tkinter", "turtledemo"]

_BUILD = """\
load("@rules_python//python:py_runtime.bzl", "py_runtime")
load("@rules_python//python:py_runtime_pair.bzl", "py_runtime_pair")

package(default_visibility = ["//visibility:public"])

# CPython writes __pycache__ where it may: never an input.
filegroup(
    name = "files",
    srcs = glob(
        ["bin/*", "lib/**"],
        exclude = ["**/__pycache__/**", "**/*.pyc"],
    ),
)

# The executable, as an action's tool; the action needs `files` too.
filegroup(
    name = "python",
    srcs = ["bin/python{version}"],
)

py_runtime(
    name = "runtime",
    files = [":files"],
    interpreter = "bin/python{version}",
    python_version = "PY3",
)

py_runtime_pair(
    name = "runtime_pair",
    py3_runtime = ":runtime",
)
"""

def _is_left_out(name, version):
    """Whether the file lib/pythonX.Y/<in a folder of _LEFT_OUT> `name` is not wanted."""
    parts = name.split("/")
    if parts[:2] != ["lib", "python" + version] or len(parts) < 3:
        return False
    for folder in _LEFT_OUT:
        if parts[2] == folder or folder.endswith("-") and parts[2].startswith(folder):
            return True
    return False

def _finish(rctx):
    # So that running a program does not add __pycache__, except as root, who may write anywhere.
    run(rctx, ["chmod", "-R", "a-w", "lib"])
    rctx.file("BUILD.bazel", _BUILD.format(version = rctx.attr.version), executable = False)

def _quote(text):
    return "'" + text.replace("'", "'\\''") + "'"

def _go_module(rctx):
    """Downloads the Go module, compares its checksum with the pinned one, returns its folder."""
    go = rctx.which("go")
    if not go:
        fail("%s is unpacked from a Go module, and there is no `go` in PATH. Run Bazel as ./tools/bazel, or put Go's bin folder in PATH." % rctx.name)
    output = run(
        rctx,
        [go, "mod", "download", "-json", "%s@%s" % (rctx.attr.module, rctx.attr.module_version)],
        environment = {"GO111MODULE": "on", "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local", "GOWORK": "off"},
        what_to_do = "Is the Go module proxy reachable (go env GOPROXY)?",
    )
    module = json.decode(output)
    if module.get("Sum") != rctx.attr.sum:
        fail("Go module %s@%s has the checksum %s, want %s: do not use it; compare it with the checksum database's, then correct dev/private/interpreter_versions.bzl." %
             (rctx.attr.module, rctx.attr.module_version, module.get("Sum"), rctx.attr.sum))
    return module["Dir"]

def _pbs_interpreter_impl(rctx):
    arch = {"aarch64": "arm64", "amd64": "amd64", "arm64": "arm64", "x86_64": "amd64"}.get(rctx.os.arch)
    if rctx.os.name != "linux" or not arch:
        fail("%s: no interpreter for %s %s, only for linux amd64 and arm64." % (rctx.name, rctx.os.name, rctx.os.arch))
    source = "%s/python/internal/data/linux-%s" % (_go_module(rctx), arch)

    # The module embeds one file per file (compressed ones as NAME.gz) and files.json: name, size, Go's
    # fs.FileMode in perm, compressed, and symlink with its target; a Go module can hold neither symlinks nor modes.
    version = rctx.attr.version
    script = ["set -e"]
    for entry in json.decode(rctx.read(source + "/files.json"))["files"]:
        name = entry["name"]
        stdlib = name.startswith("lib/python%s/" % version) and not _is_left_out(name, version)
        if not stdlib and name != "bin/python" + version and not (rctx.attr.shared and name == "lib/libpython%s.so.1.0" % version):
            continue
        target = _quote(name)
        origin = _quote(source + "/" + name)
        if entry["perm"] & (1 << 31):  # fs.ModeDir
            script.append("mkdir -p " + target)
            continue
        if entry.get("symlink"):
            script.append("ln -s %s %s" % (_quote(entry["symlink"]), target))
            continue
        script.append("mkdir -p %s" % _quote(name.rpartition("/")[0]))
        if entry.get("compressed"):
            script.append("gzip -dc < %s.gz > %s" % (origin, target))
        elif entry["size"]:
            script.append("cat < %s > %s" % (origin, target))
        else:
            script.append(": > " + target)
        if entry["perm"] & 0o111:
            script.append("chmod 755 " + target)
    rctx.file("unpack.sh", "\n".join(script) + "\n")
    run(rctx, ["sh", "unpack.sh"], timeout = 600)
    rctx.delete("unpack.sh")
    _finish(rctx)

pbs_interpreter = repository_rule(
    implementation = _pbs_interpreter_impl,
    doc = "python-build-standalone, from the Go module that embeds it: one of the few channels that offer it besides its own site.",
    environ = ["PATH", "GOPROXY", "GOMODCACHE", "GOPATH"],
    attrs = {
        "module": attr.string(mandatory = True, doc = "Go module path."),
        "module_version": attr.string(mandatory = True, doc = "Go module version."),
        "shared": attr.bool(mandatory = True, doc = "Whether the interpreter is in libpython.so."),
        "sum": attr.string(mandatory = True, doc = "The module's checksum as in go.sum, h1:..."),
        "version": attr.string(mandatory = True, doc = "X.Y"),
    },
)

def _deb_interpreter_impl(rctx):
    version = rctx.attr.version
    unpack_debs(
        rctx,
        [p.format(version) for p in ["libpython{}-minimal", "libpython{}-stdlib", "python{}-minimal"]],
        "root",
    )

    # sitecustomize.py is a link to /etc. Debian puts both files where its package management wants them.
    stdlib = "lib/python" + version
    script = ["set -e", "mkdir -p bin lib", "mv root/usr/bin/python%s bin/" % version, "mv root/usr/%s lib/" % stdlib, "rm -f %s/sitecustomize.py" % stdlib]
    for folder in _LEFT_OUT:
        script.append("rm -rf %s/%s%s" % (stdlib, folder, "*" if folder.endswith("-") else ""))
    run(rctx, ["sh", "-c", "\n".join(script)])
    rctx.delete("root")
    _finish(rctx)

deb_interpreter = repository_rule(
    implementation = _deb_interpreter_impl,
    doc = "Debian's interpreter, from the packages in the folder PYCDS_DEBS. Needs the C library that they were built for.",
    environ = ["PYCDS_DEBS"],
    attrs = {
        "version": attr.string(mandatory = True, doc = "X.Y"),
    },
)
