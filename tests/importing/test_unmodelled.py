"""What a source tells that we have no place for is listed, and nothing that we took is; the original keeps it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import SourceRecord
from portal.directory.queries import public_ids_after
from portal.importing.cli import import_command
from portal.importing.drafts import unmodelled
from portal.openreferral.documents import service_documents
from tests.factories import Make
from tests.importing.nested import PLAIN, RICH, rich, take
from tests.openreferral import rich as rich_listings


def test_a_document_that_our_tables_hold_leaves_nothing(sqlite_app: Flask) -> None:
    assert unmodelled({"hsds": RICH}) == {} and unmodelled({"hsds": PLAIN}) == {}


def test_what_a_portal_like_this_one_wrote_is_modelled_whole(sqlite_app: Flask, make: Make, monday: None) -> None:
    rich_listings.fill(make)
    told = [document for _listing, document in service_documents(public_ids_after(None, 100))]
    assert len(told) > 1
    for document in told:
        assert unmodelled({"hsds": document}) == {}, document["name"]


def _plus(where: str, **more: Any) -> dict[str, Any]:
    service = deepcopy(PLAIN)
    record: Any = service
    for step in where.split("/") if where else ():
        record = record[int(step) if step.isdigit() else step]
    record |= more
    return service


PLACE = "service_at_locations/0"


@pytest.mark.parametrize(
    ("where", "more", "expected"),
    [
        ("", {"interpretation_services": "BSL"}, {"interpretation_services": 1}),
        ("", {"alternate_name": "", "licenses": None, "wait_time": []}, {}),
        ("", {"description": "Talking."}, {}),
        ("organization", {"year_incorporated": 1999, "tax_status": "Charity"},
         {"organization.year_incorporated": 1, "organization.tax_status": 1}),
        (PLACE + "/location", {"alternate_name": "The Red House"}, {"service_at_locations.location.alternate_name": 1}),
        ("", {"contacts": [{"name": "Jane Smith", "email": "jane@ash.org.uk", "title": "Head"}]},
         {"contacts.name": 1, "contacts.email": 1}),
        ("", {"contacts": [{"name": "Front desk", "department": "Care"}, {"title": "B", "department": "Tea"}]},
         {"contacts.department": 2}),
        ("", {"required_documents": [{"id": "1", "document": "Passport"}, {"id": "2", "document": "Letter"}]},
         {"required_documents": 2}),
        ("", {"fees": "None", "fees_description": "Free"}, {}),
        ("", {"fees": "Two pounds", "fees_description": "For members"}, {"fees_description": 1}),
        ("", {"fees": "Free", "fees_description": " free "}, {}),
        (PLACE + "/location", {"schedules": [{"freq": "WEEKLY", "byday": "MO"}]},
         {"service_at_locations.location.schedules.freq": 1, "service_at_locations.location.schedules.byday": 1}),
        ("", {"schedules": [{"freq": "YEARLY", "byday": "MO"}]}, {"schedules": 1}),
        ("", {"schedules": [{"freq": "WEEKLY", "byday": "MO", "wkst": "SU"}]}, {"schedules.wkst": 1}),
        ("", {"phones": [{"number": "0116 222 2222", "type": "voice", "extension": "3"}]}, {"phones.type": 1}),
        ("", {"assured_date": "2026-01-01", "last_modified": "2026-01-01T00:00:00Z"}, {}),
        ("", {"service_areas": [{"name": "A", "extent": {"type": "Polygon"}}]}, {"service_areas.extent": 1}),
    ],
)  # fmt: skip
def test_what_is_not_used_is_named_and_counted(
    sqlite_app: Flask, where: str, more: dict[str, Any], expected: dict[str, int]
) -> None:
    assert unmodelled({"hsds": _plus(where, **more)}) == expected


def test_flat_records_and_rows_of_tables_are_listed_too(sqlite_app: Flask) -> None:
    assert unmodelled({"name": "Tea", "colour": "red", "phone": "0116 222 2222"}) == {"colour": 1}
    row = {"row": {"Title": "Tea", "Colour": "red", "Empty": ""}, "mapping": {"Title": "name"}}
    assert unmodelled(row) == {"Colour": 1}


@pytest.mark.parametrize(
    "document", [{}, {"hsds": None}, {"hsds": {"name": 3}}, {"hsds": {"name": "A", "contacts": 3}}]
)
def test_what_cannot_be_read_is_no_error(sqlite_app: Flask, document: dict[str, Any]) -> None:
    assert unmodelled(document) == {}


def test_an_import_sums_it_up_and_the_original_keeps_it(app: Flask) -> None:
    told = [rich(id="a", wait_time="3 weeks"), rich(id="b", name="B", wait_time="1 week", alternate_name="Bee")]
    results = take(*told)
    assert [dict(one.unmodelled) for one in results] == [{"wait_time": 1}, {"wait_time": 1, "alternate_name": 1}]
    kept = {one.external_id: one.document for one in db.session.scalars(select(SourceRecord))}
    assert kept["b"]["hsds"]["alternate_name"] == "Bee"


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_the_command_says_it(sqlite_app: Flask, tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps({"contents": [rich(wait_time="3 weeks")]}), encoding="utf-8")
    said = CliRunner().invoke(import_command, [str(path), *options], obj=sqlite_app).stdout
    assert "Not modelled here, and kept in the original documents:\n       1  wait_time\n" in said
    path.write_text(json.dumps({"contents": [rich(id="c", wait_time="3 weeks")]}), encoding="utf-8")
    told = json.loads(CliRunner().invoke(import_command, [str(path), "--json", *options], obj=sqlite_app).stdout)
    assert told["unmodelled"] == {"wait_time": 1} and told["rows"][0]["unmodelled"] == {"wait_time": 1}
