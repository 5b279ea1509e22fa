"""Stopping messages: a link that shows, a button that acts, and nothing that hides a duty."""

from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask

from portal.accounts.sign_in_notifications import PasswordChanged
from portal.assurance.notifications import StillRight
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.groups.notifications import ListingChanged
from portal.notifications.models import OutboxMessage, StoppedTopic
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.shortlists.notifications import SavedList
from tests.factories import Make
from tests.support.mail_server import Listener, text_of
from tests.support.mailbox import Mailbox
from tests.support.page import Browser, Page

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


def test_links_to_drafts_stop_and_duties_still_come(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], mail_server: Listener
) -> None:
    here = make.organisation()
    user = make.user("editor", organisation=here, email="nia@people.example.org")
    own, colleague = as_user(user), as_user(make.user("editor", organisation=here))
    to = Recipient(email="nia@people.example.org", user_id=user.id)
    assert "We have sent you a link" in _kept_for_later(own).main
    [first] = _carried(mail_server)
    link = urlsplit(first["List-Unsubscribe"].strip("<>")).path
    own.post(link, own.get(link).form(link), expect=303)
    assert "We have sent you a link" not in _kept_for_later(own).main
    with unit():
        for duty in (StillRight.example(), PasswordChanged(), ListingChanged.example()):
            notify(duty, to=to, key=duty.name)
    sent = _carried(mail_server)[1:]
    assert len(sent) == 3 and not any(one["List-Unsubscribe"] or "/notifications/stop/" in text_of(one) for one in sent)
    assert "We have sent you a link" in _kept_for_later(colleague).main
    assert len(_carried(mail_server)) == 5


def _kept_for_later(browser: Browser) -> Page:
    """Begin a listing and keep it: what the page says then."""
    form = browser.get("/group/listings/new").form("/group/listings/new")
    listing = str(browser.post("/group/listings/new", form, expect=303).headers["Location"])
    named = {"name-text": "Half done", "description-text": "", "action": "later"}
    return browser.follow(browser.post(f"{listing}/about", named, expect=303))


def _carried(mail_server: Listener) -> list[EmailMessage]:
    """What the mail server has, once the worker has done what waits."""
    db.session.commit()
    work_until_idle()
    return mail_server.mails
