"""The loader with archives that say where the interpreter has its strings, truly or not.

An archive's slots hold the addresses of the interpreter's own strings.  Another build of
the same version has them elsewhere, and the loader must see that by itself.
"""

import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import harness

# The names in code objects must be the interned objects: a wrong slot would also crash.
CODE = """
import sys, types, json, pkg
def check(code):
    for name in (*code.co_names, *code.co_varnames):
        assert sys.intern("".join(list(name))) is name, name
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            check(const)
seen = 0
for module in list(sys.modules.values()):
    if type(getattr(module, "__loader__", None)).__name__ == "ArchiveLoader":
        check(module.__loader__.get_code(module.__name__))
        seen += 1
assert seen > 3, seen
print(pkg.ALL)
"""


class StringsTest(unittest.TestCase):
    def build(self, program, strings):
        """Returns an archive that has the given function of the strings' addresses."""
        file = lambda name: os.path.join(program.directory, name)
        with open(file("abi.json"), encoding="ascii") as f:
            abi = json.load(f)
        abi["strings"] = strings(abi["strings"])
        with open(file("other.json"), "w", encoding="ascii") as f:
            json.dump(abi, f)
        subprocess.run([
            harness.tool("PYCDS_ARCHIVER"), "build", "--abi", file("other.json"),
            "--output", file("other.pycds"), "--manifest", file("manifest.json"), "--label", "//x",
            "--optimize", "0", "--bundle", file("app.bundle"), "--stdlib_bundle", file("stdlib.bundle"),
            *[f"--import_root={root}" for root in harness.ROOTS]], check=True)
        return file("other.pycds")

    def test_strings(self):
        for python in harness.pythons():
            program = harness.Program(python)
            self.addCleanup(program.remove)
            expected = program.run("-c", "import pkg; print(pkg.ALL)", env={"PYTHONHASHSEED": "1"})
            self.assertEqual(expected[0], 0, expected)
            for what, strings in (
                ("true", lambda s: s),
                ("none", lambda s: {}),
                ("elsewhere", lambda s: {text: address + (1 << 30) for text, address in s.items()}),
                ("exchanged", lambda s: dict(zip(s, reversed(list(s.values()))))),
                ("some", lambda s: {text: s[text] for text in list(s)[::2]}),
            ):
                archive = self.build(program, strings)
                for relocate in ("0", "1"):
                    env = {"PYCDS_STRICT": "1", "PYCDS_RELOCATE": relocate, "PYTHONHASHSEED": "1"}
                    with self.subTest(python=python, strings=what, relocate=relocate):
                        have = program.run("-c", CODE, loader=True, archive=archive, env=env)
                        self.assertEqual(have, expected)


if __name__ == "__main__":
    unittest.main()
