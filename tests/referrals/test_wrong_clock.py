"""A clock that is wrong for a while: pages are served, and once it is right what waits goes on. R12."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.jobs import LEASE, Job, backlog
from portal.core.queue import work_until_idle
from portal.core.timetable import Every, ask_for_due
from portal.notifications import delivering
from portal.referrals import events, sweeping
from portal.referrals.models import Introduction
from tests.factories import MONDAY, Make
from tests.responding.test_by_link import EMAIL, hidden, link
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import browser_as
from tests.support.referrals import World

OFF = (timedelta(hours=-3), timedelta(hours=3), timedelta(days=400))
ROWS = (Every(sweeping.look, timedelta(minutes=5)), Every(delivering.sweep, timedelta(minutes=5)))


@pytest.mark.parametrize("off", OFF)
def test_pages_are_served_and_links_work_again(
    sqlite_app: Flask, browser: Browser, loop: World, off: timedelta
) -> None:
    with clock.freeze(MONDAY):
        made = loop.introduction("sent")
        made_id, address, worker = made.id, link(made), browser_as(sqlite_app, loop.worker)
    with clock.freeze(MONDAY + off):
        for one in (browser, worker):
            for path in ("/", "/services", address, "/caseload"):
                assert one.client.get(path).status_code < 500, path
    with clock.freeze(MONDAY + timedelta(minutes=20)):
        typed = {**hidden(browser, address), "press": "answer", "answer": "accept", "first_at": ""}
        browser.post(address, typed, expect=303)
        assert db.session.get_one(Introduction, made_id).state == "accepted"
        assert audit.verify()[1] is None and not list(events.broken())


@pytest.mark.parametrize("off", OFF)
def test_what_was_sent_and_claimed_by_a_wrong_clock_goes_on_by_the_right_one(
    sqlite_app: Flask, loop: World, mailbox: Mailbox, make: Make, off: timedelta
) -> None:
    with clock.freeze(MONDAY + off):
        loop.group.email = EMAIL
        loop.introduction("sent")
        ask_for_due(ROWS)
        held = db.session.query(Job).first()
        assert held is not None
        held.lease_until = clock.now() + LEASE
        db.session.commit()
    with clock.freeze(MONDAY + timedelta(minutes=20)):
        assert len(ask_for_due(ROWS)) == len(ROWS), "what is asked for by the clock is asked for again"
        work_until_idle()
        assert mailbox.sender.sent, "the group has heard of it"
        assert (backlog().ready, backlog().dead) == (0, 0)


def test_a_failing_job_of_the_future_waits_between_its_tries(sqlite_app: Flask, loop: World) -> None:
    db.session.add(Job(name="nobody knows", payload={}, created_at=MONDAY + timedelta(days=400), run_at=MONDAY))
    db.session.commit()
    with clock.freeze(MONDAY):
        work_until_idle()
        [left] = db.session.query(Job).filter_by(name="nobody knows")
        assert left.state == "dead" or (left.attempts == 1 and left.run_at > clock.now())
