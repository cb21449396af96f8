"""Forks while it is imported."""
import os

pid = os.fork()
if pid == 0:
    import locked.leaf_a
    import locked.forks
    import locked.slow
    os._exit(locked.slow.READY + 2 * (locked.leaf_a.VALUE == "a") + 4 * hasattr(locked.forks, "STATUS"))
STATUS = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
