"""Providers of the rules; alone, so that any file can load them without loading rules."""

PyCdsArchiveInfo = provider(
    doc = "A memory image of a program's code objects, and what it was made for.",
    fields = {
        "abi": "File: the interpreter build the image is for, as JSON (tools/compiler/probe.py writes it).",
        "archive": "File: the image, in the format of docs/format.md.",
        "imports": "depset of string: runfiles-relative directories on sys.path, in stock's order.",
        "manifest": "File: what is in the archive and what was left out and why, as JSON.",
        "optimize": "int: sys.flags.optimize that the code was compiled for; 0, 1 or 2.",
        "runtime": "PyRuntimeInfo: the interpreter that can use the archive.",
    },
)

PyCdsRuntimeInfo = provider(
    doc = "What a Python toolchain contributes to every archive. Private to these rules.",
    fields = {
        "abi": "File: see PyCdsArchiveInfo.abi.",
        "runtime": "PyRuntimeInfo: the toolchain's Python 3 runtime.",
        "stdlib": "dict of int to File: the standard library's code by optimization level; " +
                  "empty for a runtime that does not declare its files (interpreter_path).",
    },
)

PyCdsCodeInfo = provider(
    doc = "Compiled code of a target and everything it depends on. Private to these rules.",
    fields = {
        "bundles": "depset of File: bytecode bundles (tools/compiler/compile.py writes them).",
        "runtime": "PyCdsRuntimeInfo: the toolchain that compiled them.",
    },
)
