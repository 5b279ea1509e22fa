"""Failed messages as an administrator sees them, and every page of administration at least once."""

from collections.abc import Callable

from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.notifications.models import OutboxMessage
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser


def failed(make: Make) -> OutboxMessage:
    now = clock.now()
    message = OutboxMessage(
        name="new-password", channel="email", locale="en", once="reset:1", recipient="nia@people.example.org",
        fields='{"token": "k"}', state="failed", attempts=9, ended_at=now, last_error="no route",
        useful_until=now, next_try_at=now,
    )  # fmt: skip
    return make._save(message)


def test_a_failed_message_is_shown_without_its_reader_and_sent_again_once(
    app: Flask, make: Make, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    message_id, browser = failed(make).id, as_user(make.user("administrator"))
    shown = browser.get("/admin/messages")
    assert "new-password" in shown.main and "nia@" not in shown.html
    assert "could not be sent" in browser.get("/admin").main
    for _again in range(2):
        browser.post(f"/admin/messages/{message_id}/resend", expect=303)
    assert [one.to for one in mailbox.all] == ["nia@people.example.org"]
    assert db.session.get_one(OutboxMessage, message_id).state == "handed_over"
    assert "Everything was sent" in browser.get("/admin/messages").main
