"""What a program sees of how it was started."""
import builtins
import os
import sys

print(__name__, __file__, __spec__, sys._getframe().f_back, sys.argv)
print([n for n in ("LD_PRELOAD", "_PYCDS_LAUNCH") if n in os.environ])
for name in ("exit", "quit", "copyright", "credits", "license", "help"):
    value = getattr(builtins, name, None)
    print(name, type(value).__module__, type(value).__qualname__, repr(value))
    if name == "license":
        print(vars(value))
hook = getattr(sys, "__interactivehook__", None)
print(getattr(hook, "__qualname__", None), sys.path)
print(globals().keys())
print(sys.path_importer_cache.get(sys.argv[0], "not asked"))
if sys.argv[1:] == ["raise"]:
    import pkg.raises
if sys.argv[1:] == ["exit"]:
    exit(7)
if sys.argv[1:] == ["abort"]:
    os.kill(os.getpid(), 15)
