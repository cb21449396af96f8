"""What archives are trained with: imports and computes what the cases will."""
import contextlib
import io
import warnings

import cases.everything  # noqa: F401
import cases.generated_code_free  # noqa: F401
import generated
import patterns

warnings.simplefilter("ignore")
with contextlib.redirect_stdout(io.StringIO()):
    for pattern, flags in patterns.PATTERNS:
        patterns.compile_again(pattern, flags)
    generated.run()
