"""Turns collection off for its own imports, and on again."""
import gc

before = gc.get_threshold()
was = gc.isenabled()
gc.disable()
gc.set_threshold(0)
import collected.plain
gc.set_threshold(*before)
if was:
    gc.enable()
