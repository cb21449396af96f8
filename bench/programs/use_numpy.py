"""A small numpy array."""

import os
import time

start = time.perf_counter_ns()

import numpy as np

end = time.perf_counter_ns()

table = np.arange(12.0).reshape(3, 4)
print(table.sum(axis=0).tolist(), (table @ table.T).trace())

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
