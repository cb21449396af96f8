"""A small Flask application that asks itself: through the test client, then over a socket."""

import http.client
import threading

import flask
from werkzeug.serving import WSGIRequestHandler, make_server

app = flask.Flask(__name__)
notes = {}


class QuietHandler(WSGIRequestHandler):
    """A handler that writes no line for each request."""

    def log(self, type, message, *args):
        pass


@app.get("/")
def index():
    return flask.render_template_string(
        "<ul>{% for name in names|sort %}<li>{{ name|e }}</li>{% endfor %}</ul>", names=notes
    )


@app.get("/notes/<name>")
def read(name):
    if name not in notes:
        flask.abort(404, description=f"no note called {name}")
    return flask.jsonify(name=name, text=notes[name])


@app.put("/notes/<name>")
def write(name):
    notes[name] = flask.request.get_json()["text"]
    return "", 201


@app.errorhandler(404)
def missing(error):
    return flask.jsonify(error=error.description), 404


def exchange(port, method, path, body=None):
    """Sends one request to the server on this machine; returns status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def main():
    client = app.test_client()
    print("PUT", client.put("/notes/one", json={"text": "first"}).status_code)
    print("GET", client.get("/notes/one").get_json())
    print("GET", client.get("/notes/none").get_json())

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = False  # server_close() waits for them
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        for method, path, body in [
            ("PUT", "/notes/%3Ctwo%3E", '{"text": "second"}'),
            ("GET", "/notes/%3Ctwo%3E", None),
            ("GET", "/", None),
            ("POST", "/", None),
            ("PUT", "/notes/three", "not json"),
        ]:
            status, text = exchange(server.port, method, path, body)
            print(method, path, status, text.strip())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    main()
