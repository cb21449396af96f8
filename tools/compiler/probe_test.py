"""Checks probe.py against the interpreter that runs this test."""

import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PROBE = os.path.join(HERE, "probe.py")


def load_probe():
    spec = importlib.util.spec_from_file_location("probe", PROBE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(output, hash_seed="0", cwd=None):
    env = dict(os.environ, PYTHONHASHSEED=hash_seed)
    subprocess.run([sys.executable, "-S", PROBE, output], env=env, cwd=cwd, check=True)
    with open(output, "rb") as f:
        return f.read()


class ProbeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.dir.cleanup)
        cls.bytes = run(os.path.join(cls.dir.name, "abi.json"))
        cls.abi = json.loads(cls.bytes)

    def test_same_bytes(self):
        with tempfile.TemporaryDirectory() as other:
            for seed in ("1", "2", "random"):
                self.assertEqual(run(os.path.join(other, "b.json"), seed, other), self.bytes)

    def test_facts(self):
        a = self.abi
        self.assertEqual(a["version"], list(sys.version_info))
        self.assertEqual(a["hexversion"], sys.hexversion)
        self.assertEqual(a["sys_version"], sys.version)
        self.assertEqual(a["pyc_magic"].to_bytes(4, "little"), importlib.util.MAGIC_NUMBER)
        self.assertEqual(a["cache_tag"], sys.implementation.cache_tag)
        self.assertEqual(2 ** (8 * a["pointer_size"] - 1) - 1, sys.maxsize)
        self.assertEqual(a["ext_suffixes"], importlib.machinery.EXTENSION_SUFFIXES)
        self.assertEqual(a["builtin"], sorted(sys.builtin_module_names))
        self.assertIn("zipimport", a["frozen"])
        self.assertNotIn("json", a["frozen"])
        if sys.version_info < (3, 13):
            self.assertEqual(a["start"], [])
        else:
            self.assertIn("os", a["start"])
            self.assertLessEqual(set(a["start"]), set(a["frozen"]))

    def test_small_ints(self):
        low, high = self.abi["small_int_min"], self.abi["small_int_max"]
        self.assertEqual(low, -5)
        self.assertEqual(high, 1024 if sys.version_info >= (3, 15) else 256)

    def test_symbols_are_all_or_none(self):
        # All objects of a kind live in one place: the executable or a library.
        names = load_probe().objects(self.abi["small_int_min"], self.abi["small_int_max"])
        if self.abi["symbols"]:
            self.assertEqual(sorted(self.abi["symbols"]), sorted(names))
            self.assertFalse(self.abi["pie"])

    def test_symbols_are_here_too(self):
        # A constant address is what this process sees as well.
        names = load_probe().objects(self.abi["small_int_min"], self.abi["small_int_max"])
        for name, address in self.abi["symbols"].items():
            self.assertEqual(address, id(names[name]), name)

    def test_strings(self):
        strings = self.abi["strings"]
        for text, address in strings.items():
            self.assertGreater(len(text), 1, text)
            # What any other process of this build interns is that very object.
            self.assertEqual(id(sys.intern("".join(list(text)))), address, text)
        if self.abi["symbols"]:
            for text in ("__init__", "self", "name", "<module>", "<lambda>"):
                self.assertIn(text, strings)
            self.assertGreater(len(strings), 500)
        else:
            self.assertEqual(strings, {})
        if sys.version_info >= (3, 12):
            for text in strings:
                string = sys.intern(text)
                before = sys.getrefcount(string)
                copies = [string] * 10
                self.assertEqual(sys.getrefcount(string), before, text)  # immortal
                self.assertEqual(len(copies), 10)

    def test_position_independent_has_no_addresses(self):
        probe = load_probe()
        path = os.path.join(self.dir.name, "elf")
        header = bytearray(b"\x7fELF\x02\x01".ljust(64, b"\0"))
        header[16] = 3  # ET_DYN
        for content in (bytes(header), b"#!/bin/sh\n", b""):
            with open(path, "wb") as f:
                f.write(content)
            self.assertIsNone(probe.fixed_segments(path))
        self.assertIsNone(probe.fixed_segments(path + ".absent"))

    def test_fixed_segments(self):
        path = os.path.join(self.dir.name, "elf")
        header = bytearray(b"\x7fELF\x02\x01".ljust(64, b"\0"))
        header[16] = 2  # ET_EXEC
        header[32:40] = (64).to_bytes(8, "little")  # e_phoff
        header[54:56] = (56).to_bytes(2, "little")  # e_phentsize
        header[56:58] = (2).to_bytes(2, "little")  # e_phnum
        note = (4).to_bytes(4, "little").ljust(56, b"\0")  # PT_NOTE
        load = bytearray((1).to_bytes(4, "little").ljust(56, b"\0"))
        load[16:24] = (0x400000).to_bytes(8, "little")  # p_vaddr
        load[40:48] = (0x1234).to_bytes(8, "little")  # p_memsz
        data = bytearray(load)
        data[4:8] = (6).to_bytes(4, "little")  # p_flags: PF_R | PF_W
        data[8:16] = (64 + 3 * 56).to_bytes(8, "little")  # p_offset
        data[16:24] = (0x500000).to_bytes(8, "little")
        data[32:40] = (4).to_bytes(8, "little")  # p_filesz
        header[56:58] = (3).to_bytes(2, "little")
        with open(path, "wb") as f:
            f.write(bytes(header) + note + bytes(load) + bytes(data) + b"data and more")
        self.assertEqual(
            load_probe().fixed_segments(path),
            [(0x400000, 0x401234, b""), (0x500000, 0x501234, b"data")],
        )

    def test_static_strings(self):
        # A text of the data counts only if what is interned for it lies there.
        probe = load_probe()
        name = sys.intern("a_name_of_this_test")
        data = b"\1" + name.encode() + b"\0other_name_of_this_test\0x\0"
        here = (id(name), id(name) + 1, data)
        self.assertEqual(probe.static_strings([here]), {name: id(name)})
        self.assertEqual(probe.static_strings([(1, 2, data)]), {})
        self.assertEqual(probe.static_strings(None), {})

    def test_no_path(self):
        for path in (sys.prefix, sys.executable, self.dir.name, os.path.dirname(PROBE)):
            self.assertNotIn(path, self.bytes.decode())

    def test_json_text(self):
        probe = load_probe()
        value = {"b": [1, -5, True], "a": {"k\"\\\n\u20ac": "x"}, "c": [], "d": False}
        self.assertEqual(json.loads(probe.to_json(value)), value)
        self.assertLess(probe.to_json(value).index('"a"'), probe.to_json(value).index('"b"'))

    def test_usage(self):
        done = subprocess.run([sys.executable, PROBE], stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stderr), (2, "usage: probe.py OUTPUT\n"))


if __name__ == "__main__":
    unittest.main()
