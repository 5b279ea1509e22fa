"""The caseload: who is due and why, the views, the strip of news, several at once, and how much it asks the database."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.people.actions import close, note_contact, set_next_step
from portal.referrals import answering, visiting
from portal.referrals.clocks import Clocks, set_clocks
from portal.referrals.guards import Given
from tests.factories import MONDAY
from tests.support.page import Browser
from tests.support.people import make_user, session_of
from tests.support.referrals import World, make_person

AsUser = Callable[..., Browser]
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def _tuesday() -> Iterator[None]:
    with clock.freeze(TUESDAY):
        yield


def rows(page: Any) -> dict[str, str]:
    """The words of each row by the reference of its person."""
    found = {}
    for row in page.select(".cases tr:has(input)"):
        found[row.select_one("input")["value"]] = " ".join(row.get_text(" ").split())
    return found


def at(days: int) -> Any:
    """The clock so many days before the Tuesday."""
    return clock.freeze(TUESDAY - timedelta(days=days))


@pytest.mark.usefixtures("_tuesday")
def test_nobody_is_due_says_what_is_true_and_one_way_on(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    loop.introduction("sent")
    page = as_user(loop.worker).get("/caseload")
    assert "No one is due today" in page.main
    assert "1 person is waiting for a reply." in page.main
    assert not page.select("table")
    assert as_user(loop.worker).get(page.one('a:-soup-contains("See who is waiting")')["href"]).status == 200


@pytest.mark.usefixtures("_tuesday")
def test_a_question_is_late_and_goes_before_all_else(app: Flask, loop: World, as_user: AsUser) -> None:
    with at(5):
        loop.introduction("info-requested")
    set_next_step(loop.person, "Meet at the library", clock.today(), time(15, 30), by=loop.worker)
    db.session.commit()
    page = as_user(loop.worker).get("/caseload")
    told = rows(page)[loop.person.reference]
    assert "Answer a question" in told
    assert "Larkfield Circle" not in told
    assert "Tuesday Table, asked Thursday" in told
    assert "4 days late" in told
    assert page.one(".cases__group").get_text().strip() == "Overdue: 1"
    way = str(page.one(".cases__step a")["href"])
    assert "Can they manage a gravel path?" in as_user(loop.worker).get(way).main


@pytest.mark.usefixtures("_tuesday")
def test_how_it_goes_is_asked_after_the_weeks_that_the_network_has_set(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    set_clocks(Clocks(ending_weeks=4))
    db.session.commit()
    with at(28):
        loop.introduction("in-progress")
    told = rows(as_user(loop.worker).get("/caseload"))[loop.person.reference]
    assert "Ask how it goes" in told and "Tuesday Table began 4 weeks ago" in told


@pytest.mark.usefixtures("_tuesday")
def test_own_words_and_a_time_stand_in_the_middle(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    set_next_step(loop.person, "Meet at the library", clock.today(), time(15, 30), by=loop.worker)
    db.session.commit()
    page = as_user(loop.worker).get("/caseload")
    assert "At a set time: 1" in page.main
    assert "Meet at the library" in rows(page)[loop.person.reference]
    assert "Today, 3.30pm" in rows(page)[loop.person.reference]
    assert "Meet at the library" not in page.one("title").get_text()


@pytest.mark.usefixtures("_tuesday")
@pytest.mark.parametrize(
    ("days_ago", "state", "words"),
    [
        (1, "sent", None),
        (5, "sent", "Chase Tuesday Table"),
        (5, "in-review", None),
        (7, "in-review", "Chase Tuesday Table"),
        (3, "declined", "Choose another group"),
        (3, "expired", "Choose another group"),
        (3, "completed", "Record how it ended"),
        (3, "awaiting-consent", "Ask for agreement to share"),
        (3, "draft", "Finish and send"),
        (3, "withdrawn", None),
    ],
)
def test_the_next_step_follows_from_the_introductions(
    sqlite_app: Flask, loop: World, as_user: AsUser, days_ago: int, state: str, words: str | None
) -> None:
    with at(days_ago):
        loop.introduction(state)
    told = rows(as_user(loop.worker).get("/caseload")).get(loop.person.reference)
    if words is None:
        assert told is None
    else:
        assert told is not None
        assert words in told


@pytest.mark.usefixtures("_tuesday")
def test_a_visit_tomorrow_is_called_about_today(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("accepted")
    visiting.book(one, clock.now() + timedelta(days=1, hours=5), by=loop.answers(one))
    db.session.commit()
    told = rows(as_user(loop.worker).get("/caseload"))[loop.person.reference]
    assert "Call before first visit" in told
    assert "Tuesday Table, Wednesday 2pm" in told


@pytest.mark.usefixtures("_tuesday")
def test_an_end_that_is_seen_to_asks_for_nothing(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    with at(3):
        one = loop.introduction("declined")
    one.is_acted_on = True
    db.session.commit()
    assert loop.person.reference not in rows(as_user(loop.worker).get("/caseload"))


@pytest.mark.usefixtures("_tuesday")
def test_a_date_without_words_puts_off_what_can_wait(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    with at(5):
        loop.introduction("sent")
    set_next_step(loop.person, None, clock.today() + timedelta(days=3), None, by=loop.worker)
    db.session.commit()
    browser = as_user(loop.worker)
    assert loop.person.reference not in rows(browser.get("/caseload"))
    assert "Later: 1" in browser.get("/caseload?view=open").main
    assert "The next date is Friday 27 November." in browser.get("/caseload").main


@pytest.mark.usefixtures("_tuesday")
def test_views_hold_who_waits_and_who_was_not_heard_of(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    with at(12):
        quiet = make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie")
        spoken = make_person(loop.team, worker=loop.worker, given_name="Ivo", family_name="Marsh")
    with at(2):
        note_contact(
            spoken, at=clock.now(), mode="phone", outcome="reached", by=loop.worker, organization_id=loop.team.id
        )
        note_contact(
            quiet, at=clock.now(), mode="phone", outcome="no-answer", by=loop.worker, organization_id=loop.team.id
        )
    loop.introduction("sent")
    db.session.commit()
    browser = as_user(loop.worker)
    assert set(rows(browser.get("/caseload?view=quiet"))) == {quiet.reference}
    assert set(rows(browser.get("/caseload?view=waiting"))) == {loop.person.reference}
    page = browser.get("/caseload?view=open")
    tabs = " ".join(page.one(".tabs").get_text(" ").split())
    assert tabs == "Due today 0 Waiting for a reply 1 Not heard for 10 days 1 All open 3 Closed"


@pytest.mark.usefixtures("_tuesday")
def test_filters_find_initials_and_references_and_keep_their_view(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    other = make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie", postcode="NW1 8NH")
    browser = as_user(loop.worker)
    for typed in ("to", "T.O.", other.reference, other.shown_reference.lower(), other.reference[:4]):
        assert set(rows(browser.get(f"/caseload?view=open&words={typed}"))) == {other.reference}, typed
    here = browser.get(f"/caseload?view=open&area={loop.person.neighbourhood_code}")
    assert set(rows(here)) == {loop.person.reference}
    nobody = browser.get("/caseload?view=open&words=zz")
    assert "Nobody here fits" in nobody.main
    ordered = browser.get("/caseload?view=open&order=initials")
    assert list(rows(ordered)) == [loop.person.reference, other.reference]


@pytest.mark.usefixtures("_tuesday")
def test_what_groups_did_since_the_last_session_stands_on_top(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    old = make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie")
    with at(4):
        loop.introduction("declined", person=old)
    with at(3):
        session_of(sqlite_app, loop.worker)
    with at(1):
        one = loop.introduction("sent")
        answering.decline(one, by=loop.answers(one), given=Given(reason="no-capacity"))
    db.session.commit()
    news = as_user(loop.worker).get("/caseload").one(".news").get_text(" ")
    assert "Since Saturday 9am: 1 declined" in " ".join(news.split())
    assert "Tuesday Table is full: Q.V. needs another group" in news
    assert "T.O." not in news


@pytest.mark.usefixtures("_tuesday")
def test_closed_people_and_those_of_colleagues_are_apart(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    colleague = make_user("link-worker", organisation=loop.team)
    theirs = make_person(loop.team, worker=colleague, given_name="Tamsin", family_name="Oddie")
    close(loop.person, by=loop.worker)
    db.session.commit()
    browser = as_user(loop.worker)
    assert theirs.reference not in browser.get("/caseload?view=open").html
    assert "Nobody is on your caseload yet" in browser.get("/caseload?view=open").main
    closed = browser.get("/caseload?view=closed")
    assert loop.person.shown_reference in closed.main
    assert "Vantongeren" not in closed.html


@pytest.mark.usefixtures("_tuesday")
def test_eighty_open_people_cost_at_most_twelve_statements(
    app: Flask, loop: World, as_user: AsUser, count_statements: Callable[[], Any]
) -> None:
    for number in range(79):
        make_person(loop.team, worker=loop.worker, given_name=f"Ada{number}", contact={"ways": ["through-me"]})
    with at(6):
        loop.introduction("info-requested")
    browser = as_user(loop.worker)
    browser.get("/caseload?view=open")
    for address in ("/caseload", "/caseload?view=open", "/caseload?view=open&order=initials&words=q"):
        with count_statements() as asked:
            page = browser.get(address)
        assert page.select(".cases tbody tr")
        assert len(asked) <= 12, "\n".join(asked)


@pytest.mark.usefixtures("_tuesday")
def test_the_day_on_paper_names_nobody_unless_asked_and_notes_each_reading(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    set_next_step(loop.person, "Meet at the library", clock.today(), time(15, 30), by=loop.worker)
    db.session.commit()
    browser = as_user(loop.worker)
    paper = browser.get("/caseload/day")
    assert "3.30pm Q.V." in paper.main
    assert "07700 900982" in paper.main
    assert paper.main.count("No voicemail") == 1, "said once: under how to reach them"
    assert "Vantongeren" not in paper.html
    assert "Quilla Vantongeren" in browser.get("/caseload/day?names=yes").main
    told = db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(loop.person.id))
    in_order = told.order_by(AuditEntry.number)
    assert [entry.details["what"] for entry in in_order] == ["day list", "day list with names"]
