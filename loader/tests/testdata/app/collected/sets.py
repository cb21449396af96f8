import gc

gc.set_threshold(123, 4, 5)
