"""Several people at once: what will happen is shown first; the action looks again; nobody else's people are touched."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.people.actions import set_next_step
from portal.referrals.models import Introduction, IntroductionEvent
from tests.factories import MONDAY, Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World, make_person, make_team

AsUser = Callable[..., Browser]
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with clock.freeze(TUESDAY):
        yield


def chased(introduction: Introduction) -> int:
    return db.session.query(IntroductionEvent).filter_by(introduction_id=introduction.id, verb="chase").count()


def test_chasing_shows_what_happens_and_what_is_left_out_then_does_it_once(
    app: Flask, loop: World, as_user: AsUser
) -> None:
    with clock.freeze(TUESDAY - timedelta(days=5)):
        waiting = loop.introduction("sent")
        quiet = make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie")
    browser = as_user(loop.worker)
    check = browser.get(f"/caseload/chase?tick={loop.person.reference}&tick={quiet.reference}")
    assert "1 group gets a reminder" in check.main
    assert "1 is left out" in check.main
    assert "No group owes an answer" in check.main
    assert chased(waiting) == 0, "looking changes nothing"
    browser.post("/caseload/chase", data={"tick": [loop.person.reference, quiet.reference]}, expect=303)
    assert "1 reminder sent. You can chase these groups again on Friday 27 November." in browser.get("/caseload").main
    assert chased(waiting) == 1
    browser.post("/caseload/chase", data={"tick": [loop.person.reference]}, expect=303)
    assert chased(waiting) == 1, "the same sent twice reminds once"
    assert (
        "Chased 24 November. You can chase again on Friday 27 November"
        in browser.get(f"/caseload/chase?tick={loop.person.reference}").main
    )
    with clock.freeze(TUESDAY + timedelta(days=3)):
        as_user(loop.worker).post("/caseload/chase", data={"tick": [loop.person.reference]}, expect=303)
    assert chased(waiting) == 2


def test_a_group_is_not_chased_before_it_has_had_its_time(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    browser = as_user(loop.worker)
    assert (
        "They have until Thursday 26 November before a reminder"
        in browser.get(f"/caseload/chase?tick={loop.person.reference}").main
    )
    browser.post("/caseload/chase", data={"tick": [loop.person.reference]}, expect=303)
    assert chased(one) == 0


def test_a_link_worker_of_another_team_chases_and_moves_nobody(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    with clock.freeze(TUESDAY - timedelta(days=5)):
        one = loop.introduction("sent")
    other = make.organisation("Far Away Link Workers")
    make_team(other)
    stranger = as_user(make_user("link-worker", organisation=other))
    ticked = {"tick": [loop.person.reference]}
    assert loop.person.reference not in stranger.get("/caseload?view=open").html
    stranger.get(f"/caseload/chase?tick={loop.person.reference}", expect=302)
    stranger.post("/caseload/chase", data=ticked, expect=303)
    day = {"day-day": "1", "day-month": "12", "day-year": "2026"}
    stranger.post("/caseload/move", data={**ticked, **day}, expect=303)
    assert chased(one) == 0
    assert loop.person.next_on is None


def test_next_steps_move_but_for_those_that_wait_for_the_worker(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    asks = make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie")
    set_next_step(loop.person, "Meet at the library", clock.today(), None, by=loop.worker)
    with clock.freeze(TUESDAY - timedelta(days=5)):
        loop.introduction("info-requested", person=asks)
    browser = as_user(loop.worker)
    ticked = [loop.person.reference, asks.reference]
    check = browser.get(f"/caseload/move?tick={ticked[0]}&tick={ticked[1]}")
    assert "1 person moves" in check.main
    assert "A group waits for your answer" in check.main
    past = {"tick": ticked, "day-day": "24", "day-month": "11", "day-year": "2026"}
    refused = browser.post("/caseload/move", data=past, expect=422)
    assert "Enter a date in the future" in refused.main
    told = {"tick": ticked, "day-day": "1", "day-month": "12", "day-year": "2026"}
    browser.post("/caseload/move", data=told, expect=303)
    assert "1 person moved to Tuesday 1 December." in browser.get("/caseload").main
    assert loop.person.next_on is not None
    assert loop.person.next_on.isoformat() == "2026-12-01"
    assert loop.person.next_step == "Meet at the library"
    assert asks.next_on is None


def test_ticks_are_links_that_reload_with_the_boxes_set(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie")
    browser = as_user(loop.worker)
    page = browser.get("/caseload?view=open")
    assert "With ticked" in page.main
    all_of_them = browser.get(page.select('a:-soup-contains("Tick all 2")')[0]["href"])
    assert len(all_of_them.select("input[name=tick][checked]")) == 2
    assert "2 ticked" in all_of_them.main
    cleared = browser.get(all_of_them.select('a:-soup-contains("Clear ticks")')[0]["href"])
    assert not cleared.select("input[name=tick][checked]")


def test_nobody_ticked_leads_back_with_a_word(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    browser.get("/caseload/chase", expect=302)
    assert "Tick at least one person first." in browser.get("/caseload").main
