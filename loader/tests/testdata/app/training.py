"""What archives are trained with: imports and computes what the cases will."""
import contextlib
import importlib.util
import io
import sys
import warnings

import cases.everything  # noqa: F401
import cases.generated_code_free  # noqa: F401
import generated
import patterns

# Names that nothing but a run shows.
for name in ("missing_dynamic", "pkg.missing_attribute"):
    assert importlib.util.find_spec(name) is None
path, sys.path = sys.path, []
for name in ("late", "extra"):  # they exist
    assert importlib.util.find_spec(name) is None
sys.path = path

warnings.simplefilter("ignore")
with contextlib.redirect_stdout(io.StringIO()):
    for pattern, flags in patterns.PATTERNS + patterns.TESTSUITE:
        patterns.compile_again(pattern, flags)
    generated.run()
