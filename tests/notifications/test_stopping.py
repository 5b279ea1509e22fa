"""Stopping messages: a link that shows, a button that acts, and nothing that hides a duty."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.notifications.models import OutboxMessage, StoppedTopic
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.shortlists.notifications import SavedList
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

LIST = SavedList(code="7K4PQH", service_ids=())
READER = Recipient(email="reader@example.org")


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are news for a while, which can be stopped."""
    monkeypatch.setattr(SavedList, "topic", "news")
    monkeypatch.setattr(SavedList, "forgets", False)


def _send(key: str, to: Recipient = READER) -> None:
    with unit():
        notify(LIST, to=to, key=key)


def _link(mailbox: Mailbox) -> str:
    sent = mailbox.all[-1]
    link = sent.headers["List-Unsubscribe"].strip("<>")
    assert link in sent.text and link in (sent.html or "")
    return urlsplit(link).path


@pytest.mark.usefixtures("news")
def test_opening_the_link_changes_nothing_and_the_button_stops(app: Flask, mailbox: Mailbox, browser: Browser) -> None:
    _send("1")
    link = _link(mailbox)
    page = browser.get(link)
    assert "Stop messages like this?" in page.main and db.session.query(StoppedTopic).count() == 0
    done = browser.post(link, page.form(link), expect=303)
    assert "These messages have stopped" in browser.follow(done).main
    _send("2", Recipient(email="READER@example.org "))
    assert len(mailbox.all) == 1
    browser.post(link, {"again": "yes"}, expect=303)
    _send("3")
    assert len(mailbox.all) == 2


@pytest.mark.usefixtures("news")
def test_a_mail_program_stops_by_one_click_without_a_cookie(sqlite_app: Flask, mailbox: Mailbox) -> None:
    _send("1")
    assert mailbox.all[0].headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = _link(mailbox)
    for _time in range(2):
        answer = sqlite_app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.data) == (200, b"")
    _send("2")
    assert len(mailbox.all) == 1 and db.session.query(StoppedTopic).count() == 1


@pytest.mark.usefixtures("news")
def test_who_stops_stops_for_themselves_alone(sqlite_app: Flask, mailbox: Mailbox, browser: Browser) -> None:
    one, other = (Recipient(email="shared@example.org", user_id=uuid4()) for _person in range(2))
    _send("1", one)
    browser.post(_link(mailbox), {}, expect=303)
    _send("2", one)
    _send("2", other)
    _send("2")
    assert len(mailbox.all) == 3


def test_a_duty_has_no_link_and_comes_whatever_was_stopped(
    sqlite_app: Flask, mailbox: Mailbox, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(SavedList, "topic", "news")
        changed.setattr(SavedList, "forgets", False)
        _send("1")
        link = _link(mailbox)
        browser.post(link, {}, expect=303)
    _send("2")
    assert len(mailbox.all) == 2 and "List-Unsubscribe" not in mailbox.all[1].headers
    browser.get(link, expect=404)
    browser.post(link, {}, expect=404)


@pytest.mark.usefixtures("news")
def test_a_forged_link_stops_nothing(sqlite_app: Flask, mailbox: Mailbox, browser: Browser) -> None:
    _send("1")
    link = _link(mailbox)
    row = db.session.query(OutboxMessage).one().id.hex
    for wrong in (link + "x", link[:-1], f"/notifications/stop/{row}", "/notifications/stop/x.y.z", link[:-4] + "%00"):
        browser.get(wrong, expect=404)
        browser.post(wrong, {}, expect=404)
    assert db.session.query(StoppedTopic).count() == 0
