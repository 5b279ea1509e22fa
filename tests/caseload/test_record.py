"""The record of a person: what it shows, to whom, and what each look leaves behind."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.core import audit
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.measures.actions import Taken
from portal.measures.actions import record as measured
from portal.people import consents
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import NUMBER, World, make_person

AsUser = Callable[..., Browser]
MOST_STATEMENTS = 20


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def record_at(world: World) -> str:
    return f"/clients/{world.person.reference}"


def test_the_record_shows_who_how_and_what_is_under_way(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    loop.introduction("info-requested")
    page = as_user(loop.worker).get(record_at(loop))
    assert page.words("h1") == [f"Q.V. {loop.person.shown_reference}"]
    assert "Vantongeren" not in page.one("title").get_text()
    assert "Larkfield Circle has a question. “Can they manage a gravel path?”" in page.main
    assert "No. Do not leave voicemail" in page.main
    assert "To talk with somebody over tea." in page.main
    assert page.words(".state-tag")[0] == "Question for you"
    assert "contact, needs, access and safety. Spoken" in page.main.lower().replace("spoken", "Spoken")


def test_the_best_way_reads_as_one_sentence(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    loop.person.contact = {"ways": ["phone", "text"], "phone": "+447700900982", "best_times": "After 2pm"}
    db.session.commit()
    assert "Phone or text, after 2pm" in as_user(loop.worker).get(record_at(loop)).main


def test_safe_contact_comes_first_in_the_source(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    page = as_user(loop.worker).get(record_at(loop))
    assert page.words("main h2")[:3] == ["Safe contact", "What matters to them", "Referrals to groups"]


def test_what_needs_somebody_stands_first(sqlite_app: Flask, loop: World, make: Make, as_user: AsUser) -> None:
    loop.introduction("in-progress")
    loop.service = make.service("Tuesday Table", organisation=loop.group)
    loop.introduction("declined")
    loop.service = make.service("Choir", organisation=loop.group)
    loop.introduction("info-requested")
    page = as_user(loop.worker).get(record_at(loop))
    assert page.words(".record-introduction .state-tag") == ["Question for you", "Declined", "Started"]


def test_a_record_asks_the_database_little(
    app: Flask, loop: World, make: Make, as_user: AsUser, count_statements: Any
) -> None:
    for state in ("info-requested", "booked", "waiting-list", "completed", "declined"):
        loop.service = make.service(f"Of {state}", organisation=loop.group)
        loop.introduction(state)
    consents.refuse(loop.person, make.organisation("Weekly huddle team").id, how="spoken", by=loop.worker)
    with app.test_request_context():
        measured(loop.person, Taken("ons4", {"satisfied": "4"}, "before", "together", "k" * 24), by=loop.worker)
    loop.person.worker_id = make_user("link-worker", organisation=loop.team, name="Ingram Sollity").id
    db.session.commit()
    browser, address = as_user(loop.worker), record_at(loop)
    browser.get(address)
    with count_statements() as seen:
        browser.get(address)
    assert len(seen) <= MOST_STATEMENTS, "\n".join(seen)


def test_reading_leaves_an_entry_and_nothing_that_was_told(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    as_user(loop.worker).get(record_at(loop))
    [entry] = entries("person.read")
    assert (entry.subject_id, entry.actor_id) == (str(loop.person.id), str(loop.worker.id))
    assert entry.details == {"what": "record"}
    assert audit.verify()[1] is None


def test_the_number_is_masked_until_it_is_asked_for(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    person = make_person(loop.team, worker=loop.worker, nhs_number=NUMBER)
    browser, at = as_user(loop.worker), f"/clients/{person.reference}"
    shown = f"{NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}"
    for page in (browser.get(at), browser.get(f"{at}/details")):
        assert NUMBER not in page.html and shown not in page.html
        assert f"ending in {NUMBER[-3:]}" in page.main
    assert not entries("person.number_shown")
    assert shown in browser.post(f"{at}/number", expect=200).main
    [entry] = entries("person.number_shown")
    assert (entry.subject_id, entry.actor_id) == (str(person.id), str(loop.worker.id))
    browser.get(f"{at}/number", expect=303)
    assert len(entries("person.number_shown")) == 1
