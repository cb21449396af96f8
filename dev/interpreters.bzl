"""The interpreters that this repository's tests run under: a table, so that all else can iterate.

Two families, because they differ in what matters to a memory image:
  pbs   python-build-standalone, what rules_python's own toolchains use. Up to 3.13 the interpreter is in
        libpython.so, at another address in each process; 3.14 is one static executable at a fixed address.
  deb   Debian's: one static executable at a fixed address.
"""

INTERPRETERS = {
    # name (the value of //dev:python): repository that holds it.
    "deb_3.13": "python_3_13_deb",
    "deb_3.14": "python_3_14_deb",
    "deb_3.15": "python_3_15_deb",
    "pbs_3.11": "python_3_11_pbs",
    "pbs_3.12": "python_3_12_pbs",
    "pbs_3.13": "python_3_13_pbs",
    "pbs_3.14": "python_3_14_pbs",
}

# The value of //dev:python when nobody sets it: everything in @pypi, numpy included, works under it.
DEFAULT_INTERPRETER = "pbs_3.14"

# Those that @pypi//numpy exists for.
NUMPY_INTERPRETERS = ["deb_3.14", "deb_3.15", "pbs_3.11", "pbs_3.14"]

# Those that @pypi//pandas exists for.
PANDAS_INTERPRETERS = ["deb_3.14", "pbs_3.11", "pbs_3.14"]
