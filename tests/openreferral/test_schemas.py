"""Schemas from our own tables judge as the official ones do, and say what is ours."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.core.extensions import db
from portal.openreferral.documents import service_documents
from portal.openreferral.schemas import (
    KINDS,
    SHAPES,
    base_schema,
    component_of,
    components,
    ours_of,
    page_schema,
    schema_of,
)
from portal.openreferral.tables import TABLES
from tests.factories import Make
from tests.openreferral.rich import fill
from tests.openreferral.standard import STANDARDS, needs_standards, official

LISTS = ("properties", "contents", "items")
PAIRS = {
    "service": (schema_of("service"), "oruk-3.0-compiled/service.json", ()),
    "organization": (schema_of("organization"), "oruk-3.0-compiled/organization.json", ()),
    "service_at_location": (schema_of("service_at_location"), "oruk-3.0-compiled/service_at_location.json", ()),
    "service in lists": (schema_of("service", "list"), "oruk-3.0-compiled/service_list.json", ()),
    "organization in lists": (schema_of("organization", "list"), "oruk-3.0-compiled/organization_list.json", ()),
    "service_at_location in lists": (
        schema_of("service_at_location", "list"),
        "oruk-3.0-compiled/service_at_location_list.json",
        (),
    ),
    "the validator's service in lists": (
        schema_of("service", "list"),
        "oruk-3.0-validator/schemas/service_list.json",
        LISTS,
    ),
    "the validator's service_at_location in lists": (
        schema_of("service_at_location", "list"),
        "oruk-3.0-validator/schemas/service_at_location_list.json",
        LISTS,
    ),
    "the validator's organization in lists": (
        schema_of("organization", "list"),
        "oruk-3.0-validator/schemas/organization_list.json",
        (),
    ),
    "taxonomy": (schema_of("taxonomy"), "oruk-3.0-validator/schemas/taxonomy.json", ()),
    "taxonomy in lists": (schema_of("taxonomy", "list"), "oruk-3.0-validator/schemas/taxonomy_list.json", LISTS),
    "taxonomy_term": (schema_of("taxonomy_term"), "oruk-3.0-validator/schemas/taxonomy_term.json", ()),
    "taxonomy_term in lists": (
        schema_of("taxonomy_term", "list"),
        "oruk-3.0-validator/schemas/taxonomy_term_list.json",
        LISTS,
    ),
    "base address": (base_schema(), "oruk-3.0-validator/schemas/api_details.json", ()),
}


def theirs(path: str, steps: tuple[str, ...]) -> Any:
    schema = official(path)
    for step in steps:
        schema = schema[step]
    return schema


def levels(schema: Any, at: str = "") -> Iterator[tuple[str, object]]:
    """Every place in a schema with what it asks."""
    yield at, (schema.get("type"), schema.get("format"), schema.get("enum"), sorted(schema.get("required", ())))
    for name, inner in schema.get("properties", {}).items():
        yield from levels(inner, f"{at}/{name}")
    if "items" in schema:
        yield from levels(schema["items"], f"{at}[]")


@needs_standards
@pytest.mark.parametrize("name", PAIRS)
def test_a_schema_asks_what_the_official_one_asks_at_every_level(name: str) -> None:
    mine, path, steps = PAIRS[name]
    assert dict(levels(mine)) == dict(levels(theirs(path, steps)))


@needs_standards
def test_a_page_has_the_types_of_the_official_envelope() -> None:
    page = official("oruk-3.0-validator/schemas/open_api.json")["components"]["schemas"]["Page"]
    mine = page_schema("service")["properties"]
    assert {name: one["type"] for name, one in page["properties"].items()} == {
        name: one["type"] for name, one in mine.items() if name != "contents"
    }


EXAMPLES = {
    "service_full": "service",
    "organization_full": "organization",
    "service_at_location_full": "service_at_location",
    "taxonomy": "taxonomy",
    "taxonomy_term": "taxonomy_term",
    "service_list": "the validator's service in lists",
    "organization_list": "organization in lists",
    "service_at_location_list": "the validator's service_at_location in lists",
}
ODD = st.sampled_from(
    [None, "", "x", "not a uri", "http://a b", "https://example.org/é", "a@b", "@", 0, -1, 1.5, True, [], {}, [1], "WEEKLY",
     "YEARLY", "active", "gone", "physical", "2026-01-01", "2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z",
     "ac148810-d857-441c-9679-408f346de14b", "AC148810D857441C9679408F346DE14B", "urn:x", "//example.org", "mailto:a@b.org"]
)  # fmt: skip


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every thing in a document as what holds it and its key."""
    pairs = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in list(pairs):
        yield document, key
        if isinstance(value, dict | list):
            yield from places(value)


def mutated(document: Any, data: st.DataObject) -> Any:
    changed = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 4))):
        spots = list(places(changed))
        if not spots:
            break
        holder, key = spots[data.draw(st.integers(0, len(spots) - 1))]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = copy.deepcopy(data.draw(ODD))
    return changed


