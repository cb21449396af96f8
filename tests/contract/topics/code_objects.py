"""Everything that a code object shows, for the sample modules and many of the standard library.

Each module is printed as a digest, so that a difference names its module.
"""

import hashlib
import importlib
import marshal
import sys
import types
import weakref

MODULES = """
sample sample.language sample.raising.functions sample.shapes sample.traced
argparse ast asyncio.base_events asyncio.tasks base64 collections contextlib csv dataclasses datetime
decimal difflib dis email._header_value_parser enum fractions functools html.entities http.client http.cookies
inspect ipaddress json.decoder locale logging mimetypes opcode optparse pathlib pickle pickletools platform
pprint pydoc_data.topics random re secrets shlex socket sre_constants statistics string subprocess tarfile
tempfile textwrap threading tokenize traceback turtle types typing unittest.mock urllib.parse uuid weakref xml.dom.minidom
zipfile zoneinfo._common
""".split()


def describe(value):
    """Returns a text that is equal for equal constants, and only for them."""
    if isinstance(value, types.CodeType):
        return "code:" + "\n".join(code_lines(value))
    if isinstance(value, (tuple, frozenset)):
        items = [describe(item) for item in value]
        return f"{type(value).__name__}:{sorted(items) if isinstance(value, frozenset) else items}"
    return f"{type(value).__name__}:{value!r}"


def code_lines(code):
    for name in sorted(dir(code)):
        if not name.startswith("co_") or name in ("co_lnotab", "co_consts", "co_filename"):
            continue
        value = getattr(code, name)
        if callable(value):
            value = list(value())
        yield f"{name} {value!r}"
    yield f"co_consts {[describe(constant) for constant in code.co_consts]}"


def walk(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from walk(constant)


def run():
    total = 0
    for name in MODULES:
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            print(name, type(error).__name__)
            continue
        loader = module.__spec__.loader
        if not hasattr(loader, "get_code") or not hasattr(loader, "path"):
            print(name, "frozen")
            continue
        code = loader.get_code(name)
        codes = list(walk(code))
        total += len(codes)
        digest = hashlib.sha256("\n".join(code_lines(code)).encode("utf-8", "surrogatepass")).hexdigest()
        with open(loader.path, "rb") as file:
            fresh = compile(file.read(), loader.path, "exec", dont_inherit=True)
        print(name, len(codes), digest[:20], code == fresh, hash(code) == hash(fresh))
        if any(each.co_filename != loader.path for each in codes):
            print("  another co_filename")
        again = marshal.loads(marshal.dumps(code))
        if again != code or code.replace() != code or weakref.ref(code)() is not code:
            print("  does not survive marshal, replace or weakref")
        # An executed module's functions, and names that must be the interned ones.
        for function in vars(module).values():
            if isinstance(function, types.FunctionType) and function.__module__ == name:
                if function.__code__ not in codes:
                    print("  another code object in", function.__qualname__)
                for attribute in function.__code__.co_names + function.__code__.co_varnames:
                    if sys.intern(str(attribute)) is not attribute:
                        print("  a name that is not interned:", attribute)
    print("code objects", total)
