import sys

sys.meet("two")
import locked.circle_three

DONE = True
