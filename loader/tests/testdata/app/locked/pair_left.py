import sys

sys.meet("left")
import locked.pair_right

DONE = True
