import gc

gc.set_threshold(0, 0, 0)
