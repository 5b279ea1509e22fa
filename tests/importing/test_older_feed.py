"""Feeds of Open Referral UK 1: their pages, and their services under the names of 3.0."""

from datetime import time
from typing import Any

import pytest
from flask import Flask

from portal.importing.dialects import DIALECTS
from portal.importing.drafts import facts_of
from portal.importing.feed import Walk
from portal.importing.lines import FileProblem
from portal.importing.nested.older import as_service
from portal.importing.rows import Refused, Row
from tests.importing.test_feed import fetcher_of
from tests.support.remote import Answers, answer, remote

SERVICE: dict[str, Any] = {
    "id": "s-1",
    "name": "Tuesday Table",
    "description": "<p>Lunch and <b>company</b>.</p>",
    "status": "active",
    "url": "https://table.example/lunch",
    "email": "hello@table.example",
    "fees": None,
    "organization": {"id": "o-1", "name": "Larkfield Lunches", "description": "A trust.", "url": "https://table.example/"},
    "eligibilitys": [{"id": "e-1", "eligibility": "Anybody over 60", "minimum_age": 60, "maximum_age": 120}],
    "cost_options": [{"id": "c-1", "amount": 3.5, "option": "a meal", "valid_from": None}],
    "contacts": [{"id": "p-1", "name": None, "title": "Front desk", "phones": [{"id": "t-1", "number": "0116 444 4444"}]}],
    "languages": [{"id": "l-1", "language": "English"}],
    "service_areas": [{"id": "a-1", "service_area": "Larkfield", "extent": None}],
    "regular_schedules": [
        {"id": "r-1", "weekday": "Tuesday", "opens_at": "12:00:00", "closes_at": "14:00:00"},
        {"id": "r-2", "weekday": "Thursday", "opens_at": "12:00:00", "closes_at": "14:00:00"},
    ],
    "holiday_schedules": [{"id": "h-1", "closed": True, "start_date": "2026-12-25", "end_date": "2026-12-25"}],
    "service_taxonomys": [
        {"id": "x-1", "taxonomy": {"id": "v-1", "name": "Lunch club", "vocabulary": "Larkfield needs"}},
    ],
    "service_at_locations": [
        {
            "id": "at-1",
            "regular_schedule": [],
            "location": {
                "id": "p-1",
                "name": "Old Chapel",
                "latitude": 52.64,
                "longitude": -1.12,
                "physical_addresses": [
                    {"id": "ad-1", "address_1": "1 Chapel Lane", "city": "Leicester", "postal_code": "LE2 0QB", "country": "GB"}
                ],
                "accessibility_for_disabilities": [{"id": "ac-1", "accessibility": "A ramp at the side"}],
            },
        }
    ],
}  # fmt: skip


def page(number: int, pages: int, *services: Any, first: bool) -> bytes:
    return answer(
        {
            "totalElements": 3,
            "totalPages": pages,
            "number": number,
            "size": len(services),
            "first": first,
            "last": number == pages,
            "empty": not services,
            "content": list(services),
        }
    )


def read(answers: Answers) -> list[Row]:
    with remote(answers, secure=False) as server, fetcher_of(server) as fetcher:
        return list(Walk(server.address("/o"), fetcher, dialect=DIALECTS["1"]).rows())


def test_a_service_of_version_1_is_read_as_one_of_version_3(sqlite_app: Flask) -> None:
    facts, notes = facts_of({"oruk1": SERVICE})
    assert notes == []
    assert facts.name == "Tuesday Table" and facts.description == "Lunch and company."
    assert facts.organisation.name == "Larkfield Lunches" and facts.organisation.website == "https://table.example/"
    assert (facts.minimum_age, facts.maximum_age, facts.who_for) == (60, 120, "Anybody over 60")
    times = facts.schedules[0]
    assert (times.byday, times.opens_at, times.closes_at) == ("TU,TH", time(12), time(14))
    assert [phone.number for contact in facts.contacts for phone in contact.phones] == ["0116 444 4444"]
    assert [term.name for term in facts.tags] == ["Lunch club"]
    assert [area.name for area in facts.service_areas] == ["Larkfield"]
    assert [language.code for language in facts.languages] == ["en"]
    (place,) = facts.places
    assert place.location.addresses[0].postal_code == "LE2 0QB"
    assert [one.description for one in place.location.accessibility] == ["A ramp at the side"]


def test_the_document_is_not_changed_by_being_read() -> None:
    before = repr(SERVICE)
    as_service(SERVICE)
    assert repr(SERVICE) == before


def test_a_text_where_a_list_belongs_is_refused() -> None:
    with pytest.raises(Refused, match="no list"):
        as_service(SERVICE | {"regular_schedules": "Tuesdays"})


@pytest.mark.parametrize("first", [1, 0])
def test_a_feed_is_read_whether_it_counts_its_pages_from_one_or_from_none(first: int) -> None:
    services = [SERVICE | {"id": f"s-{number}", "name": f"Table {number}"} for number in range(3)]

    def answers(target: str) -> bytes:
        number = int(target.partition("page=")[2].partition("&")[0]) - first
        return page(number + first, 3, *services[number : number + 1], first=number == 0)

    rows = read(answers)
    found = {row.document["oruk1"]["id"] for row in rows if row.document}
    assert found == {"s-0", "s-1", "s-2"} and len(rows) == 3


def test_short_lists_are_completed_one_by_one() -> None:
    def answers(target: str) -> bytes:
        if target.startswith("/o/services?"):
            return page(1, 1, {"id": "s-1", "name": "Tuesday Table"}, first=True)
        return answer(SERVICE)

    (row,) = read(answers)
    assert row.document == {"oruk1": SERVICE}


def test_a_feed_of_version_3_says_that_it_is_one() -> None:
    with pytest.raises(FileProblem, match="Open Referral UK 3"):
        read(lambda _target: answer({"contents": [], "total_pages": 1}))
