"""Each address against the official schemas, with formats: Open Referral UK 3.0 as the national validator has it, HSDS 3.1."""

from functools import cache
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from portal.core import clock
from portal.core.extensions import db
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from tests.factories import Make
from tests.feed.conftest import Reader
from tests.openreferral.rich import fill
from tests.openreferral.standard import STANDARDS, needs_standards, official

CHECKER = FormatChecker()
VALIDATOR = "oruk-3.0-validator/schemas"
COMPILED = "oruk-3.0-compiled"
LISTS = {
    "/services": (f"{VALIDATOR}/service_list.json", True),
    "/organizations": (f"{VALIDATOR}/organization_list.json", False),
    "/service_at_locations": (f"{VALIDATOR}/service_at_location_list.json", True),
    "/taxonomies": (f"{VALIDATOR}/taxonomy_list.json", True),
    "/taxonomy_terms": (f"{VALIDATOR}/taxonomy_term_list.json", True),
}
"""Whether the schema is of the whole page, or of an item (where the official file names the wrong one)."""
WHOLE = {
    "/services": f"{COMPILED}/service.json",
    "/organizations": f"{COMPILED}/organization.json",
    "/service_at_locations": f"{COMPILED}/service_at_location.json",
    "/taxonomies": f"{VALIDATOR}/taxonomy.json",
    "/taxonomy_terms": f"{VALIDATOR}/taxonomy_term.json",
}
TABLES_OF_31 = {
    "/services": "service",
    "/organizations": "organization",
    "/service_at_locations": "service_at_location",
}


def _faults(schema: Any, document: Any, registry: Registry[Any] | None = None) -> list[str]:
    options = {"registry": registry} if registry is not None else {}
    found = Draft202012Validator(schema, format_checker=CHECKER, **options).iter_errors(document)
    return [f"{'/'.join(map(str, fault.path))}: {fault.message}"[:300] for fault in found]


def _no_nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_no_nulls(one) for one in value.values())
    if isinstance(value, list):
        return bool(value) and all(_no_nulls(one) for one in value)
    return value is not None and value != ""


@pytest.fixture
def filled(make: Make) -> list[Service]:
    """Listings with every column and with none, with every state of space, imported, private and gone."""
    services = fill(make)
    for state in ("space", "waiting", "full", "paused"):
        make.service(f"Says {state}", space_state=state, space_said_at=clock.now(), space_weeks=2)
    make.imported()
    for privacy in ("area", "hidden"):
        make.service(f"At a {privacy} place", place={"privacy": privacy}, url="no address", email="nobody")
    gone = make.service("Gone")
    gone.status = "inactive"
    listing_changed(gone.id)
    for one in services:
        listing_changed(one.id)
    db.session.commit()
    return services


@needs_standards
def test_the_formats_are_really_checked() -> None:
    schema = {"type": "string", "format": "uri"}
    assert _faults(schema, "not a uri") and not _faults(schema, "https://example.org/a?b=c")


@needs_standards
def test_the_base_address_is_as_the_standard_has_it(sqlite_app: Flask, reader: Reader) -> None:
    assert _faults(official(f"{VALIDATOR}/api_details.json"), reader.json("/")) == []


@needs_standards
@pytest.mark.parametrize("path", LISTS)
def test_lists_are_as_the_national_validator_has_them(
    app: Flask, filled: list[Service], reader: Reader, path: str
) -> None:
    schema_path, is_of_page = LISTS[path]
    schema = official(schema_path)
    page = reader.json(path, per_page=100)
    assert page["size"] > 1
    assert _no_nulls(page["contents"])
    if is_of_page:
        assert _faults(schema, page) == []
    else:
        assert [fault for one in page["contents"] for fault in _faults(schema, one)] == []
    if path == "/services":
        assert all({"id", "name", "description"} <= set(one["organization"]) for one in page["contents"])
        changed = reader.json(path, modified_after="2020-01-01", per_page=100)
        assert any("gone" in one["hereabouts"] for one in changed["contents"])
        assert _faults(schema, changed) == []


