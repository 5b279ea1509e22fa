"""The description is valid OpenAPI 3.1, says what the feed reads and gives, and its examples are what the feed answers."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from schemathesis.specs.openapi.definitions import OPENAPI_31

from portal.describing import examples, openapi
from portal.describing.extensions import EXTENSIONS
from portal.describing.messages import MESSAGES, body_of
from portal.describing.operations import OPERATIONS
from portal.feed.params import BASE, PARAMETERS, PATHS, parameters_of
from portal.openreferral.tables import TABLES
from tests.describing.examples import made
from tests.factories import Make
from tests.support.chromium import check_at
from tests.support.page import Browser
from tests.webhooks.conftest import Receiver, allowed, change, do, receiver, subscribe, worked

__all__ = ["allowed", "receiver"]

WRITE = bool(os.environ.get("PORTAL_WRITE_EXAMPLES"))
CHECKED = jsonschema.Draft202012Validator.FORMAT_CHECKER


@pytest.fixture
def document(sqlite_app: Flask) -> dict[str, Any]:
    answer = sqlite_app.test_client().get("/api/openapi.json")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer.headers
    again = sqlite_app.test_client().get("/api/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    found: dict[str, Any] = answer.json
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        yield path, item["get"]


def checked(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value, by a schema of the document."""
    whole = {**schema, "components": document["components"]}
    found = jsonschema.Draft202012Validator(whole, format_checker=CHECKED).iter_errors(value)
    return [f"{list(error.path)}: {error.message}" for error in found]


def test_it_is_valid(document: dict[str, Any]) -> None:
    errors = jsonschema.Draft202012Validator(OPENAPI_31).iter_errors(document)
    assert not [f"{list(error.path)[:6]}: {error.message[:200]}" for error in errors]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_pointer_leads_somewhere_and_nothing_is_left_over(document: dict[str, Any]) -> None:
    used: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                used.add(value["$ref"])
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(document)
    kinds = document["components"].items()
    there = {f"#/components/{kind}/{name}" for kind, names in kinds for name in names}
    assert used <= there
    assert {name for name in there - used if "/schemas/" not in name} == set()


def test_names_of_operations_are_unique_and_every_address_is_there(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, operation in operations(document)]
    names += [item["post"]["operationId"] for item in document["webhooks"].values()]
    assert len(set(names)) == len(names)
    assert {f"{BASE}{path}" for path in PATHS.values()} < set(document["paths"]) and set(OPERATIONS) == set(PATHS)


