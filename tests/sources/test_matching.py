"""Whether an incoming record is one that is held: what is sure, what a person is asked, what is new."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service, Source, SourceRecord
from portal.importing.drafts import Draft, draft_of, read_facts
from portal.importing.rows import Row
from portal.moderation.duplicates_records import records_of
from portal.organisations.models import OrganizationIdentifier
from portal.sources.blocks import Blocks
from portal.sources.comparing import record_of
from portal.sources.matching import NEW, Matcher, changed_much
from tests.factories import Make

LIBRARY: dict[str, Any] = {
    "id": "17",
    "name": "Larkfield Library",
    "organisation": "Larkfield Library",
    "description": "Books, warmth and free computers.",
    "address": "Larkfield Library, Mill Street",
    "postcode": "LE2 0QB",
    "opening_text": "Monday: 09:30 - 17:00, Thursday: 09:30 - 19:00",
}


def draft(source: str = "Peer", **facts: Any) -> Draft:
    made = draft_of(Row(1, {**LIBRARY, **facts}), source, source)
    read_facts(made)
    return made


def matcher(name: str = "Peer") -> Matcher:
    source = db.session.scalar(select(Source).where(Source.name == name))
    return Matcher(source.id if source else None, name)


@pytest.fixture
def library(app: Flask, make: Make) -> Service:
    times = [make.session("MO", "09:30"), make.session("TH", "09:30")]
    return make.service(
        "Larkfield Library", organisation=make.organisation("Larkfield Library"), sessions=times,
        description="Books, warmth and free computers.", place={"name": "Larkfield Library", "address": "Mill Street"},
    )  # fmt: skip


@pytest.fixture
def come_from(app: Flask) -> Callable[..., SourceRecord]:
    """Says that a listing came from a source, under an id."""

    def told(service: Service, name: str, external_id: str) -> SourceRecord:
        source = Source(name=name)
        record = SourceRecord(
            source=source, external_id=external_id, service_id=service.id, document={"name": "x"}, digest="0" * 64
        )
        db.session.add(record)
        db.session.commit()
        return record

    return told


def test_what_stands_here_in_the_same_words_is_a_copy(library: Service) -> None:
    match = matcher().match([draft()])["17"]
    assert (match.answer, match.how, match.service_id) == ("copy", "likeness", library.id)
    assert match.candidates[0].as_json()["service"] == str(library.id)


def test_what_is_somewhat_alike_is_asked(library: Service) -> None:
    match = matcher().match([draft(name="Larkfield Reading Room", opening_text=None)])["17"]
    assert (match.answer, match.service_id) == ("doubtful", None)
    assert [one.service_id for one in match.candidates] == [library.id]


def test_what_is_elsewhere_is_new(library: Service) -> None:
    far = draft(name="Northgate Walkers", organisation="Northgate Walkers", address="1 Quay", postcode="EX4 3AA")
    assert matcher().match([far])["17"] == NEW


def test_alike_in_all_but_the_name_is_asked_and_never_taken_for_one(library: Service) -> None:
    """Some lists give a neighbour's address and times: a likeness of 0.99 once, of two libraries 40 miles apart."""
    match = matcher().match([draft(name="Askam Library", organisation="Askam Library")])["17"]
    assert match.answer != "copy"


def test_its_own_listings_are_left_to_the_source(library: Service, come_from: Callable[..., SourceRecord]) -> None:
    come_from(library, "Peer", "16")
    assert matcher().match([draft()])["17"] == NEW
    assert matcher("Another").match([draft("Another")])["17"].answer == "copy"


def test_our_own_record_coming_back_is_a_copy_whatever_its_place(library: Service) -> None:
    back = draft(id=str(library.id), address="Elsewhere", postcode="EX4 3AA", opening_text=None)
    match = matcher().match([back])[str(library.id)]
    assert (match.answer, match.how, match.service_id) == ("copy", "identifiers", library.id)


def test_our_own_record_coming_back_by_way_of_another_portal_is_a_copy(library: Service) -> None:
    """Another portal has given it an id of its own, and says in its provenance which id it had with us."""
    told = {"id": str(uuid4()), "name": "Larkfield Library", "organization": {"id": "o", "name": "Larkfield Library"}}
    row = Row(1, {"hsds": told | {"hereabouts": {"provenance": {"source": "Ours", "id": str(library.id)}}}})
    made = draft_of(row, "Peer", "Peer")
    read_facts(made)
    match = matcher().match([made])[told["id"]]
    assert (match.answer, match.how, match.service_id) == ("copy", "identifiers", library.id)


