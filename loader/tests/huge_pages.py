"""For tests of what uses huge pages: the kernel may have none."""

import unittest

ENABLED = "/sys/kernel/mm/transparent_hugepage/enabled"
TRIES = 20


def _fallbacks():
    """How often the kernel gave single pages for want of a huge one."""
    with open("/proc/vmstat", encoding="ascii") as f:
        return dict(line.split() for line in f)["thp_fault_fallback"]


def expect(uses_one):
    """Calls uses_one() until it returns true, which it must once in TRIES.

    Raises:
      unittest.SkipTest: the kernel gives no huge pages, or had none.
      AssertionError: it had some.
    """
    try:
        with open(ENABLED, encoding="ascii") as f:
            if "[never]" in f.read():
                raise unittest.SkipTest(f"{ENABLED} is never")
    except FileNotFoundError:
        raise unittest.SkipTest(f"there is no {ENABLED}") from None
    before = _fallbacks()
    if any(uses_one() for _ in range(TRIES)):
        return
    if _fallbacks() == before:
        raise AssertionError(f"no huge page was used in {TRIES} runs, and the kernel had some")
    raise unittest.SkipTest(f"the kernel had no huge page in {TRIES} runs (/proc/vmstat, thp_fault_fallback)")
