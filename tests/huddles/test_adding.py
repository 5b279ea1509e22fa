"""Whom somebody may put on the board: people they hold, by caseload or referral; never a name, and nobody twice."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.huddles.models import HuddleCase
from portal.people.models import Consent
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World, agree, make_person
from tests.support.teams import AREA, TeamWorld, join

AsUser = Callable[..., Browser]


def told(reference: str, **typed: str) -> dict[str, str]:
    return {"who": "", "reference": reference, "why": "Home on Friday", "lead": "", "key": "k" * 24, **typed}


def test_a_link_worker_picks_from_the_caseload(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    browser, address = as_user(team.worker), f"{team.at()}/cases"
    page = browser.get(address)
    assert "A.P." in page.main and "Penhaligon" not in page.html and team.person.shown_reference not in page.main
    sent = told("", who=other.reference, lead=f"member:{team.at_work.id}")
    answer = browser.post(address, sent, expect=303)
    assert browser.post(address, sent, expect=303).headers["Location"] == answer.headers["Location"]
    page = browser.follow(answer)
    assert "Who may see it: Wharfside Link Workers. Nobody else in the team can." in page.main
    assert db.session.query(HuddleCase).filter_by(person_id=other.id).one().lead_id == team.at_work.id
    assert "1 case not shared with you" in as_user(team.adviser).get(team.at()).main


def test_the_form_of_one_page_sent_with_somebody_else_chosen_puts_them_on_the_board_too(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    first, second = (team.somebody(given_name=name, family_name="Penhaligon") for name in ("Arlo", "Bea"))
    browser, address = as_user(team.worker), f"{team.at()}/cases"
    browser.post(address, told("", who=first.reference), expect=303)
    answer = browser.post(address, told("", who=second.reference), expect=303)
    assert second.reference in answer.headers["Location"]
    assert "B.P." in browser.follow(answer).main
    for person in (first, second):
        assert db.session.query(HuddleCase).filter_by(person_id=person.id).count() == 1
    page = browser.post(address, told("", who=second.reference, why="Said better"), expect=422)
    assert "This person is on the board already." in page.main
    assert db.session.query(HuddleCase).filter_by(person_id=second.id).one().why == "Home on Friday"


def test_a_group_brings_who_was_referred_to_it(app: Flask, team: TeamWorld, make: Make, as_user: AsUser) -> None:
    loop = World(make.organisation("Elsewhere Link Workers"), team.housing, make.service(organisation=team.housing))
    introduction = loop.introduction("accepted")
    worker = make_user("group-worker", organisation=team.housing, name="Gus Ferndale")
    join(team.team, worker, team.housing, "community")
    from_area = make_user("team-member", area=AREA, name="Nobody")
    join(team.team, from_area, team.money, "money")
    worker.memberships.append(from_area.memberships[0].__class__(role="team-member", area=AREA))
    db.session.commit()
    address = f"{team.at()}/cases"
    browser = as_user(worker)
    page = browser.get(address)
    assert introduction.shown_reference in page.main and loop.person.reference not in page.html
    browser.post(address, told(introduction.shown_reference), expect=303)
    row = db.session.query(HuddleCase).filter_by(person_id=loop.person.id).one()
    assert row.introduction_id == introduction.id
    refused = as_user(from_area).post(address, told(introduction.shown_reference, key="o" * 24), expect=422)
    assert "We know nobody by this reference" in refused.main


@pytest.mark.parametrize("how", ["no-needs", "shut"])
def test_the_list_offers_nobody_whom_the_form_refuses(
    app: Flask, team: TeamWorld, make: Make, as_user: AsUser, how: str
) -> None:
    loop = World(make.organisation("Elsewhere Link Workers"), team.housing, make.service(organisation=team.housing))
    introduction = loop.introduction("accepted")
    worker = make_user("group-worker", organisation=team.housing, name="Gus Ferndale")
    join(team.team, worker, team.housing, "community")
    from_area = make_user("team-member", area=AREA, name="Nobody")
    worker.memberships.append(from_area.memberships[0].__class__(role="team-member", area=AREA))
    db.session.commit()
    address = f"{team.at()}/cases"
    assert introduction.shown_reference in as_user(worker).get(address).main
    if how == "no-needs":
        for held in db.session.query(Consent).filter_by(person_id=loop.person.id, organization_id=team.housing.id):
            held.scopes = ["demographics"]
    else:
        loop.person.shut_at = clock.now()
    db.session.commit()
    page = as_user(worker).get(address)
    assert introduction.shown_reference not in page.main and loop.person.initials not in page.main
    assert page.one("label[for=reference]").get_text() == "The reference of the person, or of a referral"
    as_user(worker).post(address, told(introduction.shown_reference), expect=422)


def test_where_there_is_nobody_to_pick_from_no_word_speaks_of_a_list(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    address = f"{team.at()}/cases"
    for who in (team.adviser, team.worker):  # the only person of the worker's is on the board
        browser = as_user(who)
        page = browser.get(address)
        assert page.one("label[for=reference]").get_text() == "The reference of the person, or of a referral"
        assert "Enter a reference" in browser.post(address, told(""), expect=422).main
        page = browser.post(address, told("K7PH-4MWX"), expect=422)
        assert "We know nobody by this reference" in page.main
        assert "list" not in page.one(".error-summary").get_text() and "Or the reference" not in page.main
    team.somebody(given_name="Arlo", family_name="Penhaligon")
    browser = as_user(team.worker)
    assert browser.get(address).one("label[for=reference]").get_text().startswith("Or the reference of somebody else")
    assert "Choose somebody, or enter a reference" in browser.post(address, told(""), expect=422).main
    assert "choose somebody from the list" in browser.post(address, told("K7PH-4MWX"), expect=422).main


def test_nobody_else_is_found_and_the_answer_is_always_the_same(
    sqlite_app: Flask, team: TeamWorld, make: Make, as_user: AsUser
) -> None:
    elsewhere = make_person(make.organisation("Elsewhere Link Workers"))
    address, sentences = f"{team.at()}/cases", set()
    script = "<script>alert(1)</script>"
    for typed in (elsewhere.reference, "K7PH-4MWX", "Quilla Vantongeren", "=cmd|' /C calc'!A0", script, "\x00" * 9):
        page = as_user(team.worker).post(address, told(typed), expect=422)
        sentences.add(page.one(".error-summary").get_text(" ", strip=True))
        assert "<script>alert" not in page.html and page.one("#why")["value"] == "Home on Friday"
    assert len(sentences) == 2  # nobody is known by it; or nothing that can be seen was typed
    hidden = as_user(team.adviser).post(address, told(team.somebody().reference), expect=422)
    assert "We know nobody by this reference" in hidden.main
    assert db.session.query(HuddleCase).count() == 1


def test_nobody_is_on_a_board_twice(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    page = as_user(team.worker).post(f"{team.at()}/cases", told(team.person.shown_reference), expect=422)
    assert "This person is on the board already." in page.main
    assert db.session.query(HuddleCase).count() == 1


def test_who_leads_may_see_the_case(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    sent = told(other.reference, lead=f"member:{team.at_money.id}")
    page = as_user(team.worker).post(f"{team.at()}/cases", sent, expect=422)
    assert "The person has not agreed to share with Bridge Street Debt Help" in page.main
    agree(other, team.money)
    as_user(team.worker).post(f"{team.at()}/cases", sent, expect=303)


def test_a_record_that_is_shut_cannot_be_brought(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    other.shut_at = other.created_at
    db.session.commit()
    as_user(team.worker).post(f"{team.at()}/cases", told(other.reference), expect=422)
    assert db.session.query(HuddleCase).count() == 1
