"""A feed that is right passes every level, whatever falls by chance; so do the official examples."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from portal.feedcheck import walking
from portal.feedcheck.checking import check_address, check_saved
from portal.feedcheck.endpoints import ENDPOINTS
from portal.feedcheck.findings import FAULTS, Findings
from portal.feedcheck.getting import AtAddress
from portal.feedcheck.national import check_feed
from tests.feedcheck.made_feed import TODAY, MadeFeed, faults, fetcher_of, told
from tests.openreferral.standard import STANDARDS, needs_standards, official
from tests.support.remote import answer, remote


@pytest.mark.parametrize("seed", range(6))
def test_a_whole_feed_passes_at_every_level(seed: int) -> None:
    findings = MadeFeed().checked(seed=seed)
    assert told(findings) == [] and not findings.is_failed
    assert findings.figures["services"] == 40 and findings.figures["gone"] == 0
    assert findings.unjudged == []


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_feed_without_whole_lists_passes_too(seed: int) -> None:
    findings = MadeFeed(is_whole_in_lists=False).checked(seed=seed)
    assert told(findings) == []


def test_services_of_which_little_is_told_are_whole_where_lists_give_whole_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walking, "MOST_BY_ID", 5)
    made = MadeFeed()
    for item in made.services[3:]:
        for name in ("contacts", "attributes"):
            del item[name]
        item["service_at_locations"] = [] if item is not made.services[9] else item["service_at_locations"]
    findings = made.checked()
    assert told(findings) == [] and not any("one by one" in sentence for sentence in findings.unjudged)


def test_lists_that_give_only_a_part_are_not_taken_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MOST_BY_ID", 5)
    made = MadeFeed()
    made.change = lambda path, _query, document: (
        {**document, "contents": [{k: v for k, v in one.items() if k != "attributes"} for one in document["contents"]]}
        if path == "/services"
        else document
    )
    findings = made.checked()
    assert told(findings) == []
    assert any("5 were asked for one by one" in sentence for sentence in findings.unjudged)


def test_a_feed_of_one_service_and_one_of_none_are_judged() -> None:
    assert told(MadeFeed(services=MadeFeed().services[:1]).checked()) == []
    empty = MadeFeed(services=[]).checked()
    assert empty.count("error") == 0 and {"empty", "no_ids"} <= faults(empty) and not empty.is_failed


def test_a_check_asks_for_what_the_national_validator_asks_for_and_no_more() -> None:
    made = MadeFeed()
    with made.served() as server, fetcher_of(server) as fetcher:
        check_feed(AtAddress(server.address("/services"), fetcher), Findings(1), 1, Random(4))
    first = {item["id"] for item in made.services[:10]}
    assert server.targets[:4] == ["/", "/services?page=1", "/services?page=2", "/services?page=4"]
    assert {target.removeprefix("/services/") for target in server.targets[4:]} == first and len(server.targets) == 14


def test_the_same_seed_asks_for_the_same() -> None:
    def asked(seed: int) -> list[str]:
        made = MadeFeed(most=30)
        with made.served() as server, fetcher_of(server) as fetcher:
            check_feed(AtAddress(server.address("/"), fetcher), Findings(1), 1, Random(seed))
        return server.targets

    assert asked(5) == asked(5) != asked(6)


class SavedFeed:
    """Saved documents of the official examples and mocks, served as a feed: every id gives the one document there is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, target: str) -> bytes:
        path = target.partition("?")[0]
        names = {
            "/": ["api_details"],
            "/services": ["service_list"],
            "/organizations": ["organization_list"],
            "/service_at_locations": ["service_at_location_list"],
            "/taxonomies": ["taxonomy_list"],
            "/taxonomy_terms": ["taxonomy_term_list"],
        }.get(path)
        if names is None:
            kind = {
                "services": ["service_full"],
                "organizations": ["organization_full", "organization"],
                "service_at_locations": ["service_at_location_full"],
                "taxonomies": ["taxonomy"],
                "taxonomy_terms": ["taxonomy_term"],
            }
            names = kind[path.split("/")[1]]
        found = next((self.folder / f"{name}.json" for name in names if (self.folder / f"{name}.json").is_file()), None)
        if found is None:
            return answer(b"", 404)
        document: Any = json.loads(found.read_text())
        if path == "/" and not isinstance(document, dict):
            return answer(b"", 404)
        return answer(document)


