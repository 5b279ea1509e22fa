"""On a full disk nothing is half kept: a form says so and holds its words, pages go on, and once there is space all works. R8."""

from collections.abc import Callable

from flask import Flask

from portal.core import audit
from portal.core.extensions import db
from portal.referrals import events
from portal.referrals.models import Introduction, IntroductionEvent, Message, Referral
from tests.caseload.test_referring import filled, refer_at
from tests.factories import Make
from tests.responding.test_by_link import hidden, link
from tests.support.full_disk import full_at
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import browser_as
from tests.support.referrals import World

NOTHING = 1_000
"""Bytes beyond which no file may grow: less than one page of the database's own log."""
WORDS = {"reason": "A reason to go out.\n\nShe has a dog.", "question": "Can they manage a gravel path?"}


def test_what_is_sent_keeps_its_words_and_goes_once_there_is_space(
    sqlite_app: Flask, browser: Browser, loop: World, make: Make, mailbox: Mailbox, index_now: Callable[[], None]
) -> None:
    other = make.service("Kettle and Chat", organisation=make.organisation("Circle", email="circle@groups.example.org"))
    listing, by_link = f"/services/{loop.service.id}/tuesday-table", link(loop.introduction("sent"))
    refer, worker = f"/clients/{loop.person.reference}/refer", browser_as(sqlite_app, loop.worker)
    chosen = refer_at(loop, other)
    index_now()
    asked = {**hidden(browser, by_link), "press": "answer", "answer": "ask", "question": WORDS["question"]}
    typed = filled(worker.get(chosen), how="spoken", reason=WORDS["reason"])
    before = stands()
    with full_at(NOTHING):
        answer = browser.post(by_link, asked, expect=503)
        written = worker.post(refer, typed, expect=503)
        for path in (listing, "/services?q=tea", by_link):
            browser.get(path)
        worker.get("/caseload")
    assert answer.form(by_link)["question"] == WORDS["question"] and written.form(refer)["reason"] == WORDS["reason"]
    assert "Try again" in answer.main and stands() == before
    browser.post(by_link, answer.form(by_link), expect=303)
    check = worker.follow(worker.post(refer, {**typed, **written.form(refer)}, expect=303))
    sending = next(str(form["action"]) for form in check.select("form") if str(form["action"]).endswith("/send"))
    drafted = stands()
    with full_at(NOTHING):
        again = worker.post(sending, check.form(sending), expect=503)
    assert stands() == drafted
    worker.post(sending, again.form(sending), expect=303)
    assert sorted(one.state for one in db.session.query(Introduction)) == ["info-requested", "sent"]
    assert [one.words for one in db.session.query(Message)] == [WORDS["question"]]
    assert db.session.query(IntroductionEvent).filter_by(verb="send").count() == 2
    assert len(mailbox.to("circle@groups.example.org")) == 1
    assert audit.verify()[1] is None and not list(events.broken())


def stands() -> tuple[int, ...]:
    """How much of each kind there is."""
    db.session.rollback()
    return tuple(
        db.session.query(kind).count()
        for kind in (Referral, Introduction, IntroductionEvent, Message, audit.AuditEntry)
    )
