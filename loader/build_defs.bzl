"""How the loader's C is compiled."""

# gnu11: C11 with POSIX declared.
COPTS = [
    "-std=gnu11",
    "-O2",
    "-Wall",
    "-Wextra",
    "-fvisibility=hidden",
]

# Nothing in the output but what the sources say.
LINKOPTS = ["-Wl,--build-id=none"]
