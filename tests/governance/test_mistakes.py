"""What was entered by mistake waits for a second person, who confirms it or says that it was none."""

from collections.abc import Callable

import pytest

from portal.core.extensions import db
from portal.referrals import ending, events
from portal.referrals.models import Introduction
from tests.factories import Make
from tests.support.page import Browser
from tests.support.referrals import World

pytestmark = pytest.mark.usefixtures("sqlite_app")
AsUser = Callable[..., Browser]


@pytest.fixture
def asked(loop: World) -> Introduction:
    """It was accepted, and the link worker says that it was a mistake: the group has it, so they cannot end it so."""
    one = loop.introduction("accepted")
    assert ending.mark_error(one, by=loop.asks(one), words="Meant for her sister.") is False
    db.session.commit()
    return one


@pytest.fixture
def desk(make: Make, as_user: AsUser) -> Browser:
    """The browser of information governance."""
    return as_user(make.user("information-governance", name="Ines Govan"))


def test_information_governance_confirms_what_a_worker_said(asked: Introduction, desk: Browser) -> None:
    assert asked.shown_reference in desk.get("/records/mistakes").main
    address = f"/records/mistakes/{asked.reference}"
    assert "Meant for her sister." in desk.get(address).main
    assert "Say in a sentence why" in desk.post(address, {"words": "", "answer": "confirm"}, expect=422).main
    desk.post(address, {"words": "The practice says so too.", "answer": "confirm"}, expect=303)
    assert asked.state == "entered-in-error"
    desk.get(address, expect=404)
    assert asked.shown_reference not in desk.get("/records/mistakes").main


def test_it_may_say_that_it_was_none_and_then_it_stays(asked: Introduction, desk: Browser) -> None:
    address = f"/records/mistakes/{asked.reference}"
    desk.post(address, {"words": "It is the right person.", "answer": "refuse"}, expect=303)
    assert (asked.state, asked.error_asked_by_id) == ("accepted", None)
    assert [one.words for one in events.of_introduction(asked.id) if one.verb == "no_error"] == [
        "It is the right person."
    ]
    desk.post(address, {"words": "Once more.", "answer": "refuse"}, expect=404)


def test_nobody_else_decides_it_here(asked: Introduction, loop: World, as_user: AsUser) -> None:
    for user in (loop.worker, loop.group_worker):
        as_user(user).get("/records/mistakes", expect=403)
        as_user(user).post(f"/records/mistakes/{asked.reference}", {"words": "x", "answer": "confirm"}, expect=403)
    assert asked.state == "accepted"
