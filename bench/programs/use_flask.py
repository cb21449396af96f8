"""A Flask application with one route, asked once."""

import os
import time

start = time.perf_counter_ns()

import flask

end = time.perf_counter_ns()

app = flask.Flask("app")


@app.route("/greet/<name>")
def greet(name):
    return flask.jsonify(greeting=f"hello, {name}")


answer = app.test_client().get("/greet/flask")
print(answer.status_code, answer.get_json())

if os.environ.get("BENCH_IMPORT_FD"):
    os.write(int(os.environ["BENCH_IMPORT_FD"]), b"%d" % (end - start))