@needs_standards
@pytest.mark.parametrize("path", WHOLE)
def test_each_thing_is_as_the_standard_has_it(app: Flask, filled: list[Service], reader: Reader, path: str) -> None:
    schema = official(WHOLE[path])
    for item in reader.items(path):
        whole = reader.json(f"{path}/{item['id']}")
        assert _faults(schema, whole) == [], whole["id"]
        assert _no_nulls(whole)
        assert whole["id"] == item["id"]
    if path in TABLES_OF_31:
        assert [fault for one in reader.items(path, full="true") for fault in _faults(schema, one)] == []


@cache
def _registry_of_31() -> Registry[Any]:
    found: Registry[Any] = Registry()
    for file in (STANDARDS / "hsds-3.1-dev/schema").glob("*.json"):
        contents = {**official(f"hsds-3.1-dev/schema/{file.name}"), "$id": f"https://hsds.example/{file.name}"}
        if file.name != "openapi.json":
            found = found.with_resource(
                contents["$id"], Resource.from_contents(contents, default_specification=DRAFT202012)
            )
    return found


@needs_standards
@pytest.mark.parametrize("path", TABLES_OF_31)
@pytest.mark.parametrize("full", ["true", "false"])
def test_the_other_profile_is_hsds_31(app: Flask, filled: list[Service], reader: Reader, path: str, full: str) -> None:
    schema = {"$ref": f"https://hsds.example/{TABLES_OF_31[path]}.json"}
    items = reader.items(path, full=full, profile="hsds-3.1")
    assert len(items) > 1
    for item in items:
        assert _faults(schema, item, _registry_of_31()) == [], item["id"]
        _only_known(TABLES_OF_31[path], item)


def _only_known(table: str, item: dict[str, Any]) -> None:
    """Every name is one of HSDS 3.1, or ours: nothing that the UK profile alone has is left."""
    properties = official(f"hsds-3.1-dev/schema/{table}.json")["properties"]
    # An organisation's services and a place's service are of the API, not of the tables.
    extra = set(item) - set(properties) - {"hereabouts", "services", "service"}
    assert not extra, (table, extra)
    for name, value in item.items():
        about = properties.get(name, {})
        inner = about.get("$ref") or (about.get("items") or {}).get("$ref")
        if inner:
            for one in value if isinstance(value, list) else [value]:
                _only_known(inner.removesuffix(".json"), one)


def test_hsds_31_tells_space_as_a_capacity_of_yes_or_no(app: Flask, filled: list[Service], reader: Reader) -> None:
    items = {one["name"]: one for one in reader.items("/services", profile="hsds-3.1")}
    told = {name: one["capacities"][0]["available"] for name, one in items.items() if name.startswith("Says")}
    assert told == {"Says space": 1, "Says waiting": 0, "Says full": 0, "Says paused": 0}
    assert "capacities" not in items["At a hidden place"]
    assert reader.json("/", profile="hsds-3.1")["version"] == "3.1"
    assert not any("capacities" in one for one in reader.items("/services"))


def test_what_is_ours_tells_freshness_space_and_where_it_came_from(
    app: Flask, filled: list[Service], reader: Reader
) -> None:
    items = {one["name"]: one["hereabouts"] for one in reader.items("/services")}
    assert items["Says full"]["space"]["state"] == "full"
    assert items["Says full"]["freshness"] == {
        "state": "this_month", "words": "Checked this month", "checked_on": clock.today().isoformat(), "checked_by": "group",
    }  # fmt: skip
    imported = items["Warm room"]
    assert imported["freshness"] == {"state": "imported", "words": "From Warm places, not checked by us yet"}
    assert imported["provenance"]["source"] == "Warm places"
    assert "provenance" not in items["Says full"]
