"""Prepares a request as requests would send it; nothing is sent."""

import os
import time

start = time.perf_counter_ns()

import requests

end = time.perf_counter_ns()

with requests.Session() as session:
    request = requests.Request("POST", "http://localhost/things", json={"id": 7}, params={"more": "a b"})
    prepared = session.prepare_request(request)
print(prepared.method, prepared.url, prepared.headers["Content-Type"], prepared.body)

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
