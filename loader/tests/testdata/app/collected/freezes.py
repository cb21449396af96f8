import gc

gc.collect()
gc.freeze()
