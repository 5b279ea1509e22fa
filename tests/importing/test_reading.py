from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.directory.needs import NEEDS
from portal.importing.parts import Contact, Phone
from portal.importing.reading import FIELDS, Reader
from portal.importing.rows import Refused
from portal.importing.tags import TAG_NEEDS
from tests.importing.files import record


@pytest.fixture(autouse=True)
def _here(sqlite_app: Flask) -> Iterator[None]:
    yield


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "no name"),
        ({"name": None}, "no name"),
        ({"name": "N/A"}, "no name"),
        ({"name": "<br>"}, "no name"),
        ({"name": "???!"}, "no letter"),
        ({"name": "=HYPERLINK(1)"}, "formula"),
        ({"name": "x" * 251}, "251 letters"),
        ({"name": ["A"]}, "a list, not a text"),
        ({"description": {"$ref": "#"}}, "an object, not a text"),
        ({"description": "x" * 20_001}, "20,001 letters"),
        ({"lat": [1]}, "a list, not a text"),
        ({"organisation": "#REF!"}, "formula"),
    ],
)
def test_what_is_no_listing_is_refused_with_its_reason(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        Reader(record(**changes)).facts()


def test_what_a_source_does_not_say_stays_unsaid() -> None:
    facts = Reader({"name": "Larkfield Circle"}).facts()
    assert (facts.description, facts.places, facts.minimum_age, facts.cost_options, facts.joining) == (
        None,
        (),
        None,
        (),
        (),
    )
    assert (facts.organisation.name, facts.organisation.is_own) == ("Larkfield Circle", True)
    assert Reader(record(description="N/A", organisation="none")).facts().description is None


def test_every_word_for_a_need_names_a_need_and_others_give_none() -> None:
    assert set(TAG_NEEDS.values()) <= set(NEEDS)
    facts = Reader(record(tags=["Warm Space", "RL200", "warm space", 7, None, ["x"]])).facts()
    assert facts.needs == ("energy",)
    assert tuple(tag.code for tag in facts.tags) == ("Warm Space", "RL200", "warm space", "7")


def test_a_telephone_or_mail_link_among_the_web_addresses_goes_where_it_belongs() -> None:
    assert Reader(record(url="tel:01162222222")).facts().contacts == (Contact(phones=(Phone("0116 222 2222"),)),)
    facts = Reader(record(url="mailto:hello@larkfield.org.uk")).facts()
    assert (facts.url, facts.email) == (None, "hello@larkfield.org.uk")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "javascript:alert(1)"}, "web address"),
        ({"age": "05-Nov"}, "a date that a spreadsheet made"),
        ({"age": "over 50s"}, "not surely ages"),
        ({"charity_number": "45231"}, "shape of no register"),
        ({"active": "perhaps"}, "neither yes nor no"),
        ({"language": "Klingonish"}, "not surely one"),
        ({"lat": "north", "lon": "1"}, "not two numbers"),
        ({"description": "#REF!"}, "formula or error"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(changes: dict[str, Any], words: str) -> None:
    reader = Reader(record(**changes))
    reader.facts()
    assert any(words in note for note in reader.notes)


def test_a_refuge_and_a_service_for_abuse_show_their_area_only() -> None:
    for changes in ({"name": "Larkfield Women's Refuge"}, {"tags": ["Domestic abuse"]}):
        (place,) = Reader(record(**changes)).facts().places
        assert place.location.privacy == "area"
    (place,) = Reader(record(name="Refugee welcome")).facts().places
    assert place.location.privacy == "public"


def test_times_without_a_place_stay_a_text() -> None:
    facts = Reader({"name": "Telephone circle", "opening_text": "Tuesday: 10:00 - 12:00"}).facts()
    assert facts.opening_text == "Tuesday: 10:00 - 12:00" and not facts.places


def test_an_ended_listing_is_inactive_and_every_fact_can_be_told_by_a_column() -> None:
    assert Reader(record(active="False")).facts().status == "inactive"
    assert set(record()) - {"source"} <= set(FIELDS)
