import sys

sys.meet("one")
import locked.circle_two

DONE = True
