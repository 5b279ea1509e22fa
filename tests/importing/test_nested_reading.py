"""What is read of a nested document: as much as is certain."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal.importing.facts import Facts, Space
from portal.importing.nested.service import NestedReader
from portal.importing.parts import OWN_ID, Part
from tests.importing.nested import RICH, edited, plain, rich


@pytest.fixture(autouse=True)
def _here(sqlite_app: Flask) -> Iterator[None]:
    yield


def read(service: dict[str, Any]) -> tuple[Facts, list[str]]:
    reader = NestedReader(service)
    return reader.facts(), reader.notes


def at(**location: Any) -> dict[str, Any]:
    """The plain service at another place."""
    return plain(service_at_locations=[{"location": {"location_type": "physical"} | location}])


def test_what_the_rich_document_says_is_read_as_it_is_meant() -> None:
    place = read(rich())[0].places[0]
    tea = next(one for one in place.sessions if one.name == "Tea")
    assert (tea.dtstart, tea.starts_at, tea.interval, tea.on_bank_holidays) == (date(2026, 11, 3), time(10), 2, True)
    assert [(one.kind, one.note) for one in tea.exceptions] == [("cancelled", "Painters"), ("extra", None)]
    assert read(rich())[0].cost_options[0].amount == Decimal("3.50")
    assert read(rich())[0].space.space_said_at == datetime(2026, 11, 2, 10, tzinfo=UTC)


def test_every_column_that_a_part_holds_is_told_by_the_rich_document() -> None:
    """So that the test above proves them all."""
    told: dict[type[Part], set[str]] = {}

    def walk(value: Any) -> None:
        if isinstance(value, Part):
            said = {one.name for one in fields(value) if getattr(value, one.name) not in (None, ())}
            told.setdefault(type(value), set()).update(said)
            for name in said:
                walk(getattr(value, name))
        elif isinstance(value, tuple):
            for one in value:
                walk(one)

    facts = read(rich())[0]
    for fact in fields(Facts):
        walk(facts[fact.name])
    untold = {
        kind.__name__: {one.name for one in fields(kind)} - {OWN_ID} - told.get(kind, set())
        for kind in Part.__subclasses__()
    }
    assert {kind: names for kind, names in untold.items() if names} == {}


def test_a_place_abroad_keeps_its_address_and_not_its_point() -> None:
    miami = [
        {
            "address_1": "1 Flagler Street",
            "city": "Miami",
            "state_province": "FL",
            "postal_code": "33130",
            "country": "US",
        }
    ]
    service = at(addresses=miami, latitude=25.77, longitude=-80.19)
    service |= {"cost_options": [{"amount": 5}], "phones": [{"number": "(305) 371-2222"}]}
    facts, notes = read(service)
    location = facts.places[0].location
    assert (location.latitude, location.addresses[0].postal_code) == (None, "33130")
    assert "its coordinates are not in the United Kingdom, so they were not used" in notes
    assert (facts.cost_options, facts.fees) == ((), "5")
    assert facts.contacts[0].phones[0].number == "+1 305-371-2222"


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ({"postal_code": "LE2 0QB"}, "GB"),
        ({"postal_code": "LE2", "city": "Leicester"}, "GB"),
        ({"city": "Leicester"}, "GB"),
        ({"postal_code": "33157", "state_province": "FL"}, "US"),
        ({"postal_code": "33157"}, "ZZ"),
        ({"postal_code": "75001", "country": "France"}, "FR"),
        ({"postal_code": "LE2 0QB", "country": "England"}, "GB"),
        ({"postal_code": "1234", "country": "Atlantis"}, "ZZ"),
    ],
)
def test_the_country_of_an_address_is_told_or_is_surely_that_of_its_postcode(
    address: dict[str, Any], country: str
) -> None:
    (found,) = read(at(addresses=[address]))[0].places[0].location.addresses
    assert found.country == country


@pytest.mark.parametrize(("name", "title", "kept"), [
    ("Jane Smith", None, None),
    ("Jane Smith (manager)", "Manager", None),
    ("Office Manager", None, "Office Manager"),
    ("ASH TRUST", None, "ASH TRUST"),
])  # fmt: skip
def test_the_name_of_a_person_is_not_taken(name: str, title: str | None, kept: str | None) -> None:
    facts, notes = read(plain(contacts=[{"name": name, "title": title, "phones": [{"number": "0116 222 2222"}]}]))
    assert [(one.name, one.title) for one in facts.contacts] == [(kept, title)]
    assert any("may be a person's" in note for note in notes) == (kept is None)


def test_a_refuge_shows_its_area_only_unless_a_portal_like_this_settled_it() -> None:
    facts, _notes = read(plain(name="Ash Refuge"))
    assert facts.places[0].location.privacy == "area"
    assert read(rich(name="Ash Refuge"))[0].places[0].location.privacy == "public"


@pytest.mark.parametrize("kind", ["postal", "virtual"])
def test_the_address_of_a_refuge_is_private_whatever_kind_of_place_it_is_said_to_be(kind: str) -> None:
    told = at(location_type=kind, addresses=[{"address_1": "7 Larkfield Road", "postal_code": "LE2 0QB"}])
    assert read(told | {"name": "Ash Refuge"})[0].places[0].location.privacy == "area"
    assert read(at(location_type=kind) | {"name": "Ash Refuge"})[0].places[0].location.privacy == "public"


@pytest.mark.parametrize(("option", "price"), [
    ({"amount": 3}, ("paid", Decimal(3))),
    ({"amount": "3.50"}, ("paid", Decimal("3.50"))),
    ({"amount": 0}, ("free", None)),
    ({"option": "Free"}, ("free", None)),
    ({"amount_description": "By donation"}, ("donation", None)),
    ({"amount_description": "£2 per session"}, ("paid", Decimal(2))),
    ({"amount": 0, "amount_description": "Ask us"}, None),
    ({"amount": 5, "currency": "USD"}, None),
    ({"amount": -1}, None),
    ({"amount": 5, "valid_to": "2024-02-31"}, None),
])  # fmt: skip
def test_a_price_is_what_its_amount_and_words_surely_say(option: dict[str, Any], price: Any) -> None:
    found = read(plain(cost_options=[option]))[0].cost_options
    assert [(one.kind, one.amount) for one in found] == ([price] if price else [])


def test_words_of_prices_that_are_not_certain_are_there_to_read() -> None:
    facts, _notes = read(plain(fees="See below", cost_options=[{"option": "Adults", "amount": 5, "currency": "USD"}]))
    assert facts.fees == "See below\nAdults, 5 USD"


@pytest.mark.parametrize(("language", "codes"), [
    ({"code": "gu"}, ["gu"]), ({"code": "eng"}, ["en"]), ({"name": "Polish"}, ["pl"]), ({"language": "Urdu"}, ["ur"]),
    ({"name": "Klingonish"}, []), ({}, []),
])  # fmt: skip
def test_a_language_is_known_by_code_or_name(language: dict[str, Any], codes: list[str]) -> None:
    assert [one.code for one in read(plain(languages=[language]))[0].languages] == codes


@pytest.mark.parametrize(("status", "kept"), [
    ("active", "active"), ("Temporarily Closed", "temporarily closed"), ("defunct", "defunct"), ("closed", "inactive"),
    ("soon", "active"), (None, "active"),
])  # fmt: skip
def test_a_status_is_one_of_ours(status: str | None, kept: str) -> None:
    facts, notes = read(plain(status=status))
    assert facts.status == kept and bool(notes) == (status == "soon")


@pytest.mark.parametrize("schedule", [
    {"freq": "WEEKLY", "byday": "XX", "opens_at": "10:00"},
    {"freq": "WEEKLY", "byday": "1MO", "opens_at": "10:00"},
    {"freq": "YEARLY", "opens_at": "10:00"},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "25:00"},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "valid_to": "2024-02-31"},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "interval": 2},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "interval": 0},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "count": 3},
    {"freq": "MONTHLY", "bymonthday": "32", "opens_at": "10:00"},
    {"freq": "WEEKLY", "byday": "TH", "bymonthday": "2", "opens_at": "10:00"},
    {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00+05:00"},
])  # fmt: skip
def test_one_wrong_value_leaves_a_line_of_opening_hours_out_whole(schedule: dict[str, Any]) -> None:
    facts, notes = read(plain(schedules=[schedule]))
    assert facts.schedules == () and "opening hours was not used" in " ".join(notes)


@pytest.mark.parametrize("session", [
    {"byday": "TU"},
    {"starts_at": "10:00"},
    {"byday": "TU", "starts_at": "10:00", "interval": 2},
    {"byday": "TU", "starts_at": "10:00", "freq": "yearly"},
    {"byday": "TU", "starts_at": "10:00", "exceptions": [{"date": "2026-13-01"}]},
    {"byday": "TU", "starts_at": "10:00", "exceptions": [{"kind": "extra"}]},
    {"byday": "TU", "starts_at": "10:00", "exceptions": [{"date": "2026-12-01"}, {"date": "2026-12-01"}]},
    {"byday": "TU", "starts_at": "10:00", "exceptions": [{"date": "2026-12-01", "kind": "moved"}]},
])  # fmt: skip
def test_one_wrong_value_leaves_a_session_out_whole(session: dict[str, Any]) -> None:
    def edit(service: dict[str, Any]) -> None:
        service["service_at_locations"][0]["hereabouts"]["sessions"] = [session]

    facts, notes = read(edited(RICH, edit))
    assert facts.places[0].sessions == () and "a session was not used" in " ".join(notes)


def test_words_of_ours_that_are_none_are_left_out_and_said() -> None:
    facts, notes = read(
        rich(hereabouts={"audiences": ["carers", "wizards"], "space": {"state": "roomy"}, "anyone_welcome": "perhaps"})
    )
    assert (facts.audiences, facts.space, facts.anyone_welcome) == (("carers",), Space(), None)
    assert len(notes) == 3
