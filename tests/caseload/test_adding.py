"""Adding a person: few fields, each checked; somebody whom the team knows is shown, of other teams nothing is said."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.people.models import Person
from tests.factories import Make
from tests.support.page import Browser
from tests.support.referrals import NUMBER, World, make_person, make_team

AsUser = Callable[..., Browser]


def filled(browser: Browser, **changes: Any) -> dict[str, Any]:
    """The form as the page gave it, filled in."""
    told: dict[str, Any] = {
        **{name: value for name, value in browser.get("/clients/new").form("/clients/new").items() if name in {"key", "team"}},
        "given_name": "Tamsin", "family_name": "Oddie", "birth_date-day": "27", "birth_date-month": "3",
        "birth_date-year": "1964", "postcode": "LE2 0QB", "ways": ["phone"], "phone": "07700 900982", "voicemail": "no",
        "language": "gu", "interpreter": "y", "needs": ["loneliness"], "what_matters": "Tea.", "no_number": "not-known",
    }  # fmt: skip
    return {**told, **changes}


def added() -> list[Person]:
    return db.session.query(Person).filter(Person.form_key.is_not(None)).all()


def test_somebody_new_is_on_the_caseload_of_who_adds_them(app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    sent = filled(browser)
    first = browser.post("/clients/new", data=sent, expect=303)
    again = browser.post("/clients/new", data=sent, expect=303)
    assert first.headers["Location"] == again.headers["Location"], "the same form twice makes one"
    (person,) = added()
    assert first.headers["Location"] == f"/clients/{person.reference}"
    assert (person.worker_id, person.organization_id) == (loop.worker.id, loop.team.id)
    assert (person.name, person.birth_date, person.district) == ("Tamsin Oddie", "1964-03-27", "LE2")
    assert person.contact == {"ways": ["phone"], "phone": "+447700900982", "voicemail": False}
    assert person.access == {"language": "gu", "interpreter": True}
    assert person.no_nhs_number_reason == "not-known"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"given_name": "", "family_name": ""}, "Enter a name"),
        ({"birth_date-day": "", "birth_date-month": "", "birth_date-year": ""}, "Enter the date of birth, or choose"),
        ({"birth_date-year": "1850"}, "This date is more than 130 years ago"),
        ({"birth_date-year": "2090"}, "This date is in the future"),
        ({"nhs_number": "999 000 0019"}, "Enter a 10 digit NHS number"),
        ({"postcode": ""}, "Enter a full UK postcode"),
        ({"postcode": "Leicester"}, "Enter a full UK postcode"),
        ({"ways": []}, "Choose at least one way to reach them"),
        ({"phone": ""}, "Enter a phone number"),
        ({"phone": "12"}, "Enter a phone number"),
        ({"voicemail": ""}, "Say whether it is safe to leave a message"),
        ({"ways": ["e-mail"], "email": "nobody"}, "Enter an e-mail address"),
    ],
)
def test_what_lacks_is_said_at_its_field_and_what_was_typed_stays(
    sqlite_app: Flask, loop: World, as_user: AsUser, changes: dict[str, Any], sentence: str
) -> None:
    browser = as_user(loop.worker)
    page = browser.post("/clients/new", data=filled(browser, **changes), expect=422)
    assert sentence in page.one(".error-summary").get_text()
    assert page.select(".field__error")
    assert "Tea." in page.one("textarea").get_text()
    assert not added()


def test_no_fixed_address_stands_for_a_postcode(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    browser.post("/clients/new", data=filled(browser, postcode="", no_fixed_abode="y"), expect=303)
    assert added()[0].details == {"no_fixed_abode": True}


def test_a_number_that_the_team_knows_leads_to_its_record_and_makes_no_second(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    known = make_person(loop.team, given_name="Wren", family_name="Abbot", nhs_number=NUMBER)
    browser = as_user(loop.worker)
    for sure in ("", "yes"):
        page = browser.post("/clients/new", data=filled(browser, nhs_number=NUMBER, sure=sure), expect=409)
        assert "Your team knows this NHS number already." in page.main
        assert page.one(".frame a")["href"] == f"/clients/{known.reference}"
        assert "Abbot" not in page.html
    assert not added()


def test_the_same_surname_and_birth_date_is_asked_about_and_may_be_somebody_else(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    from datetime import date

    make_person(loop.team, given_name="Wren", family_name="oddie", birth_date=date(1964, 3, 27))
    browser = as_user(loop.worker)
    sent = filled(browser)
    page = browser.post("/clients/new", data=sent, expect=409)
    assert "Your team knows somebody of this surname and date of birth." in page.main
    assert "Wren" not in page.html
    browser.post("/clients/new", data={**sent, "sure": "yes"}, expect=303)
    assert len(added()) == 1


def test_of_what_another_team_knows_nothing_is_said(
    sqlite_app: Flask, loop: World, make: Make, as_user: AsUser
) -> None:
    from datetime import date

    other = make.organisation("Far Away Link Workers")
    make_team(other)
    make_person(other, given_name="Tamsin", family_name="Oddie", birth_date=date(1964, 3, 27), nhs_number=NUMBER)
    browser = as_user(loop.worker)
    browser.post("/clients/new", data=filled(browser, nhs_number=NUMBER), expect=303)
    assert [one.organization_id for one in added()] == [loop.team.id]
