"""What is exported keeps the standard: by its own schemata where they are at hand, by what they demand everywhere."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo import actions as demo
from portal.exporting.actions import export_services
from portal.openreferral.cells import value_of
from portal.openreferral.flattening import rows_of
from portal.openreferral.tables import TABLES
from tests.factories import Make
from tests.openreferral import rich

DEMANDED: Mapping[str, str] = {
    "service": "id name status",
    "organization": "id name description",
    "organization_identifier": "id identifier_type identifier",
    "location": "id location_type",
    "address": "id address_1 city state_province postal_code country address_type",
    "phone": "id number",
    "taxonomy": "id name description",
    "taxonomy_term": "id name description",
    **dict.fromkeys(
        (
            "contact", "schedule", "service_area", "language", "funding", "cost_option", "service_at_location",
            "accessibility", "attribute",
        ),
        "id",
    ),
}  # fmt: skip
"""Fields that the schemata of Open Referral UK 3.0 require."""
NUMBERS = frozenset({"minimum_age", "maximum_age", "interval", "amount", "latitude", "longitude"})
CHOICES: Mapping[tuple[str, str], frozenset[str]] = {
    ("service", "status"): frozenset({"active", "inactive", "defunct", "temporarily closed"}),
    ("schedule", "freq"): frozenset({"WEEKLY", "MONTHLY"}),
    ("location", "location_type"): frozenset({"physical", "postal", "virtual"}),
    ("address", "address_type"): frozenset({"physical", "postal", "virtual"}),
}
SHAPES: Mapping[str, re.Pattern[str]] = {
    "id": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "valid_from": re.compile(r"\d{4}-\d\d-\d\d"),
    "valid_to": re.compile(r"\d{4}-\d\d-\d\d"),
    "dtstart": re.compile(r"\d{4}-\d\d-\d\d"),
    "assured_date": re.compile(r"\d{4}-\d\d-\d\d"),
    "last_modified": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "opens_at": re.compile(r"\d\d:\d\d"),
    "closes_at": re.compile(r"\d\d:\d\d"),
}


@pytest.fixture
def services(sqlite_app: Flask, make: Make, tmp_path: Path) -> list[dict[str, Any]]:
    """The demo and rich listings, as the feed has them."""
    with unit():
        demo.load()
    rich.fill(make)
    db.session.commit()
    export_services(tmp_path / "oruk", "oruk")
    found: list[dict[str, Any]] = json.loads((tmp_path / "oruk" / "services.json").read_text(encoding="utf-8"))[
        "contents"
    ]
    assert len(found) > 700
    return found


def test_what_the_standard_demands_is_there(services: list[dict[str, Any]]) -> None:
    for service in services:
        for table, row in rows_of(service):
            for name in DEMANDED.get(table, "").split():
                assert row.get(name) not in (None, ""), (table, name, row)
            for name, value in row.items():
                if name.startswith("hereabouts_") or table in {"session", "session_exception"}:
                    continue
                assert isinstance(value, (int, float) if name in NUMBERS else str), (table, name, value)
                assert not isinstance(value, bool), (table, name, value)
                assert name not in SHAPES or SHAPES[name].fullmatch(str(value)), (table, name, value)
                assert (table, name) not in CHOICES or value in CHOICES[table, name], (table, name, value)


@pytest.mark.needs_shared
def test_the_feed_is_valid_by_the_schemata_of_open_referral_uk(services: list[dict[str, Any]], shared: Path) -> None:
    schema = _validator(shared / "standards" / "oruk-3.0" / "schemata", "service.json")
    assert [error.message for service in services for error in schema.iter_errors(service)] == []
    compiled = json.loads((shared / "standards" / "oruk-3.0-compiled" / "service.json").read_text(encoding="utf-8"))
    whole = Draft202012Validator(compiled, format_checker=FormatChecker())
    assert [error.message for service in services for error in whole.iter_errors(service)] == []
    broken = {**services[0], "status": "open"}
    assert list(schema.iter_errors(broken)) and list(whole.iter_errors(broken))


@pytest.mark.needs_shared
def test_the_page_is_what_the_validators_schema_of_lists_asks_for(services: list[dict[str, Any]], shared: Path) -> None:
    path = shared / "standards" / "oruk-3.0-validator" / "schemas" / "service_list.json"
    schema = Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    page = {
        "total_items": 1, "total_pages": 1, "page_number": 1, "size": 1, "first_page": True, "last_page": True,
        "empty": False, "contents": services[:50],
    }  # fmt: skip
    assert [error.message for error in schema.iter_errors(page)] == []


@pytest.mark.needs_shared
def test_rows_of_the_package_are_valid_by_the_schemata_of_hsds(
    services: list[dict[str, Any]], shared: Path, tmp_path: Path
) -> None:
    export_services(tmp_path / "hsds", "hsds")
    folder = shared / "standards" / "hsds-3.0" / "schema"
    known = {path.stem for path in folder.glob("*.json")}
    checked = 0
    for table in TABLES.values():
        if table.name not in known:
            continue
        schema = _validator(folder, f"{table.name}.json")
        told = json.loads((folder / f"{table.name}.json").read_text(encoding="utf-8"))
        assert f"{table.stem}.csv" == told["path"]
        demanded = {*told.get("required", ()), *(told.get("tabular_required") or ())}
        for row in _rows(tmp_path / "hsds" / f"{table.stem}.csv"):
            values = {name: value_of(cell, table.kind_of(name)) for name, cell in row.items() if cell}
            assert demanded <= set(values), (table.name, demanded - set(values))
            assert [error.message for error in schema.iter_errors(values)] == []
            checked += 1
    assert checked > 5_000


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def _validator(folder: Path, name: str) -> Draft202012Validator:
    contents = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    resources = {
        key: Resource.from_contents(value, default_specification=DRAFT202012) for key, value in contents.items()
    }
    registry: Registry[Any] = Registry().with_resources(resources.items())
    return Draft202012Validator(contents[name], registry=registry, format_checker=FormatChecker())
