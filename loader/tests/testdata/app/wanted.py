"""Tries to import what is not there, as programs do: the archiver looks for these names."""
FOUND = []
try:
    import missing_top
    FOUND.append(missing_top.WHERE)
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import missing_other.part
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import pkg.missing_sub
    FOUND.append(pkg.missing_sub.WHERE)
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    from pkg import missing_attribute
    FOUND.append(missing_attribute.WHERE)
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import pkg.sub.missing_deep
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import pkg.values.nothing
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import ns.missing_in_namespace
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import ns.portion
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
try:
    import numpy, yaml
except ImportError as error:
    FOUND.append((str(error), error.name, error.path))
