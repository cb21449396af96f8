"""What loader/early.c does to a libpython's data cannot be seen in it."""

import ctypes
import os
import platform
import resource
import struct
import subprocess
import tempfile
import unittest

import huge_pages

IN_FILE = "right, r--p file, rw-p file\n"
IN_MEMORY = "right, r--p memory, rw-p memory\n"
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_THP_DISABLE = 38, 22, 41
SYSTEM_CALLS = {  # asm/unistd.h
    "x86_64": {"mremap": 25, "mincore": 27, "madvise": 28, "clock_gettime": 228},
    "aarch64": {"mremap": 216, "mincore": 232, "madvise": 233, "clock_gettime": 113},
}[platform.machine()]
ENOSYS, ENOMEM = 38, 12

libc = ctypes.CDLL(None, use_errno=True)


def refuse(number, error):
    """Makes a system call fail in this process and those it starts (linux/filter.h, linux/seccomp.h)."""
    statements = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | error), (0x06, 0, 0, 0x7FFF0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *s) for s in statements))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(statements), ctypes.addressof(code)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, 2, program, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


class EarlyTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pycds_")
        self.addCleanup(folder.cleanup)
        self.loader = folder.name + "/loader"
        for name, variable in (("loader", "PYCDS_EARLY_LOADER"), ("early", "PYCDS_EARLY")):
            os.symlink(os.path.abspath(os.environ[variable]), f"{folder.name}/{name}")

    def run_program(self, *args, program="PYCDS_PROGRAM", preload=None, **more):
        env = {} if preload is None else {"LD_PRELOAD": preload}
        done = subprocess.run([os.path.abspath(os.environ[program]), *args], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8", check=False, timeout=60, **more)
        return done.returncode, done.stdout, done.stderr

    def check(self, *args, data, **more):
        self.assertEqual(self.run_program(*args, **more), (0, data, ""))

    def test_alone(self):
        self.check(data=IN_FILE)

    def test_huge_page(self):
        def is_in_memory():
            status, out, err = self.run_program(preload=self.loader)
            self.assertEqual((status, err), (0, ""))
            self.assertIn(out, (IN_FILE, IN_MEMORY))
            return out == IN_MEMORY
        huge_pages.expect(is_in_memory)

    def test_no_huge_pages(self):
        self.check(data=IN_FILE, preload=self.loader,
                   preexec_fn=lambda: libc.prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))

    def test_small(self):
        self.check(data=IN_FILE, preload=self.loader, program="PYCDS_SMALL_PROGRAM")

    def test_too_late(self):
        self.check(self.loader, data=IN_FILE)

    def test_refused_calls(self):
        for name, number in SYSTEM_CALLS.items():
            for error in (ENOSYS, ENOMEM):
                with self.subTest(call=name, error=error):
                    try:
                        status, out, err = self.run_program(preload=self.loader, preexec_fn=lambda n=number, e=error: refuse(n, e))
                    except subprocess.SubprocessError:
                        self.skipTest("this kernel takes no seccomp filter")
                    self.assertEqual((status, err), (0, ""))
                    self.assertIn(out, (IN_FILE, IN_MEMORY))
                    if name in ("mremap", "mincore"):
                        self.assertEqual(out, IN_FILE)

    def test_little_memory(self):
        """With each limit it either works or the dynamic linker says what it has no memory for."""
        worked = 0
        for limit in range(1 << 20, 24 << 20, 1 << 19):
            for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
                def limit_memory():
                    resource.setrlimit(kind, (limit, limit))
                with self.subTest(limit=limit, kind=kind):
                    stock = self.run_program(preexec_fn=limit_memory)
                    status, out, err = self.run_program(preload=self.loader, preexec_fn=limit_memory)
                    if status == 0:
                        worked += 1
                        self.assertIn(out, (IN_FILE, IN_MEMORY))
                    elif status == 127:
                        self.assertIn("error while loading shared libraries", err)
                    else:  # the kernel ends a program whose own segments do not fit
                        self.assertEqual(status, stock[0])
        self.assertGreater(worked, 10)


if __name__ == "__main__":
    unittest.main()