def test_every_route_below_the_feed_is_described(sqlite_app: Flask, document: dict[str, Any]) -> None:
    rules = [rule for rule in sqlite_app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    shapes = {tuple("{}" if part[:1] == "<" else part for part in rule.rule.strip("/").split("/")) for rule in rules}
    told = {
        tuple("{}" if part[:1] == "{" else part for part in path.strip("/").split("/")) for path in document["paths"]
    }
    assert shapes == told


def test_every_parameter_is_told_where_it_is_read_and_nowhere_else(document: dict[str, Any]) -> None:
    for endpoint, path in PATHS.items():
        told = document["paths"][f"{BASE}{path}"]["get"]["parameters"]
        refs = {one["$ref"].rpartition("/")[2] for one in told if "$ref" in one}
        assert refs == {one.name for one in parameters_of(endpoint)}
    for one in PARAMETERS:
        parameter = document["components"]["parameters"][one.name]
        assert not checked(document, parameter["schema"], parameter["example"]), one.name


def test_every_attribute_of_ours_has_a_meaning() -> None:
    for name, table in TABLES.items():
        ours = {*table.ours, *(child.key for child in table.children if child.is_ours)}
        assert ours - EXTENSIONS.get(name, {}).keys() == set(), (
            f"say what they are in portal/describing/extensions.py: {name}"
        )
    assert {name for names in EXTENSIONS.values() for name in names} - {
        name for table in TABLES.values() for name in (*table.ours, *(child.key for child in table.children))
    } == {"gone"}


def facts(value: Any) -> Any:
    """What is told, whatever ids it has and in whatever order they put it."""
    if isinstance(value, dict):
        return {key: facts(one) for key, one in value.items() if key != "id" and not key.endswith("_id")}
    if isinstance(value, list):
        return sorted((facts(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", value) if isinstance(value, str) else value


def test_examples_are_what_the_feed_answers(sqlite_app: Flask, make: Make) -> None:
    found = made(sqlite_app, make)
    if WRITE:
        examples.FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(examples.FILE.read_text(encoding="utf-8"))
    assert facts(found) == facts(kept), "run again with PORTAL_WRITE_EXAMPLES=1 and look at what changed"


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    count = 0
    for path, operation in operations(document):
        for status, one in operation["responses"].items():
            shared = document["components"]["responses"].get(one.get("$ref", "").rpartition("/")[2], {})
            for told in (one | shared).get("content", {}).values():
                if "example" in told:
                    assert not checked(document, told["schema"], told["example"]), (path, status)
                    count += 1
    assert count > 30


def test_messages_of_webhooks_are_as_they_are_described(sqlite_app: Flask, make: Make, allowed: Receiver) -> None:
    from portal.core.extensions import db
    from portal.core.queue import work_until_idle
    from portal.core.transactions import unit
    from portal.directory.models import Service
    from portal.webhooks import actions

    stays, goes = make.service("Stays").id, make.service("Goes").id
    change(stays, goes)
    one = subscribe(allowed)
    with unit():
        db.session.get_one(Service, goes).merged_into_id = stays
    change(stays, goes)
    worked()
    do(actions.test, one)
    work_until_idle()
    told = [got.verified(one.secret) for got in allowed.got]
    assert {message["type"] for message in told} == set(MESSAGES)
    for message in told:
        validator = jsonschema.Draft202012Validator(body_of(message["type"]), format_checker=CHECKED)
        assert not list(validator.iter_errors(message)), message


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("", None),
        ("https://licences.example/1", {"name": "https://licences.example/1", "url": "https://licences.example/1"}),
        ("Ask us", {"name": "Ask us"}),
    ],
)
def test_the_licence_is_the_operators(sqlite_app: Flask, licence: str, told: Any) -> None:
    before = sqlite_app.extensions["portal.settings"]
    sqlite_app.extensions["portal.settings"] = replace(before, feed_licence=licence)
    try:
        assert openapi.description()["info"].get("license") == told
        page = Browser(sqlite_app).get("/api")
        assert (licence or "has not named a licence yet") in page.main
        assert sqlite_app.test_client().get(f"{BASE}/dumps").json.get("licence", "") == licence
    finally:
        sqlite_app.extensions["portal.settings"] = before


def test_the_page_tells_every_address_parameter_and_attribute(sqlite_app: Flask) -> None:
    browser = Browser(sqlite_app)
    page = browser.get("/api")
    for path in [f"{BASE}{one}" for one in PATHS.values()] + [f"{BASE}/dumps"]:
        assert f"GET {path}" in page.main
    for one in PARAMETERS:
        assert one.name in page.main and one.meaning in page.main
    assert all(meaning in page.main for names in EXTENSIONS.values() for meaning in names.values())
    assert all(kind in page.main for kind in MESSAGES)
    assert json.loads(page.select("pre")[2].get_text())["name"] == "Tuesday Table"
    assert browser.get("/").link("For developers") == "/api" and page.link("OpenAPI 3.1") == "/api/openapi.json"
    assert (
        browser.get("/cy/").select('a[href="/cy/api"]') and "GET /api/oruk/v3/services" in browser.get("/cy/api").main
    )


def test_the_page_fits_and_axe_finds_nothing(sqlite_app: Flask, site: str, chromium: Chromium) -> None:
    with chromium.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{site}/api")
        check_at(tab)
        for summary in tab.locator("main summary").all():
            summary.click()
        check_at(tab)


def test_the_page_begins_with_what_is_on_it(sqlite_app: Flask) -> None:
    page = Browser(sqlite_app).get("/api")
    names = [link["href"].removeprefix("#") for link in page.select(".api-contents a")]
    assert len(names) >= 7 and all(len(page.select(f"h2#{name}")) == 1 for name in names)


def test_english_stands_on_its_own_side_in_a_page_from_right_to_left(site: str, chromium: Chromium) -> None:
    with chromium.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{site}/ur/api")
        for part in (".api .lead", ".api .api-code"):
            assert tab.locator(part).first.evaluate("one => getComputedStyle(one).textAlign") == "start"
