"""Tests the application: in this process, and over a socket on this machine."""

import threading
import unittest

from examples.flask import server
from werkzeug.serving import make_server


class ServerTest(unittest.TestCase):
    def setUp(self):
        server.notes.clear()
        self.client = server.app.test_client()

    def test_a_note_is_kept(self):
        self.assertEqual(self.client.put("/notes/a", json={"text": "t"}).status_code, 201)
        self.assertEqual(self.client.get("/notes/a").json, {"name": "a", "text": "t"})

    def test_a_missing_note(self):
        answer = self.client.get("/notes/b")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(answer.json, {"error": "no note called b"})

    def test_names_are_escaped(self):
        self.client.put("/notes/<b>", json={"text": "t"})
        self.assertEqual(self.client.get("/").text, "<ul><li>&lt;b&gt;</li></ul>")

    def test_over_a_socket(self):
        listening = make_server("127.0.0.1", 0, server.app, request_handler=server.QuietHandler)
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            self.assertEqual(server.exchange(listening.port, "PUT", "/notes/c", '{"text": "u"}'), (201, ""))
            self.assertEqual(server.exchange(listening.port, "GET", "/notes/c")[0], 200)
        finally:
            listening.shutdown()
            thread.join()
            listening.server_close()


if __name__ == "__main__":
    unittest.main()
