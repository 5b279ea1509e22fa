"""A long list is told as it was some seconds ago: each id once, and nothing that went meanwhile."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.core import remembered
from portal.core.extensions import db
from portal.directory.indexing import listing_changed
from portal.feed import queries
from portal.feed.asked import asked_of
from portal.feed.params import HOW, Endpoint, parameters_of
from tests.factories import Make
from tests.feed.conftest import Reader

LISTS = ("services", "service_at_locations", "organizations")


@pytest.fixture(autouse=True)
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SHORT", 2)


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_holds_what_a_short_one_would(
    app: Flask, make: Make, reader: Reader, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for number in range(7):
        make.service(f"Number {number}")
    with monkeypatch.context() as short:
        short.setattr(queries, "SHORT", 100)
        wanted = [reader.json(f"/{name}", per_page=3, page=page) for page in (1, 2, 3, 4)]
    remembered.forget()
    assert [reader.json(f"/{name}", per_page=3, page=page) for page in (1, 2, 3, 4)] == wanted
    assert [one["size"] for one in wanted] == [3, 3, 1, 0]


@pytest.mark.parametrize("name", LISTS)
def test_its_ids_are_looked_up_once(
    sqlite_app: Flask, make: Make, reader: Reader, count_statements: Any, name: str
) -> None:
    for number in range(7):
        make.service(f"Number {number}")
    reader.json(f"/{name}")
    for page in (1, 2):
        with count_statements() as seen:
            reader.json(f"/{name}", page=page, per_page=5)
        assert not any("count(" in one.lower() or "OFFSET" in one for one in seen)


def test_what_went_meanwhile_is_not_told(app: Flask, make: Make, reader: Reader) -> None:
    services = [make.service(f"Number {number}") for number in range(5)]
    for name in LISTS:
        assert reader.json(f"/{name}")["size"] == 5
    services[0].withdrawn_at = services[0].created_at
    listing_changed(services[0].id)
    db.session.commit()
    for query in ({}, {"full": "true"}, {"minimal": "true"}):
        told = [one["id"] for one in reader.json("/services", **query)["contents"]]
        assert len(told) == 4 and str(services[0].id) not in told
    assert reader.json("/service_at_locations")["size"] == 4
    assert reader.json("/organizations")["size"] == 4
    assert len(reader.items("/services")) == 4
    remembered.forget()
    assert [reader.json(f"/{name}")["total_items"] for name in LISTS] == [4, 4, 4]


def test_a_filter_is_always_asked_anew(app: Flask, make: Make, reader: Reader) -> None:
    organisation = make.organisation()
    for number in range(4):
        make.service(f"Number {number}", organisation=organisation)
    for _ in range(2):
        count = reader.json("/services", organization_id=str(organisation.id))["total_items"]
        assert count == reader.json("/services", search="number", modified_after="2020-01-01")["total_items"]
        make.service("Number again", organisation=organisation)
    assert count == 5


@pytest.mark.parametrize("endpoint", ["services", "service_at_locations"])
def test_only_what_says_how_it_is_told_is_answered_from_what_is_remembered(
    sqlite_app: Flask, endpoint: Endpoint
) -> None:
    find = {"services": queries.services, "service_at_locations": queries.places}[endpoint]
    for one in parameters_of(endpoint):
        query = MultiDict({one.name: one.example} | ({one.needs: "LE2 0QB"} if one.needs else {}))
        told = find(asked_of(endpoint, query)).everything
        assert (told == endpoint) is (one.name in HOW), one.name
