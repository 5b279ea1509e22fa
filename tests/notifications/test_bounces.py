"""News of bounces: who may tell it, what it says, and who is told."""

import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core import clock
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.notifications import forms
from portal.notifications.bouncing import BOUNCE_LISTENERS
from portal.notifications.models import Bounce, OutboxMessage
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.shortlists.notifications import SavedList
from tests.support.mailbox import Mailbox

SECRET = "a secret between the portal and its mail provider"
MESSAGE = "0123456789abcdef0123456789abcdef"
PATH = "/notifications/bounces"


@pytest.fixture
def told(sqlite_app: Flask) -> Iterator[list[tuple[str, object]]]:
    """The application with the secret; gives what listeners were told."""
    before = sqlite_app.extensions["portal.settings"]
    sqlite_app.extensions["portal.settings"] = replace(before, bounce_token=SECRET)
    heard: list[tuple[str, object]] = []
    listener = lambda bounce: heard.append((bounce.kind, bounce.message_id))  # noqa: E731
    BOUNCE_LISTENERS.append(listener)
    yield heard
    BOUNCE_LISTENERS.remove(listener)
    sqlite_app.extensions["portal.settings"] = before


@pytest.fixture
def message(sqlite_app: Flask, mailbox: Mailbox) -> OutboxMessage:
    """One that was handed over."""
    with unit():
        to = Recipient(email="reader@example.org", user_id=uuid4())
        notify(SavedList(code="7K4PQH", service_ids=()), to=to, key="list:1")
    assert mailbox.one
    row = db.session.query(OutboxMessage).one()
    db.session.expunge(row)
    return row


def _post(app: Flask, body: Any, **headers: str) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return app.test_client().post(PATH, data=raw, headers=headers, content_type="application/json")


def _of_notify(message: OutboxMessage, status: str = "permanent-failure") -> dict[str, Any]:
    return {"id": str(uuid4()), "reference": message.id.hex, "status": status, "to": "reader@example.org"}


def _signed(body: bytes, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    moment = str(int(clock.now().timestamp()) - age)
    signature = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": moment, "X-Signature": f"sha256={signature}"}


def test_a_receipt_of_notify_is_heard_once(
    sqlite_app: Flask, told: list[tuple[str, object]], message: OutboxMessage
) -> None:
    receipt = _of_notify(message)
    for _time in range(2):
        assert _post(sqlite_app, receipt, Authorization=f"Bearer {SECRET}").status_code == 204
    work_until_idle()
    assert told == [("hard", message.id)]
    bounce = db.session.query(Bounce).one()
    assert (bounce.user_id, bounce.reason) == (message.user_id, "notify permanent-failure")
    assert db.session.get_one(OutboxMessage, message.id).state == "bounced"


def test_what_arrived_is_no_bounce(sqlite_app: Flask, told: list[tuple[str, object]], message: OutboxMessage) -> None:
    for status in ("delivered", "technical-failure", "sending"):
        assert _post(sqlite_app, _of_notify(message, status), Authorization=f"Bearer {SECRET}").status_code == 204
    assert db.session.query(Bounce).count() == 0


def test_a_full_mailbox_is_a_soft_bounce(
    sqlite_app: Flask, told: list[tuple[str, object]], message: OutboxMessage
) -> None:
    _post(sqlite_app, _of_notify(message, "temporary-failure"), Authorization=f"Bearer {SECRET}")
    work_until_idle()
    assert told == [("soft", message.id)]
    assert db.session.get_one(OutboxMessage, message.id).state == "handed_over"


def test_a_signed_list_of_events_is_heard(
    sqlite_app: Flask, told: list[tuple[str, object]], message: OutboxMessage
) -> None:
    events = [
        {"id": "a", "message_id": f"<{message.id.hex}@support.example.org>", "kind": "complaint"},
        {"id": "b", "message_id": f"<{uuid4().hex}@support.example.org>", "kind": "hard"},
    ]
    body = json.dumps({"events": events}).encode()
    assert _post(sqlite_app, body, **_signed(body)).status_code == 204
    work_until_idle()
    assert told == [("complaint", message.id)]


def test_nobody_else_is_heard(sqlite_app: Flask, told: list[tuple[str, object]], message: OutboxMessage) -> None:
    body = json.dumps(_of_notify(message)).encode()
    other = _signed(b"another body")
    for headers in (
        {}, {"Authorization": "Bearer "}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET},
        _signed(body, secret="wrong"), _signed(body, age=301), _signed(body, age=-400), other,
        {"X-Signature": _signed(body)["X-Signature"]}, {"X-Timestamp": "9" * 40}, {"Authorization": "Bearer é"},
    ):  # fmt: skip
        assert _post(sqlite_app, body, **headers).status_code == 401, headers
    assert db.session.query(Bounce).count() == 0
    for _time in range(10):
        last = _post(sqlite_app, body)
    assert last.status_code == 429
    assert _post(sqlite_app, body, Authorization=f"Bearer {SECRET}").status_code == 204


def test_without_a_secret_there_is_no_such_page(sqlite_app: Flask) -> None:
    assert _post(sqlite_app, {}, Authorization="Bearer ").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"null", b"\xff", b'{"events": 1}', b'{"events": [{}]}', b'{"status": "permanent-failure"}' + b" " * 10,
        b'{"events": [{"id": 1, "message_id": "x", "kind": "hard"}]}', b"[" * 40_000,
        json.dumps({"events": [{"id": "a", "message_id": "x" * 9, "kind": "hard"}]}).encode(),
        json.dumps({"events": [{"id": "a" * 101, "message_id": MESSAGE, "kind": "hard"}]}).encode(),
        json.dumps({"events": [{"id": "a", "message_id": MESSAGE, "kind": "odd"}]}).encode(),
        json.dumps({"events": [{"id": "a", "message_id": MESSAGE, "kind": "hard"}] * 101}).encode(),
        json.dumps({"id": "x", "reference": "y", "status": "permanent-failure"}).encode(),
    ],
)  # fmt: skip
def test_nonsense_is_refused(sqlite_app: Flask, told: list[tuple[str, object]], body: bytes) -> None:
    assert _post(sqlite_app, body, Authorization=f"Bearer {SECRET}").status_code in {204, 400}
    assert db.session.query(Bounce).count() == 0


def test_more_than_a_list_of_events_is_not_read(sqlite_app: Flask, told: list[tuple[str, object]]) -> None:
    assert _post(sqlite_app, b" " * 70_000, Authorization=f"Bearer {SECRET}").status_code == 413


@pytest.mark.parametrize("source", ["a\x00b", "a\ud800", "a\u202eb"])
def test_a_name_of_an_event_that_no_database_keeps_is_refused(source: str) -> None:
    event = {"id": source, "message_id": MESSAGE, "kind": "hard"}
    with pytest.raises(forms.NotUnderstood):
        forms.events_in(json.dumps({"events": [event]}).encode())


def test_a_body_of_no_told_length_is_bounded_too(sqlite_app: Flask, told: list[tuple[str, object]]) -> None:
    answer = sqlite_app.test_client().post(
        PATH,
        input_stream=io.BytesIO(b" " * 70_000),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 413


def test_a_reason_is_one_of_ours(sqlite_app: Flask, told: list[tuple[str, object]], message: OutboxMessage) -> None:
    event = {"id": "a", "message_id": message.id.hex, "kind": "hard", "reason": "notify reader@example.org\x00"}
    assert _post(sqlite_app, {"events": [event]}, Authorization=f"Bearer {SECRET}").status_code == 204
    assert db.session.query(Bounce).one().reason == "told hard"
