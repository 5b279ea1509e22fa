"""What the person who runs the portal sees and does: trying it out, the doctor's lines, failed messages."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.notifications import actions
from portal.notifications.cli import messages as program
from portal.notifications.models import OutboxMessage
from portal.notifications.notification import Recipient
from portal.notifications.senders import current
from portal.operations import messages
from tests.support.mail_server import Listener, text_of
from tests.support.mailbox import Mailbox


@pytest.fixture
def run(sqlite_app: Flask) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        return CliRunner().invoke(program, list(words), obj=sqlite_app, catch_exceptions=False)

    return run


def _told(way: str) -> Any:
    return next(check for check in messages.checks() if check.name == way)


def test_a_message_can_be_tried_on_oneself(run: Callable[..., Result], mail_server: Listener) -> None:
    said = run("try", "operator@example.org", "--language", "cy")
    work_until_idle()
    reference = said.output.partition("Reference: ")[2].partition(".")[0]
    assert reference and reference in text_of(mail_server.mails[0])
    assert mail_server.recipients == ["operator@example.org"]


def test_what_nothing_carries_is_not_tried(
    run: Callable[..., Result], sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_app.extensions, current.NAME, {})
    assert run("try", "operator@example.org").exit_code == 1
    assert db.session.query(OutboxMessage).count() == 0


def test_failed_messages_are_shown_and_sent_again(run: Callable[..., Result], mail_server: Listener) -> None:
    mail_server.at_rcpt = lambda address: "554 5.7.1 No"
    run("try", "operator@example.org")
    work_until_idle()
    assert _told("messages").sentence.startswith("1 messages failed")
    shown = json.loads(run("show", "--json").output)
    assert shown["counts"] == {"failed": 1} and "operator" not in json.dumps(shown)
    mail_server.at_rcpt = lambda address: "250 OK"
    assert run("resend", shown["failed"][0]["id"]).exit_code == 0
    work_until_idle()
    assert len(mail_server.mails) == 1 and "1  handed over" in run("show").output
    assert run("resend", shown["failed"][0]["id"]).exit_code == 1


def test_the_doctor_says_how_messages_leave(
    sqlite_app: Flask, mail_server: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(sqlite_app.extensions["portal.settings"], mail_url=mail_server.url)
    monkeypatch.setitem(sqlite_app.extensions, "portal.settings", settings)
    assert _told("e-mail").is_good and _told("messages").is_good
    assert _told("texts").sentence.startswith("Texts to phones are not set up")
    mail_server.stop()
    wrong = _told("e-mail")
    assert not wrong.is_good and not wrong.is_vital and "127.0.0.1" in wrong.sentence
    with unit():
        actions.try_out(Recipient(email="operator@example.org"))
    work_until_idle()
    assert _told("messages").sentence.startswith("Nothing has gone by e-mail since")
    monkeypatch.setitem(sqlite_app.extensions, current.NAME, {})
    assert "Set PORTAL_MAIL_URL" in _told("e-mail").sentence


def test_a_text_can_be_tried_too(run: Callable[..., Result], mailbox: Mailbox) -> None:
    assert run("try", "+44 7700 900982").exit_code == 0
    assert mailbox.one.to == "+447700900982" and mailbox.one.text.startswith("Hereabouts: texts arrive. Reference ")
