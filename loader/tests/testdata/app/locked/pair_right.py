import sys

sys.meet("right")
import locked.pair_left

DONE = True
