"""What is posted goes out once, through the same guard as what is fetched."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask

from portal.core import audit, witness
from portal.core.connecting import Posted
from portal.core.destinations import Exceptions
from portal.core.fetching import Fetcher, FetchProblem
from portal.core.transactions import unit

HELLO = Posted(b"hello", "text/plain", {"Authorization": "Bearer x"})
STATUS = {"/kept": 200, "/no": 400, "/on": 307, "/broken": 500}


@contextmanager
def taking() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """A server on this machine; gives its host, and what came: path, Authorization, body."""
    came: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            came.append((self.path, self.headers.get("Authorization", ""), body))
            self.send_response(STATUS[self.path])
            self.send_header("Location", "https://evil.example/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_answer_is_given_whatever_it_says_and_nothing_goes_out_twice() -> None:
    with taking() as (host, came), Fetcher(Exceptions.of([host])) as fetcher:
        found = [fetcher.post(f"http://{host}{path}", HELLO).status for path in ("/kept", "/no")]
    assert found == [200, 400]
    assert came == [("/kept", "Bearer x", "hello"), ("/no", "Bearer x", "hello")]


def test_no_redirect_is_followed_and_nothing_is_sent_inside() -> None:
    with taking() as (host, came):
        with Fetcher(Exceptions.of([host])) as fetcher, pytest.raises(FetchProblem):
            fetcher.post(f"http://{host}/on", HELLO)
        with Fetcher(Exceptions()) as strict, pytest.raises(FetchProblem):
            strict.post(f"https://{host}/kept", HELLO)
    assert [path for path, *_rest in came] == ["/on"]


def test_the_head_of_the_chain_is_posted_to_an_address(sqlite_app: Flask) -> None:
    with unit():
        audit.record("test.done", ("thing", "x"), by="operator")
    number, hashed = audit.head()
    before = sqlite_app.extensions["portal.settings"]
    with taking() as (host, came):
        try:
            for path in ("/kept", "/broken"):
                sqlite_app.extensions["portal.settings"] = replace(
                    before, audit_witness=f"http://{host}{path}", fetch_allow=(host,)
                )
                if path == "/kept":
                    witness.write_head()
                else:
                    with pytest.raises(FetchProblem):
                        witness.write_head()
        finally:
            sqlite_app.extensions["portal.settings"] = before
    assert came[0][2].startswith(f"{number} {hashed} ") and len(came) == 2
