"""Records which functions' code objects a program's imports write to.

From CPython 3.12 on the interpreter writes to a code object when it runs, and the loader
when the code's name is another object in the process. Before, both write to all code
objects, and nothing is recorded.

trainee.py runs this file in its own process, as record.py.
"""

import _imp
import sys
from _frozen_importlib import BuiltinImporter
from _frozen_importlib_external import ExtensionFileLoader

CO_OPTIMIZED = 1  # functions have it, bodies of modules and classes do not

TOOL = "rules_pycds"
TOOL_IDS = (4, 3)  # those that Python's documentation gives to nobody

# Start-up has interned their names. Their code is the interpreter's own, not an archive's.
FROZEN = ("_frozen_importlib", "_frozen_importlib_external", "zipimport")

MODULE = type(sys)
SLOT = type(type(lambda: None).__closure__)  # member_descriptor

# What C code defines in types, by id, since types can have an __eq__: its name is interned
# (Objects/descrobject.c, descr_new).
DESCRIPTORS = {
    id(kind)
    for kind in (
        SLOT,
        type(str.join),  # method_descriptor
        type(type.__dict__["__dict__"]),  # getset_descriptor
        type(dict.__dict__["fromkeys"]),  # classmethod_descriptor
        type(object.__str__),  # wrapper_descriptor
    )
}


class Recorder:
    """The functions that ran from start() on."""

    def __init__(self):
        self.files = {}  # co_filename: {co_firstlineno}
        self.monitoring = getattr(sys, "monitoring", None)
        self.tool = None

    def start(self):
        free = [tool for tool in TOOL_IDS if self.monitoring and self.monitoring.get_tool(tool) is None]
        if not free:
            return
        self.tool = free[0]
        event, files, disable = self.monitoring.events.PY_START, self.files, self.monitoring.DISABLE

        def started(code, offset):
            if code.co_flags & CO_OPTIMIZED:
                lines = files.get(code.co_filename)
                if lines is None:
                    lines = files.setdefault(code.co_filename, set())
                lines.add(code.co_firstlineno)
            return disable  # each code object is seen once

        self.monitoring.use_tool_id(self.tool, TOOL)
        self.monitoring.register_callback(self.tool, event, started)
        self.monitoring.set_events(self.tool, event)

    def stop(self):
        if self.tool is None or self.monitoring.get_tool(self.tool) != TOOL:
            return
        self.monitoring.set_events(self.tool, 0)
        self.monitoring.register_callback(self.tool, self.monitoring.events.PY_START, None)
        self.monitoring.free_tool_id(self.tool)

    def functions(self, modules):
        """Yields (module, first lines of its functions that ran)."""
        for name, filename in modules.items():
            if filename in self.files:
                yield name, sorted(self.files[filename])
        for filename, lines in list(self.files.items()):
            if filename.startswith("<frozen "):
                yield filename[len("<frozen ") : -1], sorted(lines)

    def result(self, modules):
        """Ends the recording; returns lists that marshal can write.

        modules: {name: its source file or None}
        """
        self.stop()
        return {"functions": list(self.functions(modules)), "interned": list(interned()) if self.monitoring else []}


def install():
    """Starts to record and returns the Recorder."""
    recorder = Recorder()
    recorder.start()
    return recorder


def interned():
    """Returns the names that are interned not only by Python code that is imported.

    No code of the program runs: what a class can override is asked of type itself.
    """
    names = set()
    members_of = type.__dict__["__dict__"].__get__
    seen, classes = {id(object)}, [object]
    for cls in classes:
        members = members_of(cls)
        has_slots = "__slots__" in members  # a class of Python: so are its slots' names
        for value in list(members.values()):
            kind = type(value)
            if id(kind) in DESCRIPTORS and not (has_slots and kind is SLOT):
                names.add(value.__name__)
        for sub in type.__subclasses__(cls):
            if id(sub) not in seen:
                seen.add(id(sub))
                classes.append(sub)
    for module in list(sys.modules.values()):
        members = module.__dict__ if type(module) is MODULE else {}
        loader = members.get("__loader__")
        if loader is BuiltinImporter or type(loader) is ExtensionFileLoader:
            names.update(filter(is_name, list(members)))
    for name in FROZEN:
        names.update(strings(_imp.get_frozen_object(name)))
    return filter(is_name, names)


def strings(code):
    """Yields the constants and names in a code object, the strings among which are interned."""
    yield from code.co_names + code.co_varnames + (code.co_name,)
    for constant in code.co_consts:
        if type(constant) is type(code):
            yield from strings(constant)
        elif type(constant) is str:
            yield constant


def is_name(value):
    return type(value) is str and value.isidentifier()
