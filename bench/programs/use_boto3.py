"""A boto3 session with its region and credentials; no client is built."""

import os
import time

start = time.perf_counter_ns()

import boto3

end = time.perf_counter_ns()

session = boto3.session.Session(aws_access_key_id="id", aws_secret_access_key="secret", region_name="eu-west-1")
print(session.region_name, session.get_credentials().access_key)

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
