"""Everything that shows of modules and specs."""
import importlib.util
import sys

import json.decoder
import email.mime.text
import ns.from_app
import ns.from_dep
import pkg.sub.leaf
import third.part

PREFIX = sys.prefix


def show(value):
    return repr(value).replace("_pycds.ArchiveLoader", "_frozen_importlib_external.SourceFileLoader")


def strip(text):
    import re
    return re.sub(r"0x[0-9a-f]+", "0x", text)


for name in ("pkg", "pkg.values", "pkg.sub", "pkg.sub.leaf", "ns", "ns.from_app", "ns.from_dep",
             "third", "third.part", "json", "json.decoder", "email.mime", "email.mime.text"):
    module = sys.modules[name]
    spec = module.__spec__
    print(name, strip(show(module)))
    for key, value in sorted(vars(module).items()):
        if key.startswith("__") and key != "__builtins__":
            print("   ", key, strip(show(value)))
    print("  list", list(vars(module))[:12])
    for key, value in sorted(vars(spec).items()):
        print("   .", key, strip(show(value)))
    print("   .", spec.parent, spec.cached, spec.has_location, strip(show(spec)))
    loader = spec.loader
    if hasattr(loader, "path"):
        print("   L", sorted(vars(loader).items()), loader.get_filename(name), loader.is_package(name),
              len(loader.get_source(name)), len(loader.get_data(loader.path)), loader.path_stats(loader.path)["size"],
              loader.get_code(name).co_filename, loader.get_code(name).co_name)
        try:
            loader.get_code("other")
        except ImportError as error:
            print("   L", error)
    found = importlib.util.find_spec(name)
    print("   F", found is spec, found == spec)
print(sys.path, sys.flags, sys.argv, sys.orig_argv[1:])
print([str(f) for f in sys.path_hooks][:1], len(sys.path_hooks))
