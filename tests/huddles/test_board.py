"""The board: who sees which case, what stands on it, an action in two clicks, and how many questions it asks the database."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.huddles.models import Huddle, HuddleAction, HuddleAttendance, HuddleCase, HuddleNote
from tests.huddles.pages import fill
from tests.support.page import Browser
from tests.support.referrals import agree
from tests.support.teams import TeamWorld

AsUser = Callable[..., Browser]
BOARD_AT_MOST = 15


def test_who_may_see_a_case_sees_it_and_others_see_that_there_is_one(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    for who in (team.worker, team.adviser):
        page = as_user(who).get(team.at())
        assert "Q.V." in page.main and team.person.shown_reference in page.main
        assert "Cold home, unpaid carer" in page.main and "1 case: 1 new" in page.main
        assert "not shared with you" not in page.main and "Vantongeren" not in page.html
    for who in (team.stranger, team.coordinator):
        page = as_user(who).get(team.at())
        assert "1 case not shared with you. The person has not agreed to share with your organisation." in page.main
        assert "0 cases" in page.main and "1 new" not in page.main
        for told in ("Q.V.", team.person.reference, team.person.shown_reference, "Cold home", str(team.case.id)):
            assert told not in page.html


def test_an_action_takes_two_clicks_and_saves_what_was_typed_with_it(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    page = browser.get(browser.get(team.at()).link("Q.V.").partition("#")[0])  # the first click
    sent = fill(page, team.case_at(), what="Ask landlord for a repair date", situation="No heating.", do="add")
    assert sent["owner"] == f"member:{team.at_work.id}" and sent["due"] == "2026-12-01"
    browser.post(team.case_at(), sent, expect=303)  # the second
    row = db.session.query(HuddleAction).one()
    assert (row.what, row.owner_id, row.due_on) == (
        "Ask landlord for a repair date",
        team.at_work.id,
        date(2026, 12, 1),
    )
    assert db.session.query(HuddleNote).one().situation == "No heating."
    browser.post(team.case_at(), sent, expect=303)  # sent twice it is agreed once
    assert db.session.query(HuddleAction).count() == 1
    told = browser.get(team.at()).main
    assert "Ask landlord for a repair date" in told and "Link worker, Wharfside Link Workers" in told


def test_opening_a_board_leaves_an_entry_for_each_person_who_was_shown(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    team.add_case(other)
    as_user(team.adviser).get(team.at())
    read = db.session.query(AuditEntry).filter_by(action="person.read", actor_id=str(team.adviser.id)).all()
    assert [(one.subject_id, one.details) for one in read] == [(str(team.person.id), {"what": "huddle"})]


def test_who_is_here_is_noted_by_role_and_organisation(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    page = browser.get(team.at())
    assert "Who is here: 0 of 3 ticked" in page.main and "Housing adviser, Housing Help Desk" in page.main
    here = [str(team.at_housing.id), str(team.at_work.id), "nobody", str(team.case.id)]
    browser.post(f"{team.at()}/here", {"here": here}, expect=303)
    assert {one.member_id for one in db.session.query(HuddleAttendance)} == {team.at_housing.id, team.at_work.id}
    assert "Who is here: 2 of 3 ticked" in browser.get(team.at()).main


def test_a_board_of_forty_cases_asks_fifteen_questions_at_most(
    app: Flask, team: TeamWorld, as_user: AsUser, count_statements: Callable[[], Any]
) -> None:
    browser, address = as_user(team.worker), f"{team.at()}?show=all&open={team.person.reference}"
    with count_statements() as few:
        browser.get(address)
    huddle = Huddle(team_id=team.team.id, neighbourhood_id=team.place.id, held_on=clock.today())
    db.session.add(huddle)
    db.session.flush()
    for number in range(39):
        person = team.somebody(given_name=f"Ada{number}", family_name="Byron")
        agree(person, team.housing)
        case = team.add_case(person, f"Number {number}", opened_on=clock.today() - timedelta(days=number))
        told = {"huddle_id": huddle.id, "case_id": case.id, "person_id": person.id, "owner_kind": "housing"}
        db.session.add(HuddleAction(what="Phone", due_on=clock.today() + timedelta(days=number - 10), **told))
    db.session.commit()
    with count_statements() as many:
        page = browser.get(address)
    assert "40 cases: 10 overdue" in page.main
    assert len(many) <= len(few) <= BOARD_AT_MOST, "\n".join(few)
    assert db.session.query(HuddleCase).count() == 40
