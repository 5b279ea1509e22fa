"""A receiver on this machine that checks every signature as receivers do, and a way to send it what waits."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from standardwebhooks import Webhook

from portal.core import clock
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.directory.indexing import listing_changed
from portal.webhooks import actions, noticing
from portal.webhooks.models import WebhookDelivery, WebhookSubscription

Answer = Callable[["Got", socket.socket], int | None]


@dataclass(frozen=True)
class Got:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """What the receivers' own library makes of it."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """A running receiver. `answer` decides on each request: a status, or None where it has answered by itself."""

    port: int
    got: list[Got] = field(default_factory=list)
    answer: Answer = lambda _got, _sock: 204

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=of-the-receiver"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server of HTTP on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            here.got.append(got)
            status = here.answer(got, self.connection)
            self.close_connection = True
            if status is not None:
                self.send_response(status)
                if status in {301, 302, 307, 308}:
                    self.send_header("Location", f"http://127.0.0.1:{here.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Receiver(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(active_app: Flask, receiver: Receiver) -> Iterator[Receiver]:
    """The receiver, excepted from the rules of fetching as an operator does it."""
    before = active_app.extensions["portal.settings"]
    active_app.extensions["portal.settings"] = replace(before, fetch_allow=(f"127.0.0.1:{receiver.port}",))
    yield receiver
    active_app.extensions["portal.settings"] = before


@dataclass(frozen=True)
class Subscribed:
    """A subscription as its receiver knows it, and how it stands now."""

    id: UUID
    secret: str

    @property
    def now(self) -> WebhookSubscription:
        db.session.expire_all()
        return db.session.get_one(WebhookSubscription, self.id)


def subscribe(receiver: Receiver, *kinds: str, areas: tuple[str, ...] = (), path: str = "") -> Subscribed:
    with unit():
        address = f"http://127.0.0.1:{receiver.port}{path}" if path else receiver.address
        made = actions.add(address, kinds or ("changed", "gone"), areas, by="operator")
        assert made is not None
        return Subscribed(made.id, made.secret)


def do(action: Callable[..., Any], one: Subscribed) -> Any:
    """One of the actions of an administrator, in a transaction of its own."""
    with unit():
        return action(db.session.get_one(WebhookSubscription, one.id), by="operator")


def change(*services: UUID) -> None:
    """Change listings, so that it is noted."""
    with unit():
        for one in services:
            listing_changed(one)


def worked() -> None:
    """What a worker does by its timetable and by its lanes."""
    with unit():
        noticing.look()
    work_until_idle()


def deliveries() -> list[WebhookDelivery]:
    db.session.expire_all()
    return list(db.session.query(WebhookDelivery).order_by(WebhookDelivery.created_at, WebhookDelivery.id))


def later(**by: float) -> AbstractContextManager[None]:
    """The clock so much later, held still."""
    return clock.freeze(clock.now() + timedelta(**by))
