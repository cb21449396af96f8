"""Takes a while, counts how often it runs."""
import sys
import time

sys.runs = getattr(sys, "runs", 0) + 1
READY = False
time.sleep(0.005)
READY = True
