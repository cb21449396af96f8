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

# For a program without the C library (freestanding.c): nothing that the compiler adds
# may call into one, or read thread-local storage.
FREESTANDING_COPTS = [
    "-fno-builtin",
    "-fno-lto",
    "-fno-sanitize=all",
    "-fno-stack-protector",
    "-U_FORTIFY_SOURCE",
    "-D__NO_INLINE__",  # glibc's headers before 2.33 have stat() as a call of __xstat()
]

FREESTANDING_LINKOPTS = [
    "-nostdlib",
    "-static",
    "-no-pie",
    "-fno-lto",
    "-fno-sanitize=all",
    "-Wno-unused-command-line-argument",  # Clang, of -no-pie
]

FREESTANDING_FEATURES = [
    "-asan",
    "-coverage",
    "-msan",
    "-thin_lto",
    "-tsan",
    "-ubsan",
]

def if_freestanding(wanted, otherwise = {}):
    """Chooses what the launcher without the C library is built with.

    Args:
      wanted: list of string.
      otherwise: dict of condition -> list of string, for other launchers.

    Returns:
      select(): wanted, or what otherwise says, or nothing.
    """
    return select({
        "//loader:is_freestanding_launcher_aarch64": wanted,
        "//loader:is_freestanding_launcher_x86_64": wanted,
        "//conditions:default": [],
    } | otherwise)

# For what the dynamic linker calls before it has relocated anything. The name is the one
# by which the loader asks for it: in its own folder.
EARLY_LINKOPTS = [
    "-nostdlib",
    "-fno-lto",
    "-fno-sanitize=all",
    "-Wl,-soname,$$ORIGIN/early",
]
