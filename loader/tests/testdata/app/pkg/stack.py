"""Shows the frames below a module body."""

import sys
import traceback

traceback.print_stack(file=sys.stdout)
