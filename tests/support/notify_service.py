"""A stand-in for GOV.UK Notify that answers as it is told, by the public description of its interface."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

KEY = "portal-test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"


class NotifyService:
    """`taken` is what it was asked to send. `status` and `errors` are its answer; `is_silent`: takes, then says nothing."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.status = 201
        self.errors: list[dict[str, str]] = []
        self.is_silent = False
        self.url = ""


@contextmanager
def notify_service() -> Iterator[NotifyService]:
    """The stand-in, listening while the body runs."""
    service = NotifyService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if service.status == 201:
                service.taken.append({**asked, "id": str(uuid4()), "type": self.path.rpartition("/")[2]})
            if service.is_silent:
                service.is_silent = False
                self.close_connection = True
                return
            told = service.taken[-1] if service.status == 201 else {"errors": service.errors}
            self._answer(service.status, told)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            reference = parse_qs(parts.query).get("reference", [""])[0]
            found = [one for one in service.taken if one.get("reference") == reference]
            if "/template/" in parts.path:
                return self._answer(200 if service.status == 201 else service.status, {"id": "template"})
            return self._answer(200, {"notifications": found, "links": {}})

        def _answer(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
