"""Runs train.py over small programs: what train_test.py and record_test.py share."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = [sys.executable, "-B", "-S", "-s", "-P"]


class TrainCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = os.path.realpath(temporary.name)
        self.bundle_sources = {}

    def train(self, files, *lines, main="app.py", optimize=0, status=0, env=None, inputs=None, links_to=None):
        """Trains a program of {path in _main: text}. Returns (recording, bytes, stderr)."""
        root = inputs or os.path.join(self.dir, "execroot")
        runfiles = os.path.join(root, "app.runfiles")
        sources = []
        for path, text in files.items():
            file = os.path.join(runfiles, "_main", path)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            if links_to:  # as a sandbox has the files
                real = os.path.join(links_to, path)
                os.makedirs(os.path.dirname(real), exist_ok=True)
                os.symlink(real, file)
            text = textwrap.dedent(text)
            with open(file, "w", encoding="utf-8", errors="surrogatepass") as f:
                f.write(text)
            sources.append((path, file, text))
        params = os.path.join(root, "params")
        self.write_bundle(root, sources, optimize)
        if main:
            lines = ("--main=_main/" + main, *lines)
        with open(params, "w", encoding="utf-8") as f:
            f.write(
                "\n".join(
                    [
                        "--output=out.json",
                        "--label=//a:b",
                        "--optimize=%d" % optimize,
                        "--runfiles=app.runfiles",
                        "--import_root=",
                        "--import_root=_main",
                        "--bundle=bundle",
                        *lines,
                    ]
                )
            )
        done = subprocess.run(
            [*PYTHON, os.path.join(HERE, "train.py"), "@params"],
            capture_output=True,
            text=True,
            cwd=root,
            env=dict(os.environ, PYTHONHASHSEED="0", **(env or {})),
        )
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertEqual(os.path.exists(os.path.join(root, "out.json.tmp")), False)
        if status:
            self.assertFalse(os.path.exists(os.path.join(root, "out.json")))
            return None, None, done.stderr
        with open(os.path.join(root, "out.json"), "rb") as f:
            data = f.read()
        return json.loads(data), data, done.stderr

    def write_bundle(self, root, sources, optimize):
        params = os.path.join(root, "compile")
        lines = []
        for path, file, text in sources:
            if path in self.bundle_sources:
                file = os.path.join(root, "other.py")
                with open(file, "w", encoding="utf-8") as f:
                    f.write(self.bundle_sources[path])
            lines.append(file + "\t_main/" + path)
        with open(params, "w", encoding="utf-8") as f:
            f.write("\n".join(["--output=" + os.path.join(root, "bundle"), "--optimize=%d" % optimize, "--lenient", *lines]))
        subprocess.run([*PYTHON, os.path.join(HERE, "compile.py"), "@" + params], check=True)

    def good(self, files, *lines, **kwargs):
        recording, _, stderr = self.train(files, *lines, **kwargs)
        self.assertEqual((recording["failure"], recording["warnings"], stderr), (None, [], ""))
        return recording

    def patterns(self, recording):
        return [
            r["pattern"] if r["pattern"] is not None else bytes.fromhex(r["pattern_hex"]) for r in recording["regexes"]
        ]
