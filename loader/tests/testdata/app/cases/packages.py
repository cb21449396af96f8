"""What third-party packages leave at a program's end: quiet_* what is known to be silent,
all others something that looks like it.  The packages are made here, with the names that
the loader goes by."""

import os
import sys
import types
import weakref

KEPT = []  # until the finalization


class Plain:
    pass


def make(name, version, files):
    """Puts modules into sys.modules: {module below the package: source}.  Returns them."""
    package = sys.modules[name] = types.ModuleType(name)
    package.__file__ = f"/packages/{name}/__init__.py"
    if version is not None:
        package.__version__ = version
    made = []
    for below, source in files.items():
        module = sys.modules[f"{name}.{below}"] = types.ModuleType(f"{name}.{below}")
        module.__file__ = f"/packages/{name}/{below.replace('.', '/')}.py"
        exec(compile(source, module.__file__, "exec"), module.__dict__)
        made.append(module)
    return made


REGISTRY = """
import os
def _collection_gced(ref):
    os.write(1, LEFT)
def other(ref):
    os.write(1, LEFT)
class _MultipleClassMarker:
    def _remove_item(self, ref):
        os.write(1, LEFT)
"""


def watch(callback):
    """Has the callback called at the finalization, whose first collection finds the referent."""
    thing = Plain()
    thing.itself = thing
    KEPT.append(weakref.ref(thing, callback))


def sqlalchemy(version, loud, below="event.registry"):
    """What is loud says so, which the real one's callbacks do not."""
    module, = make("sqlalchemy", version, {below: REGISTRY.replace("LEFT", repr(b"gone\n" if loud else b""))})
    return module


def quiet_callback():
    watch(sqlalchemy("2.0.52", False)._collection_gced)


def quiet_old_callback():
    watch(sqlalchemy("1.4.0b2", False)._collection_gced)


def quiet_method():
    watch(sqlalchemy("2.1.0b3", False, "orm.clsregistry")._MultipleClassMarker()._remove_item)


STATE = """
import os
class InstanceState:
    def __init__(self, key):
        self.key = key
    def _cleanup(self, ref):
        hash(self.key)
"""


def state(key):
    module, = make("sqlalchemy", "2.0.52", {"orm.state": STATE})
    watch(module.InstanceState(key)._cleanup)


def quiet_instance():
    class Meta(type):
        pass
    state((Meta("Class", (), {}), ("a", 1, b"b", None), None))


def instance_with_loud_key():
    class Key:
        def __hash__(self):
            os.write(1, b"hash\n")
            return 1
    state((Plain, (Key(),), None))


def older():
    watch(sqlalchemy("1.3.24", True)._collection_gced)


def newer():
    watch(sqlalchemy("2.2.0", True)._collection_gced)


def much_newer():
    watch(sqlalchemy("10.0", True)._collection_gced)


def no_version():
    watch(sqlalchemy(None, True)._collection_gced)


def odd_version():
    watch(sqlalchemy("unknown", True)._collection_gced)


def other_function():
    watch(sqlalchemy("2.0.52", True).other)


def other_file():
    watch(sqlalchemy("2.0.52", True, "event.other")._collection_gced)


def other_method():
    watch(sqlalchemy("2.0.52", True, "orm.other")._MultipleClassMarker()._remove_item)


GREENLET = """
class greenlet:
    def __init__(self, dead, parent):
        self.dead, self.parent = dead, parent
class derived(greenlet):
    pass
"""


def quiet_greenlets():
    """One that is done, and the thread's own."""
    module, = make("greenlet", "3.3.2", {"_greenlet": GREENLET})
    own = module.greenlet(False, None)
    KEPT.extend((own, module.greenlet(True, own)))


def waiting_greenlet():
    module, = make("greenlet", "3.3.2", {"_greenlet": GREENLET})
    KEPT.append(module.greenlet(False, module.greenlet(False, None)))


def derived_greenlet():
    module, = make("greenlet", "3.3.2", {"_greenlet": GREENLET})
    KEPT.append(module.derived(True, None))


if __name__ == "__main__":
    globals()[sys.argv[1]]()
