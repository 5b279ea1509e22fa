"""A listing has the same ids in the portal that took it over as in the one that told it, and no import gets at what is here."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import (
    Contact,
    Location,
    Service,
    ServiceAtLocation,
    ServiceChange,
    SourceRecord,
    TaxonomyTerm,
)
from portal.exporting.actions import export_services
from portal.exporting.formats import FORMATS
from portal.importing.actions import Origin, import_rows
from portal.importing.results import Result
from portal.importing.rows import Row
from portal.openreferral.flattening import Document
from portal.organisations.models import Organization
from tests.exporting.roundtrip import differences, documents, in_order
from tests.exporting.test_roundtrip import fill_demo, fill_rich, fresh_instance, import_folder
from tests.factories import MONDAY, Make


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.freeze(MONDAY + timedelta(hours=10)):
        yield


def take(*told: Document, source: str = "Elsewhere") -> list[Result]:
    rows = [Row(number, {"hsds": document}) for number, document in enumerate(told, 1)]
    return list(import_rows(iter(rows), Origin(source)))


def told_in_order() -> list[Any]:
    found: list[Any] = in_order(list(documents()))
    return found


def lost_between(before: list[Any], after: list[Any]) -> list[str]:
    ids = {one["id"]: one for one in after}
    missing = [one["name"] for one in before if one["id"] not in ids]
    return missing + [
        f"{one['name']}: {line}" for one in before if one["id"] in ids for line in differences(one, ids[one["id"]])
    ]


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("fill", [fill_rich, fill_demo])
def test_every_format_comes_back_byte_for_byte(
    sqlite_app: Flask, make: Make, tmp_path: Path, name: str, fill: Callable[[Make], None]
) -> None:
    fill(make)
    before = told_in_order()
    export_services(tmp_path, name)
    fresh_instance()
    import_folder(sqlite_app, tmp_path, name, "--format", name)
    after = told_in_order()
    assert lost_between(before, after) == []
    assert json.dumps(before) == json.dumps(after)


def test_ids_of_another_directory_are_not_taken(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "Bare")
    fresh_instance()
    plain = {name: value for name, value in told.items() if name != "hereabouts"}
    assert [one.outcome for one in take(plain)] == ["new"]
    assert db.session.get(Service, UUID(told["id"])) is None


def test_an_import_gets_at_nothing_that_is_here(app: Flask, make: Make) -> None:
    """A document that names ids of rows that stand here gets others; what stands here is as it was."""
    fill_rich(make)
    before = told_in_order()
    stranger = deepcopy(next(one for one in documents() if one["name"] == "=Tea + talk"))
    stranger["id"], stranger["name"] = str(uuid4()), "Evil"
    stranger["organization"]["name"] = stranger["organization"]["description"] = "Evil"
    for number in stranger["organization"].pop("organization_identifiers"):
        assert number["id"]
    stranger["service_at_locations"][0]["location"]["name"] = "Evil"
    for contact in stranger["contacts"]:
        contact["title"] = "Evil"
    assert [one.outcome for one in take(stranger)] == ["new"]
    evil = db.session.scalars(select(Service).where(Service.name == "Evil")).one()
    assert evil.id == UUID(stranger["id"])
    assert evil.organization.name == "Evil" and str(evil.organization_id) != stranger["organization"]["id"]
    assert lost_between(before, told_in_order()) == []
    ours = {one["id"] for one in before}
    after = {one["id"]: one for one in told_in_order()}
    kept = {text for one in ours for text in _ids_in(after[one])}
    shared = {text for text in _ids_in(after[stranger["id"]])} & kept
    needs = {text for one in before for tie in one.get("attributes", ()) for text in _ids_in(tie["taxonomy_term"])}
    assert shared <= needs


def test_a_venue_is_shared_within_a_source_and_with_nobody_else(app: Flask, make: Make) -> None:
    fill_rich(make)
    tea, club = (next(one for one in documents() if one["name"] == name) for name in ("=Tea + talk", "+44 club"))
    fresh_instance()
    take(tea)
    take(club)
    assert len(_at_the_barn()) == 1
    stranger = deepcopy(club)
    stranger["id"] = str(uuid4())
    take(stranger, source="Another")
    assert len(_at_the_barn()) == 2


def _at_the_barn() -> set[UUID]:
    at = select(ServiceAtLocation.location_id).join(Location).where(Location.name == "Ælfgar's Barn")
    return set(db.session.scalars(at))


def test_an_organisation_without_listings_is_nobodys_to_take(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "Bare")
    fresh_instance()
    db.session.add(Organization(id=UUID(told["organization"]["id"]), name="Joined yesterday"))
    db.session.commit()
    take(told)
    (service,) = db.session.scalars(select(Service))
    assert service.organization.name != "Joined yesterday" and service.id == UUID(told["id"])


def test_the_id_of_a_listing_that_was_public_once_is_not_taken(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "Bare")
    fresh_instance()
    gone = {"is_public": False, "gone_at": clock.now(), "reason": "withdrawn", "name": "Gone"}
    db.session.add(ServiceChange(service_id=UUID(told["id"]), changed_at=clock.now(), **gone))
    db.session.commit()
    assert [one.outcome for one in take(told)] == ["new"]
    (service,) = db.session.scalars(select(Service))
    assert service.id != UUID(told["id"])


def test_an_id_that_another_source_took_first_is_given_anew_and_nobody_is_shut_out(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "Bare")
    fresh_instance()
    squatter = {**deepcopy(told), "name": "Squatter"}
    assert [one.outcome for one in take(squatter, source="Squatter")] == ["new"]
    assert [one.outcome for one in take(told, source="True one")] == ["new"]
    ids = {one.name: one.id for one in db.session.scalars(select(Service))}
    assert ids["Squatter"] == UUID(told["id"]) != ids["Bare"]


def test_its_own_export_is_known_also_where_it_took_the_listing_from_elsewhere(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "Bare")
    fresh_instance()
    take(told)
    (own,) = documents()
    assert [one.outcome for one in take(own, source="Somebody")] == ["refused"]
    assert [one.outcome for one in take(told)] == ["same"]


def test_one_id_twice_in_a_file_is_given_once(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "=Tea + talk")
    fresh_instance()
    other = {**deepcopy(told), "id": str(uuid4()), "name": "Other"}
    assert [one.outcome for one in take(told, other)] == ["new", "new"]
    first, second = (one for one in told_in_order())
    assert not {one["id"] for one in first["contacts"]} & {one["id"] for one in second["contacts"]}
    assert len(first["contacts"]) == len(second["contacts"])


@pytest.mark.parametrize("wrong", ["1", "", "00000000-0000-0000-0000-000000000000", "urn:uuid:x", "A" * 250, "{}"])
def test_what_is_no_id_of_ours_is_not_taken(sqlite_app: Flask, make: Make, wrong: str) -> None:
    fill_rich(make)
    told = deepcopy(next(one for one in documents() if one["name"] == "=Tea + talk"))
    fresh_instance()
    told["id"] = told["organization"]["id"] = wrong
    for contact in told["contacts"]:
        contact["id"] = wrong
    assert [one.outcome for one in take(told)] == ["new"]
    (service,) = db.session.scalars(select(Service))
    assert str(service.id) != wrong and len(service.contacts) == 2


def test_a_change_at_the_source_is_still_found_under_the_kept_ids(app: Flask, make: Make) -> None:
    fill_rich(make)
    told = next(one for one in documents() if one["name"] == "=Tea + talk")
    fresh_instance()
    take(told)
    changed = deepcopy(told)
    changed["service_at_locations"][0]["location"]["name"] = "New barn"
    (result,) = take(changed)
    assert (result.outcome, result.changed) == ("changed", ("place",))
    (after,) = documents()
    names = {place["id"]: place["location"].get("name") for place in after["service_at_locations"]}
    assert names[told["service_at_locations"][0]["id"]] == "New barn" and len(names) == 2


def test_a_person_who_agreed_elsewhere_has_not_agreed_here(app: Flask, make: Make) -> None:
    tea = next(one for one in fill_and_return(make) if one.name == "=Tea + talk")
    for contact in tea.contacts:
        contact.name_agreed_at = clock.now()
    db.session.commit()
    told = next(one for one in documents() if one["name"] == "=Tea + talk")
    assert "Ann Lark" in json.dumps(told)
    fresh_instance()
    (result,) = take(told)
    assert "the name of a contact may be a person's, so it was not used" in result.notes
    assert {(one.name, one.name_agreed_at) for one in db.session.scalars(select(Contact))} == {
        ("Tea Office", None), (None, None)
    }  # fmt: skip
    assert "Ann Lark" in json.dumps(db.session.scalars(select(SourceRecord)).one().document)


def fill_and_return(make: Make) -> list[Service]:
    fill_rich(make)
    return list(db.session.scalars(select(Service)))


def _ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "id":
                yield one
            yield from _ids_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _ids_in(one)


def test_what_stands_above_is_found_where_it_is_told_later(app: Flask, make: Make) -> None:
    """Also in another batch of the file, and for organisations; and nothing comes to stand above itself."""
    fill_rich(make)
    tea = next(one for one in documents() if one["name"] == "=Tea + talk")
    ties = [one for one in tea["attributes"] if one["taxonomy_term"]["taxonomy"] == "Service types"]
    (child,) = [one for one in ties if "parent_id" in one["taxonomy_term"]]
    (parent,) = [one for one in ties if "parent_id" not in one["taxonomy_term"]]
    other = deepcopy(tea) | {"id": str(uuid4()), "name": "Later", "attributes": [parent]}
    other["organization"] = {**tea["organization"], "id": str(uuid4()), "name": "Above", "organization_identifiers": []}
    first = {**tea, "attributes": [child]}
    first["organization"] = {**tea["organization"], "parent_organization_id": other["organization"]["id"]}
    parent["taxonomy_term"]["parent_id"] = child["taxonomy_term"]["id"]
    fresh_instance()
    rows = [Row(number, {"hsds": document}) for number, document in enumerate((first, other), 1)]
    assert [one.outcome for one in import_rows(iter(rows), Origin("Elsewhere"), most=1)] == ["new", "new"]
    terms = {
        one.term: one for one in db.session.scalars(select(TaxonomyTerm).where(TaxonomyTerm.term.in_(["100", "101"])))
    }
    assert {(one.term, one.parent_id) for one in terms.values()} in (
        {("101", terms["100"].id), ("100", None)}, {("100", terms["101"].id), ("101", None)}
    )  # fmt: skip
    bodies = {one.name: one for one in db.session.scalars(select(Organization))}
    assert bodies[tea["organization"]["name"]].parent_organization_id == bodies["Above"].id
