"""The third-party packages of @pypi: a table.

Names are the distributions', normalized as pip.parse's hub does (lower case, underscores). `deps` are what
the distributions' own metadata require on Linux for Python 3.11 and later, extras left out.
"""

load("//dev:interpreters.bzl", "NUMPY_INTERPRETERS", "PANDAS_INTERPRETERS")

def _package(debs, deps = [], shared_libraries = {}):
    """One package.

    Args:
        debs: list of str, the Debian packages that hold it, lines of dev/debs.txt.
        deps: list of str, names of this table.
        shared_libraries: dict of Debian package -> file in its usr/lib/<triplet>/, put beside the package
            as <name>.libs/, where auditwheel puts a wheel's.
    """
    return struct(debs = debs, deps = deps, shared_libraries = shared_libraries)

_BLAS = {
    "libblas3": "blas/libblas.so.3",
    "libgfortran5": "libgfortran.so.5",
    "liblapack3": "lapack/liblapack.so.3",
}

PACKAGES = {
    "asgiref": _package(["python3-asgiref"]),
    "blinker": _package(["python3-blinker"]),
    "boto3": _package(["python3-boto3"], ["botocore", "jmespath", "s3transfer"]),
    "botocore": _package(["python3-botocore"], ["jmespath", "python_dateutil", "requests", "urllib3"]),
    "certifi": _package(["python3-certifi"]),
    "charset_normalizer": _package(["python3-charset-normalizer"]),
    "click": _package(["python3-click"]),
    "django": _package(["python3-django", "libjs-jquery"], ["asgiref", "sqlparse"]),
    "flask": _package(["python3-flask"], ["blinker", "click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"]),
    "greenlet": _package(["python3-greenlet"]),
    "idna": _package(["python3-idna"]),
    "itsdangerous": _package(["python3-itsdangerous"]),
    "jinja2": _package(["python3-jinja2"], ["markupsafe"]),
    "jmespath": _package(["python3-jmespath"]),
    "markupsafe": _package(["python3-markupsafe"]),
    "numpy_bookworm": _package(["python3-numpy/bookworm"], shared_libraries = _BLAS),
    "numpy_forky": _package(["python3-numpy", "python3-numpy-dev"], shared_libraries = _BLAS),
    "pandas_bookworm": _package(["python3-pandas/bookworm", "python3-pandas-lib/bookworm"], ["numpy", "python_dateutil", "pytz"]),
    "pandas_forky": _package(["python3-pandas", "python3-pandas-lib"], ["numpy", "python_dateutil", "pytz"]),
    "python_dateutil": _package(["python3-dateutil"], ["six"]),
    "pytz": _package(["python3-pytz"]),
    "requests": _package(["python3-requests"], ["certifi", "charset_normalizer", "idna", "urllib3"]),
    "s3transfer": _package(["python3-s3transfer"], ["botocore"]),
    "six": _package(["python3-six"]),
    "sqlalchemy": _package(["python3-sqlalchemy", "python3-sqlalchemy-ext"], ["greenlet", "typing_extensions"]),
    "sqlparse": _package(["python3-sqlparse"]),
    "typing_extensions": _package(["python3-typing-extensions"]),
    "urllib3": _package(["python3-urllib3"]),
    "werkzeug": _package(["python3-werkzeug"], ["markupsafe"]),
}

# Names of the hub that are another package for another interpreter: name -> {interpreter: name in PACKAGES}.
# For an interpreter that is not listed the target is incompatible.
VARIANTS = {
    # numpy 1.24 and 2.4 support different Python versions, and neither has a fallback without its extension modules.
    "numpy": {i: "numpy_bookworm" if i.endswith("3.11") else "numpy_forky" for i in NUMPY_INTERPRETERS},
    # Nor has pandas; and an extension module knows the numpy that it was built with.
    "pandas": {i: "pandas_bookworm" if i.endswith("3.11") else "pandas_forky" for i in PANDAS_INTERPRETERS},
}
