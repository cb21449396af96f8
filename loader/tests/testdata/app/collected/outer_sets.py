import gc
import collected.plain
gc.set_threshold(321, 4, 5)
import collected.sets_again
import collected.plain_too