def checked(folder: Path, level: Any = 2) -> Findings:

    with remote(SavedFeed(folder), secure=False) as server, fetcher_of(server) as fetcher:
        return check_address(AtAddress(server.address("/"), fetcher), level, today=TODAY, seed=1)


@needs_standards
def test_the_official_examples_are_accepted() -> None:
    findings = check_saved(STANDARDS / "oruk-3.0/examples", 2, today=TODAY)
    assert told(findings) == [] and not findings.is_failed
    assert findings.unjudged == ["The base address was not saved (api_details.json), so it was not judged."]
    at_level_3 = check_saved(STANDARDS / "oruk-3.0/examples", 3, today=TODAY)
    assert told(at_level_3) == ["finding unassured /services longer ago x1"]


@needs_standards
def test_the_mocks_that_pass_do_but_for_the_one_that_breaks_the_schema() -> None:
    findings = check_saved(STANDARDS / "oruk-3.0-validator/mocks/Default", 3, today=TODAY)
    assert findings.count("error") == 0
    assert {one.where for one in findings.ordered() if one.fault != "unassured"} == {"/organizations"}
    assert {one.detail for one in findings.ordered() if one.fault == "nested"} == {
        "attributes.id is not a UUID",
        "organization_identifiers.id is not a UUID",
        "organization_identifiers.identifier_type is missing",
    }
    served = checked(STANDARDS / "oruk-3.0-validator/mocks/Default")
    assert not served.is_failed and {one.where for one in served.ordered()} == {"/organizations"}


@needs_standards
def test_the_mocks_that_warn_warn_and_fail_nothing() -> None:
    for findings in (
        check_saved(STANDARDS / "oruk-3.0-validator/mocks/Warn", 2, today=TODAY),
        checked(STANDARDS / "oruk-3.0-validator/mocks/Warn"),
    ):
        assert not findings.is_failed and findings.count("error") == 0
        assert {
            "warning required /taxonomy_terms/{id} description is missing x1",
            "warning format /taxonomy_terms/{id} term_uri is not a whole address such as https://example.org x1",
        } <= set(told(findings))


@needs_standards
def test_the_mocks_that_fail_fail_where_they_are_wrong() -> None:
    for findings in (
        check_saved(STANDARDS / "oruk-3.0-validator/mocks/Fail", 2, today=TODAY),
        checked(STANDARDS / "oruk-3.0-validator/mocks/Fail"),
    ):
        assert findings.is_failed
        wrong = {(one.where, one.detail) for one in findings.ordered() if one.weight == "error"}
        assert {
            ("/", "profile is missing"),
            ("/", "openapi_url is not a whole address such as https://example.org"),
            ("/services", "name is missing"),
            ("/services", "email is not text"),
            ("/services", "url is not a whole address such as https://example.org"),
            ("/services/{id}", "email is not an e-mail address"),
        } <= wrong
        right = {"/organizations/{id}", "/taxonomies/{id}", "/service_at_locations/{id}"}
        assert not right & {one.where for one in findings.ordered() if one.weight != "finding"}


@needs_standards
def test_the_endpoints_of_level_1_are_those_without_the_tag_optional() -> None:

    paths = official("oruk-3.0-validator/schemas/open_api.json")["paths"]
    optional = {path for path, about in paths.items() if "Optional" in about["get"].get("tags", ())}
    mine = {path: one.level for one in ENDPOINTS for path in (one.path, one.by_id)}
    assert {path for path, level in mine.items() if level == 2} == optional
    assert set(mine) | {"/"} == set(paths)


def test_every_fault_says_how_to_mend_it() -> None:
    for fault in FAULTS.values():
        assert fault.mend.endswith(".") and not fault.what.endswith(".")
