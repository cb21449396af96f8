"""Checks compile.py with the interpreter that runs this test."""

import hashlib
import json
import marshal
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
COMPILE = os.path.join(HERE, "compile.py")
PYTHON = [sys.executable, "-S", "-s", "-P", "-B"]


def read_bundle(data):
    """Returns the header and the records with their code of a bundle."""
    magic = b"pycds-bytecode 1\n"
    assert data.startswith(magic), data[:20]
    parts, at = [], len(magic)
    while True:
        size = int.from_bytes(data[at : at + 4], "little")
        at += 4
        if size == 0:
            assert at == len(data), "bytes after the end mark"
            return parts[0], parts[1:]
        part = json.loads(data[at : at + size].decode("ascii"))
        at += size
        code = part.get("code_size", 0)
        part["code"] = data[at : at + code]
        at += code
        parts.append(part)


class CompileTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = temporary.name
        self.output = os.path.join(self.dir, "out")

    def source(self, name, data):
        if isinstance(data, str):
            data = data.encode("utf-8")
        path = os.path.join(self.dir, name)
        with open(path, "wb") as f:
            f.write(data)
        return "%s\t_main/pkg/%s" % (path, name)

    def params(self, *lines):
        path = os.path.join(self.dir, "params")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        return "@" + path

    def run_tool(self, *lines, env=None, flags=()):
        return subprocess.run(
            [*PYTHON, *flags, COMPILE, self.params(*lines)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=dict(os.environ, **(env or {})),
        )

    def compile(self, *lines, **kwargs):
        done = self.run_tool("--output=" + self.output, *lines, **kwargs)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        with open(self.output, "rb") as f:
            return f.read()

    def test_records(self):
        sources = [self.source("b.py", "x = __debug__\n"), self.source("ä.py", "# coding: latin-1\ny = 'é'\n")]
        header, records = read_bundle(self.compile("--optimize=0", "--strict", *sources))
        import importlib.util

        self.assertEqual(header["magic"].to_bytes(2, "little") + b"\r\n", importlib.util.MAGIC_NUMBER)
        self.assertEqual(header["hexversion"], sys.hexversion)
        self.assertEqual(header["cache_tag"], sys.implementation.cache_tag)
        self.assertEqual(header["optimize"], 0)
        self.assertEqual([r["path"] for r in records], ["_main/pkg/b.py", "_main/pkg/ä.py"])
        for source, record in zip(sources, records):
            with open(source.partition("\t")[0], "rb") as f:
                data = f.read()
            self.assertEqual(record["size"], len(data))
            self.assertEqual(record["sha256"], hashlib.sha256(data).hexdigest())
            self.assertIsNone(record["error"])
            want = compile(data, record["path"], "exec", dont_inherit=True, optimize=0)
            code = marshal.loads(record["code"])
            self.assertEqual(code, want)
            self.assertEqual(code.co_filename, record["path"])

    def test_optimize(self):
        source = self.source("a.py", '"""Doc."""\nassert x\ny = __debug__\n')
        for level, names in ((0, {"x", "y", "__doc__"}), (1, {"y", "__doc__"}), (2, {"y"})):
            header, records = read_bundle(self.compile("--optimize", str(level), "--strict", source))
            self.assertEqual(header["optimize"], level)
            self.assertEqual(set(marshal.loads(records[0]["code"]).co_names), names)

    def test_same_bytes(self):
        source = self.source("a.py", "x = y in {'a', 'b', 'c', 8, 0, 1.5, (1, 'd e')}\ndef f(a, b): return a.é, 10**9, 'x y'\n")
        lines = ["--optimize=0", "--lenient", source, self.source("bad.py", "x =\n")]
        want = self.compile(*lines)
        for seed in ("0", "1", "2", "random"):
            self.assertEqual(self.compile(*lines, env={"PYTHONHASHSEED": seed}), want)

    def test_no_warnings(self):
        source = self.source("a.py", 'x = "\\d"\nif x is 1: pass\nassert (x, 1)\n')
        self.compile("--optimize=0", "--strict", source)
        self.compile("--optimize=0", "--strict", source, flags=["-W", "error"])
        self.compile("--optimize=0", "--strict", source, env={"PYTHONWARNINGS": "error"})

    BAD = {
        "syntax.py": ("x = 1\ndef f(:\n    pass\n", "SyntaxError", 2, "def f(:"),
        "indent.py": ("if x:\npass\n", "IndentationError", 2, "pass"),
        "tab.py": ("if x:\n        a\n\tb\n", "TabError", 3, "\tb"),
        "symtable.py": ("x = 1\nreturn x\n", "SyntaxError", 2, "return x"),
        "null.py": ("x = 1\0\n", ("SyntaxError", "ValueError"), 0, ""),
        "encoding.py": ("# coding: no-such\n", "SyntaxError", 0, ""),
        "deep.py": ("-" * 200000 + "1\n", ("MemoryError", "RecursionError"), 0, ""),
    }

    def test_lenient(self):
        sources = [self.source(name, text) for name, (text, *_) in self.BAD.items()]
        _, records = read_bundle(self.compile("--optimize=0", "--lenient", *sources, self.source("good.py", "")))
        self.assertIsNone(records.pop()["error"])
        for record, (name, (_, kind, line, text)) in zip(records, self.BAD.items()):
            with self.subTest(name):
                error = record["error"]
                self.assertIn(error["type"], (kind,) if isinstance(kind, str) else kind)
                self.assertEqual((error["line"], error["text"]), (line, text))
                self.assertEqual(record["code"], b"")

    def test_strict(self):
        sources = [self.source(name, self.BAD[name][0]) for name in ("syntax.py", "symtable.py", "null.py")]
        done = self.run_tool("--output=" + self.output, "--optimize=0", "--strict", self.source("good.py", ""), *sources)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(os.listdir(self.dir).count("out"), 0)
        path = os.path.join(self.dir, "syntax.py")
        self.assertIn('  File "%s", line 2\n    def f(:\n          ^\nSyntaxError: invalid syntax\n' % path, done.stderr)
        self.assertIn("    return x\n    ^^^^^^^^\nSyntaxError: 'return' outside function\n", done.stderr)
        self.assertIn("null.py", done.stderr)

    def test_usage(self):
        good = self.source("a.py", "")
        out = "--output=" + self.output
        for want, lines in (
            ("--output is missing", ["--optimize=0", "--strict", good]),
            ("--optimize is missing", [out, "--strict", good]),
            ("--optimize is '3', want 0, 1 or 2", [out, "--optimize=3", "--strict", good]),
            ("--strict or --lenient is missing", [out, "--optimize=0", good]),
            ("argument '--other' is no option", [out, "--optimize=0", "--strict", "--other"]),
            ("cannot read %s" % os.path.join(self.dir, "absent.py"), [out, "--optimize=0", "--strict", os.path.join(self.dir, "absent.py") + "\tx.py"]),
            ("cannot write", ["--output=" + os.path.join(self.dir, "no", "out"), "--optimize=0", "--strict", good]),
        ):
            with self.subTest(want):
                done = self.run_tool(*lines)
                self.assertEqual(done.returncode, 2)
                self.assertIn(want, done.stderr)
                self.assertFalse(os.path.exists(self.output))

    def test_worker(self):
        good, bad = self.source("a.py", "x = 1\n"), self.source("bad.py", "x =\n")
        common = ["--output=" + self.output, "--optimize=0", "--strict"]
        want = self.compile("--optimize=0", "--strict", good)
        os.unlink(self.output)
        requests = [
            {"arguments": [*common, bad], "inputs": [], "requestId": 0},
            {"arguments": ["--nonsense"], "requestId": 0},
            {"arguments": [*common, good]},
        ]
        done = subprocess.run(
            [*PYTHON, COMPILE, "--persistent_worker"],
            input="".join(json.dumps(r) + "\n" for r in requests),
            capture_output=True,
            text=True,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([a["exitCode"] for a in answers], [1, 2, 0])
        self.assertEqual([a["requestId"] for a in answers], [0, 0, 0])
        self.assertIn("SyntaxError: invalid syntax", answers[0]["output"])
        self.assertEqual(answers[2]["output"], "")
        with open(self.output, "rb") as f:
            self.assertEqual(f.read(), want)


if __name__ == "__main__":
    unittest.main()
