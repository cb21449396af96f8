"""A program with a damaged, missing or foreign archive behaves as under stock, and says why on request.

PROGRAM and STOCK are the program's executables, ARCHIVE its archive, OTHER_ARCHIVE that of the same
program for another interpreter. The program runs in a copy of its runfiles tree (made of links) in
which the archive is a file of its own.
"""

import dataclasses
import itertools
import os
import pathlib
import queue
import shutil
import struct
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

import huge_pages
from tests.contract.compare import difference, run
from tests.refusals import damage

WORKERS = 2
HEAD_POSITIONS = 320
FILE_POSITIONS = 60
IN_LIBPYTHON = "/libpython3." in pathlib.Path("/proc/self/maps").read_text(encoding="utf-8")
STRICT_EVERY = 16  # of flipped bytes, how many runs are repeated with PYCDS_STRICT=1


class Tree:
    """A runfiles tree of links to this test's, with an archive that may be changed."""

    def __init__(self, folder):
        self.root = pathlib.Path(folder) / "runfiles"
        real = pathlib.Path(os.environ["RUNFILES_DIR"])
        self.archive = self._link(real, self.root, pathlib.PurePath("_main", os.environ["ARCHIVE"]).parts)
        self.original = (real / "_main" / os.environ["ARCHIVE"]).read_bytes()
        self.restore()

    def _link(self, real, copy, wanted):
        """Links everything in a folder but what leads to the archive; returns the archive's path."""
        copy.mkdir(parents=True)
        for entry in real.iterdir():
            if entry.name != wanted[0]:
                (copy / entry.name).symlink_to(entry)
        if len(wanted) == 1:
            return copy / wanted[0]
        return self._link(real / wanted[0], copy / wanted[0], wanted[1:])

    def remove(self):
        if self.archive.is_symlink() or self.archive.is_file():
            self.archive.unlink()
        elif self.archive.exists():
            self.archive.rmdir()

    def restore(self, content=None):
        self.remove()
        self.archive.write_bytes(self.original if content is None else content)

    def flip(self, position):
        """Changes one byte, or changes it back."""
        with open(self.archive, "r+b") as file:
            file.seek(position)
            byte = file.read(1)[0]
            file.seek(position)
            file.write(bytes([byte ^ damage.flipped(position)]))

    def run(self, program, *env):
        place = (("RUNFILES_DIR", str(self.root)), ("RUNFILES_MANIFEST_FILE", None))
        outcome = run([os.path.abspath(os.environ[program])], ["an argument"], place + env)
        # Each tree has its own path; the trees' outputs are compared with one another.
        return dataclasses.replace(
            outcome,
            stdout=outcome.stdout.replace(str(self.root), "RUNFILES"),
            stderr=outcome.stderr.replace(str(self.root), "RUNFILES"),
        )


def split(outcome):
    """Returns (the outcome without the loader's lines, the loader's lines)."""
    lines = outcome.stderr.splitlines(keepends=True)
    ours = [line for line in lines if line.startswith("pycds: ")]
    rest = "".join(line for line in lines if not line.startswith("pycds: "))
    return dataclasses.replace(outcome, stderr=rest), ours


class RefusalsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.trees = queue.Queue()
        for number in range(WORKERS):
            cls.trees.put(Tree(os.path.join(cls.folder.name, str(number))))
        with cls.tree() as tree:
            cls.original = tree.original
            cls.stock = tree.run("STOCK")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def tree(cls):
        class Borrowed:
            def __enter__(self):
                self.tree = cls.trees.get()
                return self.tree

            def __exit__(self, *_):
                cls.trees.put(self.tree)

        return Borrowed()

    def each(self, cases, check):
        """Calls check(tree, case) for all cases, on several trees; fails with all that differ."""

        def one(case):
            with self.tree() as tree:
                return check(tree, case)

        with ThreadPoolExecutor(WORKERS) as pool:
            failures = [text for text in pool.map(one, cases) if text]
        self.assertFalse(failures, f"{len(failures)} of {len(cases)}:\n" + "\n".join(failures[:10]))

    def same(self, what, outcome):
        found = difference(self.stock, outcome)
        return f"{what}: not the same as stock\n{found}" if found else ""

    def refused(self, tree, what, reason="", env=(), strict=True):
        """Returns "" if the archive is refused for this reason and all else is as under stock."""
        outcome, lines = split(tree.run("PROGRAM", ("PYCDS_VERBOSE", "1"), *env))
        said = [line for line in lines if " not used: " in line and reason in line]
        if not said:
            return f"{what}: want a line `pycds: ... not used: ...{reason}...`, found {lines}"
        failure = self.same(what, outcome)
        if failure or not strict:
            return failure
        failure = self.same(f"{what}, silent", tree.run("PROGRAM", *env))
        ended = tree.run("PROGRAM", ("PYCDS_STRICT", "1"), *env)
        if ended.exit != 70 or ended.stdout or not ended.stderr.startswith("pycds: error: ") or reason not in ended.stderr:
            failure += f"{what}, strict: want exit status 70 and `pycds: error: ...{reason}...`, found\n{ended.text()}"
        return failure

    def test_stock_is_as_the_program_says(self):
        self.assertEqual(self.stock.exit, 1)
        self.assertIn("KeyError: 'there is no such key'", self.stock.stderr)
        self.assertIn("an argument", self.stock.stdout)

    def test_whole_archive_is_used(self):
        with self.tree() as tree:
            tree.restore()
            outcome, lines = split(tree.run("PROGRAM", ("PYCDS_VERBOSE", "1"), ("PYCDS_VERIFY", "1"), ("PYCDS_STRICT", "1")))
            self.assertFalse(self.same("whole", outcome))
            self.assertTrue(any("modules mapped" in line for line in lines), lines)
            self.assertTrue(any("module tests.refusals.helper: bound" in line for line in lines), lines)
            outcome, lines = split(tree.run("PROGRAM", ("PYCDS_VERBOSE", "1"), ("PYCDS", "0")))
            self.assertFalse(self.same("PYCDS=0", outcome))
            self.assertFalse(any("mapped" in line for line in lines), lines)

    def test_size(self):
        size = len(self.original)
        sizes = [0, 1, 7, 8, 12, 63, 64, 100, 199, 200, 4095, 4096, damage.head_size(self.original) - 1]
        sizes += [damage.head_size(self.original), size // 2, size - 4096, size - 1, size + 1, size + 4096]

        def check(tree, size):
            tree.restore((self.original + bytes(4096))[:size])
            return self.refused(tree, f"size {size}", "size")

        self.each(sizes, check)

    def test_missing_or_unreadable(self):
        def check(tree, kind):
            tree.remove()
            if kind == "folder":
                tree.archive.mkdir()
            elif kind == "dangling link":
                tree.archive.symlink_to("nowhere")
            elif kind == "link to itself":
                tree.archive.symlink_to(tree.archive.name)
            return self.refused(tree, kind)

        self.each(["missing", "folder", "dangling link", "link to itself"], check)

    def test_not_an_archive(self):
        def check(tree, content):
            tree.restore(content)
            return self.refused(tree, repr(content[:8]), "magic")

        self.each([bytes(8192), b"#!/bin/sh\n" * 1000, b"\x7fELF" + bytes(8188), self.original[1:]], check)

    def test_values_of_header_fields(self):
        """Each field at its extremes, with checksums as they were."""
        cases = [
            (name, value)
            for name, (offset, size) in damage.FIELDS.items()
            if name not in ("file_checksum", "reserved")
            for value in (0, 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 1)
        ]

        def check(tree, case):
            name, value = case
            offset, size = damage.FIELDS[name]
            new = value.to_bytes(size, "little")
            if new == self.original[offset : offset + size]:
                return ""
            tree.restore(self.original[:offset] + new + self.original[offset + size :])
            return self.refused(tree, f"{name} = {value:#x}", strict=value == 0)

        self.each(cases, check)

    def test_other_format_version(self):
        def check(tree, version):
            tree.restore(self.original[:8] + struct.pack("<I", version) + self.original[12:])
            return self.refused(tree, f"format version {version}", f"found {version};")

        self.each([0, 1, 3, 77], check)

    def test_archive_of_another_interpreter(self):
        def check(tree, path):
            tree.restore(pathlib.Path(path).read_bytes())
            return self.refused(tree, "archive of another interpreter", "py_version: wanted")

        self.each([os.environ["OTHER_ARCHIVE"]], check)

    def test_flipped_bytes_of_the_head(self):
        checksum, checksum_size = damage.FIELDS["file_checksum"]
        reserved, reserved_size = damage.FIELDS["reserved"]

        def check(tree, position):
            if tree.archive.stat().st_size != len(self.original):
                raise AssertionError("the archive of this tree is not whole")
            tree.flip(position)
            try:
                # Nothing reads the reserved bytes.
                if reserved <= position < reserved + reserved_size:
                    return self.same(f"byte {position}", tree.run("PROGRAM", ("PYCDS_STRICT", "1")))
                # The file's checksum is read only when it is asked for.
                verify = (("PYCDS_VERIFY", "1"),) if checksum <= position < checksum + checksum_size else ()
                return self.refused(tree, f"byte {position}", env=verify, strict=position % STRICT_EVERY == 0)
            finally:
                tree.flip(position)

        self.restore_all()
        self.each(damage.head_positions(self.original, HEAD_POSITIONS), check)

    def test_flipped_bytes_of_the_file(self):
        def check(tree, position):
            tree.flip(position)
            try:
                return self.refused(tree, f"byte {position}", "checksum", (("PYCDS_VERIFY", "1"),), strict=False)
            finally:
                tree.flip(position)

        self.restore_all()
        self.each(damage.file_positions(self.original, FILE_POSITIONS), check)

    def test_flipped_bytes_of_a_module(self):
        """Damage to what one module is bound by costs that module alone its place in the archive."""
        name = "tests.refusals.helper"
        found = damage.blocks(self.original, name)
        cases = []
        for block, (offset, size) in found.items():
            self.assertGreater(size, 16, block)
            positions = sorted({offset, offset + 5, offset + size // 2, offset + size - 1})
            cases += [(block, position) for position in positions]

        def check(tree, case):
            block, position = case
            tree.flip(position)
            try:
                env = (("PYCDS_RELOCATE", "1"),) if block == "reloc" else ()
                what = f"byte {position} of the {block} block"
                outcome, lines = split(tree.run("PROGRAM", ("PYCDS_VERBOSE", "1"), *env))
                said = [line for line in lines if name in line and f"{block}_checksum" in line]
                if not said:
                    return f"{what}: want a line on {name} and {block}_checksum, found {lines}"
                if not any("module textwrap: bound" in line for line in lines):
                    return f"{what}: want textwrap from the archive all the same, found {lines}"
                ended = tree.run("PROGRAM", ("PYCDS_STRICT", "1"), *env)
                strict = "" if ended.exit == 70 else f"{what}, strict: want exit status 70, found\n{ended.text()}"
                return self.same(what, outcome) + self.same(f"{what}, silent", tree.run("PROGRAM", *env)) + strict
            finally:
                tree.flip(position)

        self.restore_all()
        self.each(cases, check)

    def test_relocated(self):
        with self.tree() as tree:
            tree.restore()
            outcome, lines = split(
                tree.run("PROGRAM", ("PYCDS_RELOCATE", "1"), ("PYCDS_VERBOSE", "1"), ("PYCDS_STRICT", "1"))
            )
            self.assertFalse(self.same("relocated", outcome))
            self.assertFalse(any("prelinked" in line for line in lines), lines)

    @unittest.skipUnless(IN_LIBPYTHON, "the interpreter is not in a libpython.so")
    def test_huge_page(self):
        with self.tree() as tree:
            tree.restore()
            huge_pages.expect(lambda: "pycds: libpython: its data is in a huge page\n" in split(
                tree.run("PROGRAM", ("PYCDS_VERBOSE", "1"), ("PYCDS_STRICT", "1")))[1])

    def test_loaders(self):
        """The program starts whatever there is of the loaders; one in a libpython.so has another loader."""
        with tempfile.TemporaryDirectory() as folder:
            tree = Tree(folder)
            place = tree.archive.parent
            plain, early = place / "program.loader", place / "program.early"
            real = {path: path.resolve() for path in (plain, early / "loader", early / "early")}
            for present in itertools.product((False, True), repeat=3):
                for path in (plain, early):
                    if path.is_symlink():
                        path.unlink()
                shutil.rmtree(early, ignore_errors=True)
                early.mkdir()
                for path, is_there in zip((plain, early / "loader", early / "early"), present):
                    if is_there:
                        path.symlink_to(real[path])
                wants_early = IN_LIBPYTHON and present[2]
                works = present[1] if wants_early else present[0]
                with self.subTest(present=present):
                    outcome, lines = split(tree.run("PROGRAM", ("PYCDS_VERBOSE", "1")))
                    self.assertFalse(self.same("loaders", outcome))
                    self.assertEqual(any("modules mapped" in line for line in lines), works, lines)
                    missing = early / "loader" if wants_early else plain
                    said = f"pycds: {missing} not used: No such file or directory\n".replace(str(tree.root), "RUNFILES")
                    self.assertEqual(said in lines, not works, lines)
                    # Not always: the kernel may have no huge page.
                    if any("libpython: its data" in line for line in lines):
                        self.assertTrue(works and wants_early, lines)

    def test_program_without_an_archive_loader(self):
        """The options alone do nothing to a stock program."""
        with self.tree() as tree:
            outcome = tree.run("STOCK", ("PYCDS_STRICT", "1"), ("PYCDS_VERBOSE", "1"))
            self.assertFalse(self.same("stock", outcome))

    def restore_all(self):
        for tree in [self.trees.get() for _ in range(WORKERS)]:
            tree.restore()
            self.trees.put(tree)


if __name__ == "__main__":
    unittest.main()
