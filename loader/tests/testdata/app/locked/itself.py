"""Looks at its own lock while it is imported."""
import importlib
import importlib._bootstrap as bootstrap
import sys
import threading
import _thread

SEEN = []


def state(lock):
    return repr(lock).partition(" at ")[0], lock.owner == _thread.get_ident(), type(lock).__name__, lock.name, bool(lock.count)


lock = bootstrap._get_module_lock(__name__)
SEEN.append(state(lock))
SEEN.append(bootstrap._get_module_lock(__name__) is lock)
lock.acquire()
SEEN.append(state(lock))
lock.release()
SEEN.append(state(lock))
bootstrap._lock_unlock_module(__name__)
SEEN.append(importlib.import_module(__name__) is sys.modules[__name__])
SEEN.append(sorted(n for n in bootstrap._module_locks if n.startswith("locked")))
SEEN.append(type(bootstrap._module_locks[__name__]()) is bootstrap._ModuleLock)
order = []


def work():
    order.append("waits")
    waiting.set()
    import locked.itself
    order.append(hasattr(locked.itself, "END"))


waiting = threading.Event()
thread = threading.Thread(target=work)
thread.start()
waiting.wait()
order.append("body")
END = True
