"""A small pandas data frame, grouped."""

import os
import time

start = time.perf_counter_ns()

import pandas as pd

end = time.perf_counter_ns()

frame = pd.DataFrame({"kind": ["a", "b", "a"], "value": [1, 2, 3]})
print(frame.groupby("kind")["value"].sum().to_dict())

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
