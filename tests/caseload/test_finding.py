"""Finding a person: by name, reference or number, within one's own team alone; nothing that was typed stands in an address."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core.audit import AuditEntry
from portal.core.extensions import db
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.people import make_user
from tests.support.referrals import NUMBER, World, make_person, make_team

AsUser = Callable[..., Browser]


def found(page: Page) -> list[str]:
    return [str(link["href"]).rpartition("/")[2] for link in page.select(".sheet__list a")]


@pytest.mark.parametrize("typed", ["vantongeren", "QUILLA V", "van", NUMBER, "999 000 0018"])
def test_a_name_in_parts_or_a_number_finds_somebody(
    sqlite_app: Flask, loop: World, as_user: AsUser, typed: str
) -> None:
    person = make_person(loop.team, worker=loop.worker, nhs_number=NUMBER)
    db.session.delete(loop.person)
    db.session.commit()
    page = as_user(loop.worker).post("/caseload/find", data={"who": typed}, expect=200)
    assert found(page) == [person.reference]
    told = db.session.query(AuditEntry).filter_by(action="person.found").one()
    assert told.subject_id == str(person.id)
    assert typed not in str(told.details)


def test_a_reference_of_a_person_or_of_an_introduction_finds_them(app: Flask, loop: World, as_user: AsUser) -> None:
    one = loop.introduction("sent")
    browser = as_user(loop.worker)
    for reference in (loop.person.shown_reference, one.shown_reference.lower(), one.referral.reference):
        page = browser.post("/caseload/find", data={"who": reference}, expect=200)
        assert found(page) == [loop.person.reference]


def test_people_of_the_team_are_found_and_those_of_another_are_not(
    app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    other = make.organisation("Far Away Link Workers")
    make_team(other)
    far = make_person(other, given_name="Quilla", family_name="Faraway", nhs_number=NUMBER)
    colleague = make_user("link-worker", organisation=loop.team)
    browser = as_user(colleague)
    page = browser.post("/caseload/find", data={"who": "quilla"}, expect=200)
    assert found(page) == [loop.person.reference]
    assert "On a colleague’s caseload" in page.main
    for typed in (NUMBER, far.reference, "Faraway"):
        page = browser.post("/caseload/find", data={"who": typed}, expect=200)
        assert "Nobody of your team fits" in page.main
        assert "Faraway" not in page.html.replace(f'value="{typed}"', "")


def test_a_look_for_somebody_whom_the_team_does_not_have_is_noted_without_the_words(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    for words in ("999 000 0018", "K7PH-4MWX", "Zebrafinch"):
        as_user(loop.worker).post("/caseload/find", {"who": words}, expect=200)
    told = db.session.query(AuditEntry).filter_by(action="person.not_found").all()
    assert {(one.actor_id, one.details["by"]) for one in told} == {
        (str(loop.worker.id), how) for how in ("number", "name")
    }
    assert len(told) == 3 and not any("0018" in str(one.details) or "Zebra" in str(one.details) for one in told)


def test_nothing_typed_is_a_problem_of_the_field(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    page = as_user(loop.worker).post("/caseload/find", data={"who": " "}, expect=422)
    assert "Enter a name, a reference or an NHS number" in page.main
