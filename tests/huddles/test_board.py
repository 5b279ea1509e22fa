"""The board: who sees which case, what stands on it, an action in two clicks, and how many questions it asks the database."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask

from portal.core import choices, clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.remembered import forget
from portal.huddles.models import Huddle, HuddleAction, HuddleAttendance, HuddleCase, HuddleNote
from tests.factories import Make
from tests.huddles.pages import ask_for_a_lift, day, fill, fill_board
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.teams import TeamWorld, join

AsUser = Callable[..., Browser]
BOARD_AT_MOST = 15
HERE = {"neighbourhood_code": "E02002847"}


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
        assert "1 case not shared with you." in page.main and "1 new" not in page.main
        assert ("agreed to share with your organisation" in page.main) == (who is team.stranger)
        assert ("0 cases" in page.main) == (who is team.stranger)
        for told in ("Q.V.", team.person.reference, team.person.shown_reference, "Cold home", str(team.case.id)):
            assert told not in page.html


def test_a_coordinator_is_told_whom_cases_show_to_and_what_they_do_here(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    page = as_user(team.coordinator).get(team.at())
    assert "Cases show to members of organisations that the person agreed to share with." in page.main
    assert "Here you can note who is here and report a gap." in page.main
    assert page.link("Who is in the team, and where it works") == f"/teams/{team.team.id}"
    assert "A member of the team finishes the huddle." in page.main
    ways = {one.get_text(strip=True) for one in page.select("main a")}
    assert not ways & {"Finish huddle", "Add a case"} and page.select("form[action$='/here']")
    member = as_user(team.stranger).get(team.at())
    assert "Cases show to members" not in member.main
    assert {"Finish huddle", "Add a case"} <= {one.get_text(strip=True) for one in member.select("main a")}


def test_what_a_board_offers_a_coordinator_not_its_address_refuses_too(
    app: Flask, team: TeamWorld, as_user: AsUser, mailbox: Mailbox
) -> None:
    browser = as_user(team.coordinator)
    case = {"reference": team.person.reference, "why": "Typed all the same", "lead": "", "key": "once"}
    for address, sent in (("finish", day("next_on", "2026-12-01")), ("cases", case)):
        for told in (
            browser.get(f"{team.at()}/{address}", expect=403),
            browser.post(f"{team.at()}/{address}", sent, expect=403),
        ):
            assert "This is for members of the team" in told.main and "in it for no organisation" in told.main
            assert told.link("Back to the huddle") == team.at() and team.person.reference not in told.html
    assert db.session.query(Huddle).count() == 0 and db.session.query(HuddleCase).count() == 1 and not mailbox.all
    join(team.team, team.coordinator, team.money, "money")  # in it for an organisation, they take part
    assert "Finish huddle" in browser.get(team.at()).main and browser.get(f"{team.at()}/cases")
    browser.post(f"{team.at()}/finish", day("next_on", "2026-12-01"), expect=303)
    assert db.session.query(Huddle).one().finished_by_id == team.coordinator.id


def test_what_folds_a_case_is_not_called_closing_it(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    page = as_user(team.worker).get(f"{team.at()}?open={team.person.reference}")
    ways = [" ".join(one.get_text(" ").split()) for one in page.select(".huddle-ways a")]
    assert f"Fold Q.V., {team.person.shown_reference}" in ways and "Take off the board" in ways
    assert "Close" not in page.main and "Start a 36-minute timer" in page.html


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


def test_two_laptops_note_who_is_here_and_neither_loses_the_others_ticks(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    address = f"{team.at()}/here"
    one, other = as_user(team.worker), as_user(team.adviser)
    work, housing, money = (str(member.id) for member in (team.at_work, team.at_housing, team.at_money))

    def shown(browser: Browser) -> str:
        return str(browser.get(team.at()).one(f'form[action="{address}"] [name=shown_here]')["value"])

    def here() -> set[str]:
        db.session.rollback()
        return {str(row.member_id) for row in db.session.query(HuddleAttendance)}

    empty = shown(one)
    one.post(address, {"here": [work, money], "shown_here": empty}, expect=303)
    other.post(address, {"here": [housing, money], "shown_here": empty}, expect=303)
    assert here() == {work, housing, money}
    all_three = shown(other)
    assert set(all_three.split()) == {work, housing, money}
    one.post(address, {"here": [work, money], "shown_here": all_three}, expect=303)
    other.post(address, {"here": [housing, work], "shown_here": all_three}, expect=303)
    assert here() == {work}, "each took off one, and neither put back what the other took off"


def test_a_case_in_hand_that_folded_away_is_two_clicks_from_done(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    fill_board(team, 20)
    browser = as_user(team.adviser)
    page = browser.get(team.at())
    drawn, folded = page.select(".huddle-cases tbody th a"), page.select(".huddle-folded a")
    assert len(drawn) == 12 and len(folded) == 8 and "Show 8 more cases in hand" in page.main
    shut = next(one for one in db.session.query(HuddleCase) if one.why == "Number 18")
    link = next(one for one in folded if shut.person.reference in one["href"])
    assert link.get_text(" ", strip=True) == f"S.B. {shut.person.shown_reference}" and "Number 18" not in page.html
    read = db.session.query(AuditEntry).filter_by(action="person.read", actor_id=str(team.adviser.id))
    assert len({one.subject_id for one in read}) == read.count() == 20
    page = browser.get(link["href"].partition("#")[0])  # the first click
    assert "Number 18" in page.main and len(page.select(".huddle-folded a")) == 7
    browser.post(page.one(".huddle-todo form")["action"], expect=303)  # the second
    assert db.session.query(HuddleAction).filter_by(case_id=shut.id).one().ended_as == "done"


def test_a_board_of_forty_cases_asks_fifteen_questions_at_most_whatever_has_to_be_read_anew(
    app: Flask, team: TeamWorld, as_user: AsUser, make: Make, count_statements: Callable[[], Any]
) -> None:
    """The worst load: all of it shown, a case open, a set on a case, the session seen a minute on, and two things read anew: the
    strip, and what administrators chose for the site, which `count_statements` leaves out since it belongs to the process.
    """
    for state in ("space", "full"):
        make.service(state, place=HERE, space_state=state, space_said_at=clock.now())
    make.service("Night Cafe", needs=("crisis",), place=HERE, sessions=[make.session("TU", "18:00", "23:00")])
    ask_for_a_lift(team, make)
    fill_board(team)
    browser, address = as_user(team.worker), f"{team.at()}?open={team.person.reference}"
    for minutes, way in ((2, address), (4, f"{address}&show=all")):
        browser.get(way)
        with count_statements() as kept:
            browser.get(way)
        with clock.freeze(clock.now() + timedelta(minutes=minutes)):
            forget()
            del app.extensions[choices.KEPT]
            with count_statements() as anew:
                page = browser.get(way)
            chosen_anew = int(app.extensions[choices.KEPT].read_at > float("-inf"))
        assert "40 cases: 10 overdue" in page.main and "Night Cafe" in page.main and "Lift" in page.main
        assert any("UPDATE user_session" in one for one in anew) and any("service_at_location" in one for one in anew)
        assert chosen_anew == 1 and len(kept) + 2 == len(anew) <= BOARD_AT_MOST - chosen_anew, [
            " ".join(one.split())[:90] for one in anew
        ]
