import sys

print(__name__, __package__, __spec__.name, sys.argv[1:], __file__.rpartition("/")[2])
if __name__ == "__main__":
    raise SystemExit(3)
