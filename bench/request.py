"""Prepares requests as requests would send them, and reads an answer; nothing is sent."""

import io

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import HTTPResponse


class Answers(HTTPAdapter):
    """Answers each request with its own headers."""

    def send(self, request, **kwargs):
        body = "\n".join(f"{name}: {request.headers[name]}" for name in sorted(request.headers) if name.startswith("X-"))
        raw = HTTPResponse(body=io.BytesIO(body.encode()), status=200, preload_content=False)
        return self.build_response(request, raw)


def main():
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", Answers())
        answer = session.post("http://localhost/things", json={"id": 7}, headers={"X-Token": "abc"}, params={"more": "a b"})
    print(answer.status_code, answer.url, answer.request.body)
    print(answer.text)


if __name__ == "__main__":
    main()
