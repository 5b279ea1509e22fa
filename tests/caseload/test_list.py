"""The caseload: who is due and why, the views, the strip of news, several at once, and how much it asks the database."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.people.actions import set_next_step
from portal.referrals import answering, sending, visiting
from portal.referrals.guards import Given
from portal.referrals.models import IntroductionEvent
from tests.factories import MONDAY, Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World, agree, introduce, make_person

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
def test_nobody_is_due_says_what_is_true_and_one_way_on(app: Flask, loop: World, as_user: AsUser) -> None:
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


@pytest.mark.usefixtures("_tuesday")
def test_own_words_and_a_time_stand_in_the_middle(app: Flask, loop: World, as_user: AsUser) -> None:
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
