"""By a link after the yes: who came, what moved, how it ended. As little is shown as before."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.notifications.models import OutboxMessage
from portal.referrals import links, visiting
from portal.referrals.models import Introduction, IntroductionEvent
from tests.responding.test_by_link import EMAIL, WHO, hidden, link, state_of
from tests.responding.test_signed_in import on
from tests.support.page import Browser, Page
from tests.support.referrals import World


def came(browser: Browser, made: Introduction, expect: int = 303, **typed: str) -> Page:
    address = f"{link(made, 'attendance')}/came"
    return browser.post(address, {**hidden(browser, address), "press": "came", **typed}, expect=expect)


def ended(browser: Browser, made: Introduction, expect: int = 303, **typed: str) -> Page:
    address = f"{link(made, 'ending')}/ended"
    return browser.post(address, {**hidden(browser, address), "press": "ended", **typed}, expect=expect)


def test_neither_page_says_who_it_is_and_opening_them_changes_nothing(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("booked")
    for address in (f"{link(made, 'attendance')}/came", f"{link(made, 'ending')}/ended"):
        page = browser.get(address)
        assert not [word for word in WHO if word in page.html]
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow" and page.headers["Cache-Control"] == "no-store"
        browser.client.head(address)
        told = {"status": "attended", "how": "not-started", "reason": "illness"}
        browser.post(address, {**hidden(browser, address), **told}, expect=200)
    assert state_of(made) == "booked"


@pytest.mark.parametrize(("status", "state"), [("attended", "in-progress"), ("late", "in-progress")])
def test_they_came(sqlite_app: Flask, browser: Browser, loop: World, status: str, state: str) -> None:
    made = loop.introduction("booked")
    page = browser.follow(came(browser, made, status=status))
    assert page.words("h1") == ["Answered, thank you"]
    assert state_of(made) == state
    assert [one.status for one in db.session.get_one(Introduction, made.id).appointments] == [status]


def test_they_did_not_come_and_after_two_such_visits_it_is_over(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("booked")
    came(browser, made, status="did-not-attend")
    assert state_of(made) == "accepted"
    came(browser, made, status="moved", session="other", time="10:00", **on("day", 4))
    assert state_of(made) == "booked"
    came(browser, made, status="did-not-attend")
    assert state_of(made) == "not-started"


def test_a_visit_moves_to_a_date_that_lies_ahead(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("booked")
    page = came(browser, made, 422, status="moved", session="other", time="10:00", **on("day", -4))
    assert "Enter a date and time in the future" in page.words(".error-summary")[0]
    assert "Enter the date of the visit" in came(browser, made, 422, status="moved", session="other", time="10:00").main
    came(browser, made, status="moved", session="other", time="10:00", **on("day", 4))
    visits = db.session.get_one(Introduction, made.id).appointments
    assert {one.status for one in visits} == {"booked", "cancelled-by-provider"}
    assert clock.local(max(one.starts_at for one in visits)).hour == 10


def test_who_was_accepted_without_a_booking_came_all_the_same(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("accepted")
    assert "They came late" not in browser.get(f"{link(made, 'attendance')}/came").main
    came(browser, made, status="attended")
    assert state_of(made) == "in-progress"


def test_who_has_come_is_not_asked_about_again_but_how_it_stands(
    sqlite_app: Flask, browser: Browser, loop: World
) -> None:
    made = loop.introduction("booked")
    loop.group_worker.email = EMAIL
    other = f"{link(made, 'attendance')}/came"
    visiting.attend(made, "attended", by=loop.answers(made))
    db.session.commit()
    page = browser.get(other)
    assert page.words("h1") == ["Already answered, thank you"] and "You answered on" not in page.main
    assert "sign in and correct the visit" in page.main
    browser.post(other.replace("/came", "/again"), {"press": "again"}, expect=303)
    assert db.session.scalars(select(OutboxMessage.name)).all()[-1] == "referral-ending"


@pytest.mark.parametrize(("purpose", "path"), [("attendance", "came"), ("ending", "ended")])
def test_from_the_way_to_the_story_one_comes_back(
    sqlite_app: Flask, browser: Browser, loop: World, purpose: links.Purpose, path: str
) -> None:
    address = link(loop.introduction("booked"), purpose)
    assert browser.get(f"{address}/story").link("Back").endswith(f"{address}/{path}")


@pytest.mark.parametrize("state", ["accepted", "booked", "in-progress", "paused"])
def test_it_finished_from_wherever_it_stood(sqlite_app: Flask, browser: Browser, loop: World, state: str) -> None:
    made = loop.introduction(state)
    told = {"how": "finished", "result": "achieved", "why_no_measure": "not-used", **on("last_contact", -1)}
    page = browser.follow(ended(browser, made, **told))
    assert page.words("h1") == ["Answered, thank you"]
    known = db.session.get_one(Introduction, made.id)
    assert known.state == "completed" and (known.report or {})["result"] == "achieved"


def test_it_ended_early_or_never_began_for_a_reason(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("in-progress")
    told = {"how": "early", "result": "partly", "why_no_measure": "declined", **on("last_contact", 0)}
    assert "Choose a reason" in ended(browser, made, 422, **told).words(".error-summary")[0]
    ended(browser, made, **told, reason="moved-away")
    assert state_of(made) == "ended-early"
    other = loop.introduction("accepted")
    ended(browser, other, how="not-started", reason="no-longer-wants")
    assert state_of(other) == "not-started"


def test_it_still_goes_on_and_what_lacks_is_said(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("in-progress")
    told = ended(browser, made, 422, how="finished").words(".error-summary")[0]
    for sentence in ("Say how it turned out", "Enter the date of the last contact", "Say why there is none"):
        assert sentence in told
    for days in (3, -800):
        page = ended(browser, made, 422, how="finished", **on("last_contact", days))
        assert "not in the future and not more than 2 years ago" in page.words(".error-summary")[0]
    ended(browser, made, how="still")
    assert state_of(made) == "in-progress"
    assert db.session.query(IntroductionEvent).filter_by(introduction_id=made.id, verb="still_going").count() == 1


def test_a_replayed_or_old_form_changes_nothing_twice(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("booked")
    address = f"{link(made, 'attendance')}/came"
    typed = {**hidden(browser, address), "press": "came", "status": "attended"}
    browser.post(address, typed, expect=303)
    assert browser.post(address, typed, expect=200).words("h1") == ["Already answered, thank you"]
    assert db.session.query(IntroductionEvent).filter_by(introduction_id=made.id, verb="start_booked").count() == 1


def test_a_form_of_an_older_version_is_told_what_stands(sqlite_app: Flask, browser: Browser, loop: World) -> None:
    made = loop.introduction("in-progress")
    address = f"{link(made, 'ending')}/ended"
    told = {
        "how": "finished",
        "result": "partly",
        "why_no_measure": "declined",
        "onward": "A walk.",
        **on("last_contact", 0),
    }
    typed = {**hidden(browser, address), "press": "ended", **told, "version": "1"}
    page = browser.post(address, typed, expect=409)
    assert "Someone else changed this" in page.main and page.one("#onward").get_text() == "A walk."
    assert state_of(made) == "in-progress"
