from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.transactions import unit
from portal.directory.models import Phone, Service, Session
from portal.importing.results import Result
from portal.organisations.models import Organization
from tests.importing.files import record, run, write_lines


def imported(folder: Path, **changes: Any) -> Result:
    """Import one record, and give what became of it."""
    return run(write_lines(folder, record(**changes)))[0]


def edited(edit: Callable[[Service], Any]) -> None:
    """Edit the one listing here."""
    db.session.rollback()
    with unit():
        edit(db.session.scalars(select(Service)).one())


def only() -> Service:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Service)).one()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"description": "Soup on Fridays."}, "description"),
        ({"description": None}, "description"),
        ({"name": "Larkfield Warm Hub"}, "name"),
        ({"organisation": "Ash Trust"}, "organisation"),
        ({"charity_number": "1000003"}, "organisation"),
        ({"phone": "0116 222 2222"}, "phones"),
        ({"language": "Gujarati"}, "languages"),
        ({"address": "2 Larkfield Road"}, "place"),
        ({"postcode": "LE1 1QH"}, "place"),
        ({"opening_text": "Wednesday: 10:00 - 12:00"}, "opening"),
        ({"opening_text": "Ask us"}, "opening"),
        ({"tags": ["volunteering"]}, "tags, needs"),
        ({"active": "False"}, "status"),
        ({"age": "18+"}, "minimum_age"),
    ],
)
def test_a_fact_that_the_source_changes_is_changed_alone(
    app: Flask, tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    imported(tmp_path)
    result = imported(tmp_path, **changes)
    assert (result.outcome, ", ".join(result.changed), result.kept) == ("changed", named, ())
    back = imported(tmp_path)
    assert (back.outcome, ", ".join(back.changed), back.kept) == ("changed", named, ())
    assert imported(tmp_path).outcome == "same"


def test_what_was_edited_here_is_kept_and_said(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path)
    edited(lambda service: setattr(service, "description", "Our own words."))
    result = imported(tmp_path, description="Soup on Fridays.", url="https://new.org.uk")
    assert (result.changed, result.kept) == (("url",), ("description",))
    assert only().description == "Our own words."
    assert "edited here and so kept: description" in result.sentence


def test_an_edit_stays_when_the_source_does_not_change_that_fact(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path)
    edited(lambda service: setattr(service, "name", "Our name"))
    result = imported(tmp_path, description="Soup on Fridays.")
    assert (result.changed, result.kept) == (("description",), ())
    assert (only().name, only().description) == ("Our name", "Soup on Fridays.")


def test_an_edit_that_the_source_catches_up_with_is_no_conflict(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path)
    edited(lambda service: setattr(service, "name", "New name"))
    result = imported(tmp_path, name="New name")
    assert (result.outcome, result.kept) == ("changed", ())


@pytest.mark.parametrize(
    ("edit", "changes", "kept"),
    [
        (
            lambda service: service.service_at_locations[0].sessions.clear(),
            {"opening_text": "Friday: 10:00 - 12:00"},
            "opening",
        ),
        (
            lambda service: setattr(service.service_at_locations[0].sessions[0], "note", "Ring first"),
            {"opening_text": "Friday: 10:00 - 12:00"},
            "opening",
        ),
        (
            lambda service: setattr(service.service_at_locations[0].location, "privacy", "hidden"),
            {"address": "2 Road"},
            "place",
        ),
        (lambda service: service.attributes.clear(), {"tags": ["volunteering"]}, "tags"),
    ],
)
def test_times_places_and_needs_that_were_edited_here_are_kept(
    app: Flask, tmp_path: Path, edit: Callable[[Service], Any], changes: dict[str, Any], kept: str
) -> None:
    imported(tmp_path)
    edited(edit)
    assert kept in imported(tmp_path, **changes).kept


def test_changing_a_place_leaves_its_sessions_and_a_session_changed_leaves_the_place(
    app: Flask, tmp_path: Path
) -> None:
    imported(tmp_path)
    first = only().service_at_locations[0].sessions[0].id
    imported(tmp_path, address="2 Larkfield Road")
    here = only().service_at_locations[0]
    assert (here.sessions[0].id, here.location.addresses[0].address_1) == (first, "2 Larkfield Road")
    imported(tmp_path, address="2 Larkfield Road", opening_text="Friday: 10:00 - 12:00")
    assert [session.byday for session in db.session.scalars(select(Session))] == ["FR"]


def test_a_listing_that_the_source_changes_is_no_longer_one_that_we_checked(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path)
    edited(lambda service: setattr(service, "assured_date", clock.today()))
    imported(tmp_path, other="Not a fact we show")
    assert only().assured_date == clock.today()
    imported(tmp_path, description="Soup on Fridays.")
    assert only().assured_date is None


def test_a_document_that_changes_in_nothing_we_show_is_kept_without_a_change(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path)
    before = only().last_modified
    db.session.query(Job).delete()
    db.session.commit()
    result = imported(tmp_path, other="New")
    assert (result.outcome, result.changed) == ("changed", ())
    kept = only().source_record
    assert kept is not None and kept.document["other"] == "New"
    assert only().last_modified == before
    assert db.session.query(Job).count() == 0


def test_a_withdrawn_listing_stays_withdrawn(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path)
    edited(lambda service: setattr(service, "withdrawn_at", clock.now()))
    imported(tmp_path, description="Soup on Fridays.")
    assert only().withdrawn_at is not None


def test_an_organisation_that_others_share_keeps_its_name(app: Flask, tmp_path: Path) -> None:
    run(write_lines(tmp_path, record(id="a"), record(id="b", name="Another room")))
    result = run(write_lines(tmp_path, record(id="a", organisation="")))[0]
    assert result.changed == ("organisation",)
    assert set(db.session.scalars(select(Organization.name))) == {"Larkfield Trust", "Larkfield Warm Room"}


def test_a_number_added_here_is_kept(app: Flask, tmp_path: Path) -> None:
    imported(tmp_path, phone="0116 222 2222")
    edited(lambda service: service.contacts[0].phones.append(Phone(number="0116 333 3333")))
    assert imported(tmp_path, phone="0116 444 4444").kept == ("phones",)
