"""The table of facts: each is read as plain JSON, written back the same, and shown in words."""

import json
from typing import Any

import pytest
from flask import Flask

from portal.changes import facts
from portal.changes.facts import FACTS
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.openreferral import rich


@pytest.fixture(autouse=True)
def _standing_clock(monday: None) -> None:
    pass


@pytest.fixture
def service(app: Flask, make: Make) -> Service:
    several = rich.fill(make)
    db.session.commit()
    return max(several, key=lambda one: sum(bool(value) for value in facts.read_all(one).values()))


def _again(service: Service) -> Service:
    db.session.commit()
    own_id = service.id
    db.session.expunge_all()
    return db.session.get_one(Service, own_id)


def test_every_fact_of_a_full_listing_is_plain_json_and_says_something(service: Service) -> None:
    read = facts.read_all(service)
    assert json.loads(json.dumps(read)) == read
    assert [name for name, value in read.items() if not value] == []
    assert {name for name in FACTS if not facts.shown(name, read[name])} == set()


def test_what_was_read_can_be_written_back_and_changes_nothing(service: Service) -> None:
    read = facts.read_all(service)
    facts.write_all(service, read)
    assert not [one for one in db.session.dirty if db.session.is_modified(one)]
    assert not db.session.new and not db.session.deleted
    assert facts.read_all(_again(service)) == read


def test_an_emptied_listing_becomes_what_it_was(service: Service) -> None:
    read = facts.read_all(service)
    facts.write_all(service, {name: None for name in FACTS if name != "name"})
    service = _again(service)
    assert {name for name, value in facts.read_all(service).items() if value} == {"name"}
    facts.write_all(service, read)
    assert facts.read_all(_again(service)) == read


@pytest.mark.parametrize("name", [name for name in FACTS if name not in {"place", "delivery"}])
def test_one_fact_is_put_alone(sqlite_app: Flask, make: Make, name: str) -> None:
    full = rich.fill(make)[0]
    db.session.commit()
    value = facts.read_all(full)[name]
    other = make.service("Other", cost=None, needs=(), joining=[], description=None, summary=None)
    before = facts.read_all(other)
    facts.write_all(other, {name: value})
    after = facts.read_all(_again(other))
    assert {one for one in FACTS if (after[one] or None) != (before[one] or None)} <= {name}
    assert bool(facts.shown(name, after[name]))


def test_a_shared_place_becomes_the_listings_own_before_it_is_changed(app: Flask, make: Make) -> None:
    hall = make.location()
    one, other = make.service("One", location=hall), make.service("Other", location=hall)
    other_id = other.id
    value: Any = FACTS["place"].read(one)
    value[0]["name"] = "New hall"
    value[0]["access"] = [{"fact": "step_free", "answer": True}]
    FACTS["place"].write(one, value)
    db.session.commit()
    assert FACTS["place"].read(_again(one)) == value
    assert FACTS["place"].read(db.session.get_one(Service, other_id))[0]["name"] == "Larkfield Hall"


def test_sessions_of_a_listing_without_a_place_get_one_without_address(sqlite_app: Flask, make: Make) -> None:
    service = make.service(at=[])
    FACTS["sessions"].write(service, [{"freq": "weekly", "byday": "TU", "dtstart": "2026-11-24", "starts_at": "10:00"}])
    again = _again(service)
    assert facts.shown("sessions", FACTS["sessions"].read(again)) == [
        "Every Tuesday, from\u00a010am. Starts on 24 November"
    ]
    assert facts.shown("place", FACTS["place"].read(again)) == ["Online or by phone"]


def test_what_says_nothing_does_not_differ() -> None:
    assert facts.differing({"name": "A", "summary": None}, {"name": "A", "summary": "", "alert": []}) == []
    assert facts.differing({"name": "A"}, {"alert": "Closed", "name": "B"}) == ["name", "alert"]