def test_the_id_of_another_feed_tells_a_copy(library: Service, come_from: Callable[..., SourceRecord]) -> None:
    shared = str(uuid4())
    come_from(library, "Aggregator", shared)
    match = matcher().match([draft(id=shared, postcode="EX4 3AA", address="")])[shared]
    assert (match.answer, match.how, match.service_id) == ("copy", "identifiers", library.id)


def test_an_id_with_another_name_and_place_is_asked(library: Service, come_from: Callable[..., SourceRecord]) -> None:
    shared = str(uuid4())
    come_from(library, "Aggregator", shared)
    match = matcher().match([draft(id=shared, name="Judo for beginners", organisation="Dojo", postcode="EX4 3AA")])
    assert match[shared].answer == "doubtful"
    assert match[shared].candidates[0].service_id == library.id


def test_plain_numbers_of_two_feeds_say_nothing(library: Service, come_from: Callable[..., SourceRecord]) -> None:
    come_from(library, "Aggregator", "17")
    far = draft(name="Northgate Walkers", organisation="Northgate Walkers", address="1 Quay", postcode="EX4 3AA")
    assert matcher().match([far])["17"] == NEW


def test_one_charity_with_one_name_in_one_place_is_a_copy(library: Service) -> None:
    db.session.add(
        OrganizationIdentifier(
            organization_id=library.organization_id,
            identifier_scheme="GB-CHC",
            identifier_type="charity",
            identifier="1093556",
        )
    )
    db.session.commit()
    told = draft(charity_number="1093556", opening_text="Friday: 20:00 - 21:00", address="", description="Other words")
    match = matcher().match([told])["17"]
    assert (match.answer, match.how) == ("copy", "identifiers")


def test_two_records_of_one_source_are_not_both_a_copy_of_one_listing(library: Service) -> None:
    asked = matcher()
    first = asked.match([draft()])["17"]
    second = asked.match([draft(id="18")])["18"]
    assert (first.answer, second.answer) == ("copy", "doubtful")
    assert second.candidates == first.candidates


def test_no_list_brings_back_by_itself_what_was_withdrawn_here(library: Service) -> None:
    library.withdrawn_at = clock.now()
    db.session.commit()
    match = matcher().match([draft()])["17"]
    assert match.answer == "doubtful"
    assert match.candidates[0].service_id == library.id


def test_facts_read_from_a_document_compare_as_the_listing_made_from_it(app: Flask, library: Service) -> None:
    """Else the limits that were measured on listings would say nothing of documents."""
    held = records_of([library.id])[library.id]
    facts = draft().facts
    assert facts is not None
    told = record_of(facts, "Peer")
    assert (told.words, told.postcodes, told.times) == (held.words, held.postcodes, told.times)
    assert told.times >= {("MO", 570), ("TH", 570)}


def test_statements_grow_with_batches_and_not_with_records(
    sqlite_app: Flask, make: Make, count_statements: Callable[[], Any]
) -> None:
    for number in range(12):
        make.service(f"Larkfield Choir {number}")

    def counted(drafts: list[Draft]) -> int:
        asked = matcher()
        asked.match(drafts[:1])  # reads what is held
        with count_statements() as seen:
            asked.match(drafts)
        return len(seen)

    few = counted([draft(id=str(number), name=f"Larkfield Choir {number}") for number in range(2)])
    many = counted([draft(id=str(number), name=f"Larkfield Choir {number}") for number in range(12)])
    assert 0 < few == many


def test_a_key_that_many_share_is_no_key(sqlite_app: Flask) -> None:
    blocks = Blocks()
    facts = draft().facts
    assert facts is not None
    record = record_of(facts, "Peer")
    ids = [UUID(int=number) for number in range(100)]
    for one in ids[:59]:
        blocks.add(one, record)
    blocks.settle()
    assert blocks.near(record) == frozenset(ids[:59])
    blocks = Blocks()
    for one in ids:
        blocks.add(one, record)
    blocks.settle()
    assert blocks.near(record) == frozenset()
    assert len(blocks) == 100


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"description": "Quite other words.", "opening_text": "Friday: 10:00 - 12:00"}, False),
        ({"name": "Larkfield Public Library"}, False),
        ({"name": "Judo for beginners"}, True),
        ({"postcode": "EX4 3AA", "address": "1 Quay"}, True),
        ({"postcode": None, "address": None}, False),
    ],
)
def test_what_was_settled_is_asked_again_under_another_name_or_in_another_place(
    app: Flask, facts: dict[str, Any], expected: bool
) -> None:
    assert changed_much(LIBRARY, draft(**facts), "Peer") is expected


def test_a_document_that_nobody_can_read_any_more_is_not_asked_about(app: Flask) -> None:
    assert not changed_much({"name": ["a list"]}, draft(), "Peer")
    assert not changed_much(None, draft(), "Peer")
