import sys

sys.meet("three")
import locked.circle_one

DONE = True
