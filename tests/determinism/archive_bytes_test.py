"""Builds one archive over and over from inputs that may differ, and compares the bytes.

What differs: the hash seed of the compiling interpreter, the order of sources in a bundle and of
bundles in the archive, how sources are divided into bundles, and the folders that all lies in.
The sources are a real program's: Flask's example with all that it depends on, and a part of the
standard library. ARCHIVER, COMPILE and PROBE name the build's own tools.
"""

import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import unittest

STDLIB = ("*.py", "json/*.py", "collections/*.py", "re/*.py", "email/*.py", "http/*.py", "logging/*.py", "urllib/*.py")


def tool(name):
    return os.path.abspath(os.environ[name])


class Sources:
    """Python sources by logical path, and the folders on sys.path that they are imported from."""

    def __init__(self):
        runfiles = pathlib.Path(os.environ["RUNFILES_DIR"])
        self.library, self.roots = {}, [""]
        for repository in sorted(runfiles.iterdir()):
            packages = repository / "site-packages"
            if packages.is_dir():
                self.roots.append(f"{repository.name}/site-packages")
                self._add(runfiles, packages)
        self._add(runfiles, runfiles / "_main" / "examples")
        self.roots.append("_main")
        folder = pathlib.Path(sysconfig.get_path("stdlib"))
        self.stdlib = {
            str(path.relative_to(folder)): path for pattern in STDLIB for path in folder.glob(pattern)
        }

    def _add(self, runfiles, folder):
        for path in folder.rglob("*.py"):
            self.library[str(path.relative_to(runfiles))] = path


class Build:
    """One build of the archive in a folder of its own."""

    def __init__(self, folder, sources, seed, parts=1, copy=False):
        self.folder, self.sources, self.seed = pathlib.Path(folder), sources, seed
        self.random = random.Random(f"{seed} {parts}")
        self.parts, self.copy = parts, copy
        self.folder.mkdir(parents=True)

    def call(self, *words):
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env=dict(os.environ, PYTHONHASHSEED=str(self.seed)),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{words[:4]}... ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def bundles(self, name, paths):
        """Compiles the files into self.parts bundles; returns the bundles' names, shuffled."""
        items = sorted(paths.items())
        if self.parts > 1:
            self.random.shuffle(items)
        made = []
        for part in range(self.parts):
            lines = [f"--output={name}{part}.bundle", "--optimize=0", "--lenient"]
            for logical, path in items[part :: self.parts]:
                if self.copy:
                    target = self.folder / "sources" / name / logical
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                    path = target
                lines.append(f"{path}\t{logical}")
            params = self.folder / f"{name}{part}.params"
            params.write_text("".join(line + "\n" for line in lines))
            self.call(sys.executable, "-S", "-s", "-P", "-B", tool("COMPILE"), f"@{params}")
            made.append(f"{name}{part}.bundle")
        self.random.shuffle(made)
        return made

    def digests(self):
        """Builds; returns the digests of archive and manifest."""
        self.call(sys.executable, "-S", tool("PROBE"), "abi.json")
        arguments = ["--abi", "abi.json", "--label", "//examples/flask:server", "--optimize", "0"]
        arguments += ["--main", "_main/examples/flask/server.py", "--output", "a.pycds", "--manifest", "a.json"]
        for root in self.sources.roots:
            arguments += ["--import_root", root]
        for bundle in self.bundles("library", self.sources.library):
            arguments += ["--bundle", bundle]
        for bundle in self.bundles("stdlib", self.sources.stdlib):
            arguments += ["--stdlib_bundle", bundle]
        self.call(tool("ARCHIVER"), "build", *arguments)
        return [hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in ("a.pycds", "a.json")]


class ArchiveBytesTest(unittest.TestCase):
    def test_same_bytes(self):
        sources = Sources()
        self.assertIn("_main/examples/flask/server.py", sources.library)
        self.assertGreater(len(sources.library), 100)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            first = Build(folder / "first", sources, 0).digests()
            self.assertEqual(Build(folder / "again", sources, 0).digests(), first, "the same inputs again")
            self.assertEqual(Build(folder / "seed", sources, 4294967295).digests(), first, "another hash seed")
            self.assertEqual(
                Build(folder / "in" / "another" / "place", sources, 7, parts=5, copy=True).digests(),
                first,
                "shuffled sources in five bundles of shuffled order, in other folders",
            )
            # The comparison can fail: other code gives other bytes.
            changed = folder / "server.py"
            changed.write_text(sources.library["_main/examples/flask/server.py"].read_text().replace("first", "fir5t"))
            sources.library["_main/examples/flask/server.py"] = changed
            self.assertNotEqual(Build(folder / "changed", sources, 0).digests()[0], first[0], "other sources")


if __name__ == "__main__":
    unittest.main()
