"""Changing the parts of a record: what has to be answered, what is kept, and what becomes of two who change it at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.caseload.record_parts import PARTS
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.people.models import Person
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.referrals import NUMBER, World

AsUser = Callable[..., Browser]
CONTACT = {"ways": ["phone", "letter"], "phone": "07700 900 982", "voicemail": "no", "address": "4 Mill Lane\nLE2 0QB"}


def at(world: World, part: str) -> str:
    return f"/clients/{world.person.reference}/change/{part}"


def person_of(world: World) -> Person:
    db.session.expire_all()
    return db.session.get_one(Person, world.person.id)


def filled(page: Page) -> dict[str, object]:
    """What the form of a page would send as it stands."""
    sent: dict[str, object] = {}
    for one in page.select("main form input[type=text], main form input[type=hidden]"):
        sent[str(one["name"])] = one.get("value", "")
    for one in page.select("main form textarea"):
        sent[str(one["name"])] = one.get_text().removeprefix("\n")
    for one in page.select("main form option[selected]"):
        sent[str(one.find_parent("select")["name"])] = one["value"]  # type: ignore[index]
    for one in page.select("main form input[checked]"):
        sent.setdefault(str(one["name"]), [])
        sent[str(one["name"])] = [*sent[str(one["name"])], one["value"]]  # type: ignore[misc]
    return sent


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_a_page_that_saves_what_it_shows(
    sqlite_app: Flask, loop: World, as_user: AsUser, part: str
) -> None:
    browser, address = as_user(loop.worker), at(loop, part)
    page = browser.get(address)
    sent = filled(page)
    browser.post(address, {**sent, **(CONTACT if part == "contact" else {})}, expect=303)
    kept = person_of(loop)
    assert (kept.given_name, kept.what_matters) == ("Quilla", "To talk with somebody over tea.")
    assert kept.postcode == "LE2 0QB" and kept.version == 2
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.changed"))
    assert entry.details["part"] == part and "Quilla" not in str(entry.details)


def test_safe_contact_is_kept_as_it_is_dialled(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    as_user(loop.worker).post(at(loop, "contact"), {**CONTACT, "version": "1"}, expect=303)
    kept = person_of(loop).contact
    assert (kept["phone"], kept["voicemail"], kept["address"]) == ("+447700900982", False, "4 Mill Lane\nLE2 0QB")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"voicemail": ""}, "voicemail"),
        ({"ways": []}, "ways"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"ways": ["e-mail"], "email": ""}, "email"),
        ({"ways": ["letter"], "address": ""}, "address"),
        ({"ways": ["text"], "phone": "0116 496 0145"}, "phone"),
    ],
)
def test_a_way_of_contact_needs_what_it_goes_by(
    sqlite_app: Flask, loop: World, as_user: AsUser, told: dict[str, object], field: str
) -> None:
    page = as_user(loop.worker).post(at(loop, "contact"), {**CONTACT, "version": "1", **told}, expect=422)
    assert page.one(".error-summary a")["href"] == f"#{field}"
    assert person_of(loop).version == 1


def test_of_two_who_change_a_record_the_second_sees_both(app: Flask, loop: World, as_user: AsUser) -> None:
    browser, address = as_user(loop.worker), at(loop, "matters")
    browser.post(address, {"what_matters": "Gardening.", "needs": "loneliness", "version": "1"}, expect=303)
    page = browser.post(address, {"what_matters": "Singing.", "version": "1"}, expect=409)
    assert "Gardening." in page.one(".frame").get_text()
    assert page.one("textarea#what_matters").get_text(strip=True) == "Singing."
    assert page.one("input[name=version]")["value"] == "2"
    assert person_of(loop).what_matters == "Gardening."
    browser.post(address, {"what_matters": "Both.", "version": "2"}, expect=303)
    assert person_of(loop).what_matters == "Both."


def test_a_number_is_kept_while_its_field_is_empty(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser, told = as_user(loop.worker), {"given_name": "Quilla", "postcode": "le2 0qb"}
    browser.post(at(loop, "identity"), {**told, "nhs_number": "999 000 0018", "version": "1"}, expect=303)
    assert person_of(loop).nhs_number == NUMBER
    page = browser.get(at(loop, "identity"))
    assert NUMBER not in page.html and "ending in 018" in page.main
    browser.post(at(loop, "identity"), {**told, "version": "2"}, expect=303)
    kept = person_of(loop)
    assert (kept.nhs_number, kept.postcode, kept.district) == (NUMBER, "LE2 0QB", "LE2")
    page = browser.post(at(loop, "identity"), {**told, "nhs_number": "999 000 0019", "version": "3"}, expect=422)
    assert page.one(".error-summary a")["href"] == "#nhs_number"


def test_not_asked_and_not_told_are_told_apart(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    browser.post(at(loop, "details"), {"gender": "not-told", "veteran": "yes", "version": "1"}, expect=303)
    kept = person_of(loop).details
    assert kept["gender"] is None and kept["veteran"] == "yes" and "housing" not in kept
    said = browser.get(f"/clients/{loop.person.reference}/details").main
    assert "Gender Asked, not told" in said and "Housing Not asked yet" in said and "armed forces Yes" in said


def test_asking_about_access_is_dated_and_due_again(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    told = {"language": "gu", "interpreter": "yes", "formats": ["large-print"], "version": "1"}
    browser.post(at(loop, "access"), told, expect=303)
    kept = person_of(loop).access
    assert kept["asked_on"] < kept["review_on"] and kept["formats"] == ["large-print"] and kept["communication"] is None
    page = browser.get(f"/clients/{loop.person.reference}")
    assert "Gujarati. Interpreter needed" in page.main and "Interpreter Gujarati" in page.main
    assert "On this record and on each referral" in page.main


def test_a_story_of_three_thousand_words_stands_as_it_was_told(app: Flask, loop: World, as_user: AsUser) -> None:
    story = " ".join(["walks"] * 2_990 + ["چائے", "<b>tea</b>", "🌱👩🏽‍🌾"])
    browser = as_user(loop.worker)
    browser.post(at(loop, "matters"), {"what_matters": story, "version": "1"}, expect=303)
    assert person_of(loop).what_matters == story
    page = browser.get(f"/clients/{loop.person.reference}")
    assert page.one(".record-words").get_text() == story
    browser.post(at(loop, "matters"), {"what_matters": story * 2, "version": "2"}, expect=422)


def test_who_is_close_is_kept_with_whether_one_may_speak_to_them(
    sqlite_app: Flask, loop: World, as_user: AsUser
) -> None:
    browser = as_user(loop.worker)
    told = {"name_1": "Ottoline Vantongeren", "relationship_1": "Daughter", "phone_1": "07700 900 983", "version": "1"}
    browser.post(at(loop, "related"), told, expect=303)
    assert person_of(loop).details["related"][0]["may_speak"] is False
    assert "Do not speak to them about the person" in browser.get(f"/clients/{loop.person.reference}/details").main
    browser.post(at(loop, "related"), {"name_1": "", "phone_1": "07700 900 983", "version": "2"}, expect=422)
    browser.post(at(loop, "related"), {**told, "phone_1": "7", "version": "2"}, expect=422)


def test_a_date_of_birth_that_cannot_be_is_refused(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    for year in ("1850", "2090"):
        born = {"birth_date-day": "1", "birth_date-month": "2", "birth_date-year": year}
        told = {"given_name": "Quilla", "postcode": "LE2 0QB", "version": "1", **born}
        as_user(loop.worker).post(at(loop, "identity"), told, expect=422)
    assert person_of(loop).birth_date is None


def test_a_form_that_comes_back_is_a_look_at_the_record_too(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    browser.post(at(loop, "contact"), {"ways": [], "version": "1"}, expect=422)
    browser.post(at(loop, "matters"), {"what_matters": "Tea.", "version": "7"}, expect=409)
    browser.post(at(loop, "matters"), {"what_matters": "Tea.", "version": "1"}, expect=303)
    looks = db.session.scalars(select(AuditEntry.details).where(AuditEntry.action == "person.read"))
    assert [one["what"] for one in looks] == ["contact", "matters"]


def test_why_there_is_no_number_is_said_in_words_and_by_the_loaded_list(
    sqlite_app: Flask, loop: World, as_user: AsUser, make: Make
) -> None:
    person, browser = person_of(loop), as_user(loop.worker)
    person.no_nhs_number_reason = "not-known"
    db.session.commit()
    record = f"/clients/{person.reference}"
    for address in (record, f"{record}/details"):
        page = browser.get(address).main
        assert "They do not know it" in page and "not-known" not in page
    make.code_list("nhs-number-unavailable-reason", {"traveller": "Lives abroad"})
    address = at(loop, "identity")
    sent = filled(browser.get(address))
    assert sent["no_nhs_number_reason"] == "not-known", "what stands is kept"
    assert (
        "Choose one of the answers"
        in browser.post(address, {**sent, "no_nhs_number_reason": "made-up"}, expect=422).main
    )
    browser.post(address, {**sent, "no_nhs_number_reason": "traveller"}, expect=303)
    assert person_of(loop).no_nhs_number_reason == "traveller"
    assert "Lives abroad" in browser.get(record).main and "Lives abroad" in browser.get("/clients/new").main
