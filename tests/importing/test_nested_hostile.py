"""What a broken or hostile nested document can do: be refused in a sentence, or lose what cannot be used. Promise B5."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.core.extensions import Base, db
from portal.directory.models import Location, Service, ServiceAtLocation, SourceRecord, TaxonomyTerm
from portal.importing.nested.service import NestedReader
from portal.importing.rows import Refused, checked
from portal.organisations.models import Organization
from tests.importing.nested import PLAIN, RICH, edited, plain, take

JUNK: list[Any] = [
    None, True, False, 0, -1, 7, 1.5, 1e308, -1e-300, 10**14, 10**30, "", " ", "x", "x" * 130, "x" * 300, "x" * 25_000, "XX",
    "2024-02-31", "0000-00-00", "9999-12-31", "25:00", "24:00", "10:61", "-1", "1e5", "NaN", "null", "=1+1", "#REF!", "[", "[1]",
    '["a"]', "{}", "\x00", "\ud800", "<b>", "<" * 500, "\u202e", "٣", "needs", "http://[", "javascript:alert(1)", "1" * 5_000,
    [], {}, [[]], [None], [{}], [1], ["a", 2], {"id": []}, {"a": {"b": {}}}, [{"id": "1"}, {"id": "1", "name": "x"}], [[[[[]]]]],
]  # fmt: skip
APART = 5
"""One kind of junk is tried in every fifth place of a document: each kind and each place has its turn."""
LENIENT = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def count(model: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*so_far, key)
            yield from paths(item, (*so_far, key))


def put(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    """Put something where something else stood, if that is still there."""
    place: Any = document
    for key in path[:-1]:
        if not isinstance(place, dict | list) or (
            isinstance(place, list) and not (isinstance(key, int) and key < len(place))
        ):
            return
        place = place.get(key) if isinstance(place, dict) else place[key]
    if isinstance(place, dict) or (isinstance(place, list) and isinstance(path[-1], int) and path[-1] < len(place)):
        place[path[-1]] = deepcopy(value)


MANGLED = st.builds(
    lambda base, edits: (base, edits),
    st.sampled_from([RICH, PLAIN]),
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(JUNK)), min_size=1, max_size=4),
)


def mangled(told: tuple[dict[str, Any], list[tuple[int, Any]]]) -> dict[str, Any]:
    base, edits = told
    document, every = deepcopy(base), list(paths(base))
    for number, junk in edits:
        put(document, every[number % len(every)], junk)
    return document


@settings(LENIENT, max_examples=150)
@given(MANGLED)
def test_a_mangled_document_is_read_or_refused_in_a_sentence(
    sqlite_app: Flask, told: tuple[dict[str, Any], list[tuple[int, Any]]]
) -> None:
    try:
        document = checked(mangled(told))
        NestedReader(document).facts()
    except Refused as refusal:
        assert str(refusal) and len(str(refusal)) < 300


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_junk_in_any_place_is_read_or_refused(sqlite_app: Flask, number: int) -> None:
    junk = JUNK[number]
    for path in list(paths(RICH))[number % APART :: APART]:
        document = deepcopy(RICH)
        put(document, path, junk)
        try:
            reader = NestedReader(checked(document))
            reader.facts()
        except Refused:
            continue
        assert all(len(note) < 300 for note in reader.notes)


@settings(LENIENT)
@given(MANGLED)
def test_a_mangled_document_is_stored_whole_or_not_at_all_and_changes_a_listing_or_does_not(
    app: Flask, told: tuple[dict[str, Any], list[tuple[int, Any]]]
) -> None:
    document = mangled(told)
    if isinstance(document, dict):
        document["id"] = "mangled"
    take(told[0] | {"id": "mangled"})
    before = count(Service)
    (result,) = take(document)
    assert result.outcome in {"changed", "same", "refused"}
    assert "database" not in str(result.why)
    document["id"] = f"new {before}"
    (result,) = take(document)
    assert result.outcome in {"new", "refused"} and "database" not in str(result.why)
    assert count(Service) == count(SourceRecord) == before + (result.outcome == "new")
    assert take(document)[0].outcome in {"same", "refused"}


NAMED = {
    "no object": ([], "it holds no service"),
    "no name": (plain(name=None), "it has no name"),
    "a list for a text": (plain(description=["a"]), 'its "description" is a list, not a text'),
    "a text for a list": (plain(contacts="Ann"), 'its "contacts" is a text, not a list'),
    "a text for an object": (plain(organization="Ash"), 'its "organization" is a text, not an object'),
    "a text in a list of objects": (plain(languages=["en"]), 'its "languages" hold a text where an object belongs'),
    "an object for a text": (plain(name={"en": "A"}), 'its "name" is an object, not a text'),
    "no id": (plain(id={"a": 1}), 'its "id" is neither a text nor a whole number'),
    "no id of a part": (plain(contacts=[{"id": 1.5}]), 'its "id" is neither a text nor a whole number'),
    "20 MB": (plain(description="x" * 20_000_000), 'its "description" is 20,000,000 letters long; 20,000 is the most'),
    "a long text": (plain(alert="x" * 20_001), 'its "alert" is 20,001 letters long; 20,000 is the most'),
    "a long word": (
        edited(PLAIN, lambda s: s["service_at_locations"][0]["location"].update(name="x" * 251)),
        'its "name" is 251 letters long; 250 is the most',
    ),
    "too many": (plain(phones=[{"number": str(one)} for one in range(400)]), 'its "phones" are 400; 300 is the most'),
    "far too many": (
        plain(contacts=[{"phones": [{"number": "0116 222 2222"}] * 200}] * 30), "it holds 6,036 records; 5,000 is the most",
    ),
    "too large a number": (plain(minimum_age=10**40), 'its "minimum_age" is a number that is too large'),
    "a formula": (plain(name="=1+1"), "its name is a spreadsheet's formula or error"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMED)
def test_what_is_no_service_is_refused_in_a_sentence_and_leaves_nothing(app: Flask, kind: str) -> None:
    service, why = NAMED[kind]
    results = take(plain(id="before"), service, plain(id="after"))
    assert [(one.outcome, one.why) for one in results] == [("new", None), ("refused", why), ("new", None)]
    assert count(Service) == count(ServiceAtLocation) == count(Location) == 2
    assert count(Organization) == 1


def test_a_document_that_is_nested_too_deep_is_refused(sqlite_app: Flask) -> None:
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"a": deep}
    assert take(plain(extra=deep))[0].why == "it is nested more than 20 deep"


def test_parts_that_stand_twice_are_one_and_different_ones_with_one_id_are_two(app: Flask) -> None:
    desk, office = {"id": "1", "title": "Desk"}, {"id": "1", "title": "Office"}
    places = [{"id": "2", "location": {"name": "A"}}, {"id": "2", "location": {"name": "B"}}]
    service = plain(contacts=[desk, dict(desk), office], service_at_locations=places)
    take(service)
    assert len(db.session.scalars(select(Service)).one().contacts) == 2
    assert count(ServiceAtLocation) == 2
    places[1]["location"] = {"name": "C"}
    assert take(service)[0].changed == ("place",)
    assert count(ServiceAtLocation) == 2


def test_nulls_and_empty_things_say_nothing(app: Flask) -> None:
    empty = dict.fromkeys(RICH) | {"id": "e", "name": "Empty"}
    hollow = {key: type(value)() for key, value in RICH.items()} | {"id": "h", "name": "Hollow"}
    holes = plain(id="o", contacts=[None, {}], service_at_locations=[None, {}], attributes=[{}, {"taxonomy_term": {}}])
    assert [one.outcome for one in take(empty, hollow, holes)] == ["new"] * 3
    assert count(ServiceAtLocation) == count(TaxonomyTerm) == 0


def test_numbers_out_of_range_and_dates_that_are_none_are_left_out_and_said(sqlite_app: Flask) -> None:
    def edit(service: dict[str, Any]) -> None:
        service["minimum_age"], service["maximum_age"] = 300, -4
        place = service["service_at_locations"][0]
        place["location"] |= {"latitude": 91, "longitude": 400}
        place["hereabouts"]["sessions"][0] |= {"interval": 10**9, "starts_at": "25:00"}
        service["hereabouts"]["space"]["full_until"] = "2024-02-31"
        service["cost_options"][0]["amount"] = 1e12

    (result,) = take(edited(RICH, edit))
    assert result.outcome == "new" and len(result.notes) == 5
