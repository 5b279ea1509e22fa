"""Bringing somebody to the huddle from their record or a referral: one press, once, and only whom one holds."""

from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Membership
from portal.core.extensions import db
from portal.huddles.models import HuddleCase
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import browser_as, make_user
from tests.support.referrals import World, make_person
from tests.support.teams import TeamWorld, leave


@pytest.fixture
def worker(app: Flask, team: TeamWorld) -> Browser:
    return browser_as(app, team.worker)


def pressed(page: Any) -> dict[str, str]:
    """What the button sends."""
    form = page.one('form[action="/huddle/bring"]')
    return {str(tag["name"]): str(tag["value"]) for tag in form.select("input")}


def test_one_press_on_a_record_opens_the_case_on_the_board(team: TeamWorld, worker: Browser) -> None:
    other = make_person(team.workers, worker=team.worker, given_name="Osric", needs=("debt", "food"))
    sent = pressed(worker.get(f"/clients/{other.reference}"))
    board = worker.follow(worker.post("/huddle/bring", sent, expect=303))
    case = db.session.query(HuddleCase).filter_by(person_id=other.id).one()
    assert case.why == "Debt and money advice, Food banks and low-cost meals" and case.lead_id == team.at_work.id
    assert board.one("#case") and "On the board of the next huddle" in board.text
    worker.post("/huddle/bring", sent, expect=303)
    worker.post("/huddle/bring", {**sent, "key": "k" * 30}, expect=303)
    assert db.session.query(HuddleCase).filter_by(person_id=other.id).count() == 1, "once, however often it is pressed"


def test_who_is_on_it_already_stays_as_they_are(team: TeamWorld, worker: Browser) -> None:
    before = team.case.why
    worker.post("/huddle/bring", pressed(worker.get(f"/clients/{team.person.reference}")), expect=303)
    assert db.session.query(HuddleCase).one().why == before


def test_nobody_is_brought_whom_one_does_not_hold(app: Flask, team: TeamWorld, worker: Browser, make: Make) -> None:
    elsewhere = make.organisation("Mill Lane Link Workers")
    stranger = make_person(elsewhere, worker=make_user("link-worker", organisation=elsewhere), given_name="Ada")
    for reference in (stranger.reference, "K7PH-4MWX", "", "x" * 400, "\x00"):
        worker.post("/huddle/bring", {"reference": reference}, expect=404)
    browser_as(app, team.adviser).post("/huddle/bring", {"reference": stranger.reference}, expect=404)
    assert db.session.query(HuddleCase).count() == 1


def test_who_is_in_no_team_today_is_told_so_and_brings_nobody(app: Flask, team: TeamWorld) -> None:
    leave(team.at_work)
    worker = browser_as(app, team.worker)
    other = make_person(team.workers, worker=team.worker, given_name="Osric")
    answer = worker.post("/huddle/bring", pressed(worker.get(f"/clients/{other.reference}")), expect=303)
    assert "You are in no neighbourhood team today" in worker.follow(answer).text
    assert db.session.query(HuddleCase).count() == 1


def test_who_may_not_work_in_teams_sees_no_button(app: Flask, team: TeamWorld) -> None:
    worker = browser_as(app, make_user("link-worker", organisation=team.workers))
    assert not worker.get(f"/clients/{team.person.reference}").select('form[action="/huddle/bring"]')
    worker.post("/huddle/bring", {"reference": team.person.reference}, expect=403)


def test_from_a_referral_the_case_knows_which(app: Flask, team: TeamWorld, worker: Browser, make: Make) -> None:
    world = World(make.organisation("Mill Lane Link Workers"), team.housing, make.service(organisation=team.housing))
    one = world.introduction("sent")
    team.adviser.memberships.append(Membership(role="group-worker", organization_id=team.housing.id))
    db.session.commit()
    adviser = browser_as(app, team.adviser)
    adviser.post("/huddle/bring", {"reference": one.reference}, expect=303)
    case = db.session.query(HuddleCase).filter_by(person_id=one.person_id).one()
    assert case.introduction_id == one.id and case.why == "Feeling lonely or cut off"
