import sys
import time

sys.runs = getattr(sys, "runs", 0) + 1
time.sleep(0.005)
raise ValueError("fails")