@needs_standards
@pytest.mark.parametrize("example", EXAMPLES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_example_is_judged_as_the_official_schema_judges_it(example: str, data: st.DataObject) -> None:
    document = official(f"oruk-3.0/examples/{example}.json")
    document = document["contents"][0] if "contents" in document else document
    mine, path, steps = PAIRS[EXAMPLES[example]]
    changed = mutated(document, data)
    assert verdict(mine, changed) == verdict(theirs(path, steps), changed)


def verdict(schema: Any, document: Any) -> list[str]:
    """Where a document breaks a schema, and by which rule."""
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return sorted(f"{error.json_path} {error.validator}" for error in checker.iter_errors(document))


@needs_standards
@pytest.mark.parametrize("path", sorted((STANDARDS / "oruk-3.0/examples").glob("*.json")), ids=lambda path: path.stem)
def test_the_official_examples_are_right(path: Any) -> None:
    kind, _, form = path.stem.rpartition("_")
    schema = page_schema(kind) if form == "list" else schema_of(kind if form == "full" else path.stem)
    assert verdict(schema, json.loads(path.read_text())) == []


def test_a_listing_with_everything_keeps_the_standard_and_our_own_schema(app: Flask, make: Make) -> None:
    documents = [document for _, document in service_documents([service.id for service in fill(make)])]
    assert any("hereabouts" in document for document in documents)
    for document in documents:
        assert verdict(schema_of("service"), document) == []
        assert verdict(schema_of("service", ours=True), document) == []


def test_what_would_break_a_feed_is_left_out_of_the_document_and_kept_in_the_record(app: Flask, make: Make) -> None:
    listing, *_ = fill(make)
    listing.url, listing.email = "www.exa mple.org", "nobody at example.org"
    db.session.commit()
    ((_, document),) = service_documents([listing.id])
    assert not {"url", "email"} & set(document)
    assert verdict(schema_of("service"), document) == [] and listing.url == "www.exa mple.org"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"status": "open"}, ["$.status enum"]),
        ({"url": "www.example.org"}, ["$.url format"]),
        ({"email": "nobody"}, ["$.email format"]),
        ({"id": "1"}, ["$.id format"]),
        ({"minimum_age": "18"}, ["$.minimum_age type"]),
        ({"description": None}, ["$.description type"]),
        ({"organization": {"id": "ac148810-d857-441c-9679-408f346de14b", "name": "A"}}, ["$.organization required"]),
        (
            {"schedules": [{"id": "ac148810-d857-441c-9679-408f346de14b", "freq": "DAILY"}]},
            ["$.schedules[0].freq enum"],
        ),
        ({"last_modified": "yesterday"}, ["$.last_modified format"]),
        ({"service_areas": [{"id": "ac148810-d857-441c-9679-408f346de14b", "uri": "no uri"}]}, []),
        ({"anything": {"else": None}, "hereabouts": 1}, []),
    ],
)
def test_the_schema_finds_what_is_wrong(change: dict[str, Any], where: list[str]) -> None:
    document = {"id": "ac148810-d857-441c-9679-408f346de14b", "name": "Tea", "status": "active", **change}
    assert verdict(schema_of("service"), document) == where


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema_that_is_one(kind: str, ours: bool) -> None:
    for schema in (
        schema_of(kind, "full", ours=ours),
        schema_of(kind, "list", ours=ours),
        page_schema(kind, ours=ours),
    ):
        Draft202012Validator.check_schema(schema)


def test_what_is_ours_is_in_no_schema_of_the_standard() -> None:
    plain, own = json.dumps(schema_of("service")), json.dumps(schema_of("service", ours=True))
    for name in ("hereabouts", "phones", "eligibility_description", "taxonomy_detail", "sessions"):
        assert f'"{name}"' not in plain and f'"{name}"' in own


def test_our_object_has_every_name_of_the_table() -> None:
    for name, table in TABLES.items():
        own = ours_of(name)
        expected = {*table.ours, *(child.key for child in table.children if child.is_ours)}
        assert set(own["properties"] if own else ()) == expected


def test_components_point_to_each_other_and_judge_as_the_whole_schema_does() -> None:
    named = components("#/$defs/")
    assert set(named) == set(SHAPES)
    assert not set(components(ours=False)) & {"session", "session_exception", "phone"}
    for kind in KINDS:
        whole = {"$ref": f"#/$defs/{component_of(kind)}", "$defs": named}
        Draft202012Validator.check_schema(whole)
        broken = {"id": 1, "attributes": [{"taxonomy_term": {}}], "taxonomy_terms": [{"name": 1}]}
        assert verdict(whole, broken) == verdict(schema_of(kind, ours=True), broken)


def test_a_caller_may_change_what_it_gets() -> None:
    schema_of("service")["properties"]["id"]["format"] = "email"
    schema_of("service")["properties"].clear()
    assert schema_of("service")["properties"]["id"]["format"] == "uuid"
