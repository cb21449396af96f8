"""What is in the runfiles only as a link, or in a folder given as data, is imported as under stock.

The archive would know a name that it cannot find as one that does not exist: so all
imports are statements."""

import linkpkg

FOUND = []

try:
    import by_symlink  # of the main repository's folder

    FOUND.append(by_symlink.NAME)
except ImportError as e:
    FOUND.append(e)
try:
    import linkpkg.by_symlink

    FOUND.append(linkpkg.by_symlink.NAME)
except ImportError as e:
    FOUND.append(e)
try:
    import by_root_symlink  # of a folder that is on sys.path only because of the link

    FOUND.append(by_root_symlink.NAME)
except ImportError as e:
    FOUND.append(e)
try:
    import linked_data  # a namespace package

    FOUND.append(linked_data.__name__)
except ImportError as e:
    FOUND.append(e)
try:
    import inner.module  # below a folder

    FOUND.append(inner.module.NAME)
except ImportError as e:
    FOUND.append(e)
try:
    import nothing_of_this_name

    FOUND.append(nothing_of_this_name)
except ImportError:
    pass

assert FOUND == ["by_symlink", "linkpkg.by_symlink", "by_root_symlink", "linked_data", "inner.module"], FOUND
