"""Builds a program with a tool from PyPI; bench runs it under the program's own interpreter (contenders.go).

sys.argv: the program's file, the folder with its packages. BENCH_TOOL: which tool, found on PYTHONPATH.
BENCH_OUT: where to build.
"""

import os
import sys
import sysconfig

main, packages = sys.argv[1:]
out = os.environ["BENCH_OUT"]

# Run in place of this, by module: a tool looks for its own file, and starts itself again.
commands = {
    # As its documentation says for the shortest start: unpacked into a virtual environment once, found by a shell script.
    "pex": ["pex", "--venv", "--sh-boot", "-D", packages, "--exe", main, "-o", out],
    "pyinstaller": [
        "PyInstaller",
        "--onedir",
        "--noconfirm",
        "--log-level=ERROR",
        "--name=program",
        "--paths=" + packages,
        "--distpath=" + out,
        "--workpath=" + out + ".work",
        "--specpath=" + out + ".work",
        main,
    ],
    "nuitka": ["nuitka", "--standalone", "--assume-yes-for-downloads", "--output-dir=" + out, "--output-filename=program", main],
}

tool = os.environ["BENCH_TOOL"]
if tool == "nuitka" and not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
    sys.exit("this interpreter comes without Python.h, which the C code that Nuitka writes includes")
os.execv(sys.executable, [sys.executable, "-m", *commands[tool]])
