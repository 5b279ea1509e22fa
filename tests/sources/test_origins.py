"""Whose each fact is, and giving a fact back to its source: through changes, so that it can be followed and put back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions as changes
from portal.changes import queries
from portal.changes.facts import FACTS, read_all
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.directory.models import Location, Service, Source, SourceRecord
from portal.importing.actions import Origin, import_rows
from portal.importing.rows import Row as SourceRow
from portal.sources import origins
from portal.sources.models import SourceMatch
from portal.sources.origins import Row, Teller
from portal.sources.told import told_by
from tests.factories import Make
from tests.importing.nested import edited, plain, rich, take


def listing() -> Service:
    return db.session.scalars(select(Service)).one()


def teller() -> Teller:
    return origins.tellers_of(listing())[0]


def rows() -> dict[str, Row]:
    return {row.name: row for row in origins.rows_of(listing(), teller())}


def edit(by: User, **facts: Any) -> ChangeRequest:
    service = listing()
    change = changes.propose(service, facts, by=by, base_version=service.version, key=None)
    db.session.commit()
    return change


@pytest.fixture
def moderator(app: Flask, make: Make) -> Callable[[], User]:
    """Gives them anew each time: an import lets go of all that was read before."""
    own_id = make.user("moderator").id
    return lambda: db.session.get_one(User, own_id)


@pytest.mark.parametrize("service", [rich(), plain()], ids=["rich", "plain"])
def test_what_was_just_imported_is_all_its_sources(app: Flask, service: dict[str, Any]) -> None:
    take(service)
    found = rows()
    assert {row.whose for row in found.values()} == {"source"}
    assert found.keys() == {name for name, value in read_all(listing()).items() if value}
    assert found["name"].since == db.session.scalars(select(SourceRecord.fetched_at)).one()


def test_a_row_of_a_table_that_was_just_imported_is_all_its_sources(app: Flask) -> None:
    told = {
        "id": "17", "name": "Tuesday Table", "organisation": "Larkfield Circle", "description": "Tea and talk.",
        "address": "Larkfield Hall, 1 Larkfield Road", "postcode": "LE2 0QB", "phone": "0116 222 2222", "fees": "£3 a session",
        "opening_text": "Tuesday: 10:00 - 12:00", "tags": ["loneliness"], "url": "https://larkfield.org.uk", "age": "18+",
    }  # fmt: skip
    [result] = import_rows(iter([SourceRow(1, told)]), Origin("Council"))
    assert result.outcome == "new"
    found = rows()
    assert {row.whose for row in found.values()} == {"source"}
    assert found.keys() >= {"name", "description", "sessions", "place", "phone", "url"}


def test_a_fact_that_was_edited_here_is_ours_with_who_and_since_when(app: Flask, moderator: Callable[[], User]) -> None:
    take(rich())
    edit(moderator(), description="Come and rest.")
    row = rows()["description"]
    version = queries.versions_of(listing().id)[0]
    assert (row.whose, row.here, row.by_kind, row.since) == ("here", ("Come and rest.",), "moderator", version.at)
    assert row.says[0] == "Tea, forms and company."
    assert row.can_be_taken
    assert {row.whose for name, row in rows().items() if name != "description"} == {"source"}


def test_a_fact_given_back_reads_as_the_source_says_and_follows_it_again(
    app: Flask, moderator: Callable[[], User]
) -> None:
    take(rich())
    edit(moderator(), description="Come and rest.")
    [kept] = take(rich(description="Tea at four."))
    assert kept.kept == ("description",)
    [change] = origins.take(listing(), teller(), ["description"], by=moderator())
    db.session.commit()
    assert (change.state, listing().description) == ("live", "Tea at four.")
    assert rows()["description"].whose == "source"
    [followed] = take(rich(description="Tea at five."))
    assert (followed.changed, followed.kept) == (("description",), ())
    assert listing().description == "Tea at five."


def test_giving_back_stands_in_the_history_and_in_the_chain_and_can_be_put_back(
    app: Flask, moderator: Callable[[], User]
) -> None:
    take(rich())
    edit(moderator(), description="Come and rest.")
    [change] = origins.take(listing(), teller(), None, by=moderator())
    db.session.commit()
    versions = queries.versions_of(listing().id)
    assert [(one.how, one.changed, one.by_user_id) for one in versions[:1]] == [
        ("taken", ["description"], moderator().id)
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "listing.taken")).one()
    assert (entry.actor_id, entry.subject_id) == (str(moderator().id), str(listing().id))
    changes.undo(change, moderator())
    db.session.commit()
    assert listing().description == "Come and rest."
    assert rows()["description"].whose == "here"


def test_facts_that_wait_for_a_moderator_wait_also_when_they_are_given_back(
    app: Flask, moderator: Callable[[], User]
) -> None:
    take(rich())
    service = listing()
    service.name = "Another name"
    service.summary = "Another sentence"
    db.session.commit()
    made = origins.take(service, teller(), None, by=moderator(), key="k" * 32)
    db.session.commit()
    assert [(one.state, sorted(one.facts)) for one in made] == [("live", ["summary"]), ("waiting", ["name"])]
    assert listing().name == "Another name"
    assert rows()["name"].is_waiting
    assert not rows()["name"].can_be_taken
    again = origins.take  # a second press of the button finds nothing more to take
    with pytest.raises(DomainError):
        again(listing(), teller(), None, by=moderator(), key="k" * 32)


CLEARED = (
    "summary",
    "needs",
    "sessions",
    "opening",
    "cost",
    "ages",
    "audiences",
    "languages",
    "joining",
    "phone",
    "email",
)


@pytest.mark.parametrize("name", CLEARED)
def test_each_fact_can_be_changed_here_and_given_back_whole(
    app: Flask, moderator: Callable[[], User], name: str
) -> None:
    """As importing compares it: what was given back follows the source, and nothing is said to be edited here."""
    take(rich())
    service = listing()
    before = read_all(service)[name]
    assert before, "the rich listing tells every fact that is tried here"
    FACTS[name].write(service, None)
    db.session.commit()
    assert rows()[name].whose == "here"
    for change in origins.take(listing(), teller(), [name], by=moderator()):
        if change.state == "waiting":
            another = Make().user("moderator")
            changes.approve(change, another)
    db.session.commit()
    assert rows()[name].whose == "source"
    [result] = take(rich(accreditations="Another mark"))
    assert (result.changed, result.kept) == (("accreditations",), ())


def test_a_place_that_was_closed_here_is_never_opened_by_taking_the_sources(
    app: Flask, moderator: Callable[[], User]
) -> None:
    take(rich())
    for location in db.session.scalars(select(Location).where(Location.name == "Larkfield Hall")):
        location.privacy, location.name = "hidden", "A hall"
    db.session.commit()
    assert rows()["place"].whose == "here"
    [change] = origins.take(listing(), teller(), ["place"], by=moderator())
    changes.approve(change, Make().user("moderator"))
    db.session.commit()
    hall = db.session.scalars(select(Location).where(Location.name == "Larkfield Hall")).one()
    assert hall.privacy == "hidden"


def test_what_a_source_says_nothing_of_cannot_be_taken(app: Flask, moderator: Callable[[], User]) -> None:
    take(plain())
    edit(moderator(), alert="Closed on Monday")
    row = rows()["alert"]
    assert (row.whose, row.says, row.can_be_taken) == ("here", (), False)
    with pytest.raises(DomainError):
        origins.take(listing(), teller(), ["alert"], by=moderator())


def test_a_copy_tells_too_and_facts_can_be_taken_from_it(app: Flask, make: Make, moderator: Callable[[], User]) -> None:
    service = make.service("Larkfield Welcome", needs=["loneliness"])
    source = Source(name="Peer")
    db.session.add(source)
    db.session.flush()
    document = {"hsds": rich(name="Larkfield Welcome", description="Tea at four.")}
    db.session.add(
        SourceMatch(
            source_id=source.id, external_id="s1", answer="copy", service_id=service.id, how="person",
            document=document, digest="0" * 64, fetched_at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()
    [told] = origins.tellers_of(service)
    assert told.is_copy
    origins.take(service, told, ["description"], by=moderator())
    db.session.commit()
    assert service.description == "Tea at four."


def test_a_document_that_cannot_be_read_any_more_tells_nothing(app: Flask) -> None:
    take(rich())
    record = db.session.scalars(select(SourceRecord)).one()
    record.document = {"hsds": {"id": "s1", "name": ["no", "name"]}}
    db.session.commit()
    assert teller().facts is None
    assert origins.rows_of(listing(), teller()) == []


def test_reading_what_a_source_says_saves_nothing(app: Flask) -> None:
    take(rich())
    service = listing()
    before = read_all(service)
    told_by(db.session.scalars(select(SourceRecord.document)).one(), service, db.session.scalars(select(Source)).one())
    assert not db.session.new
    assert not db.session.dirty
    db.session.commit()
    assert read_all(service) == before


def test_the_same_place_in_another_order_is_the_same(app: Flask) -> None:
    def turned(service: dict[str, Any]) -> None:
        service["languages"].reverse()
        service["cost_options"].reverse()
        service["contacts"].reverse()

    take(rich())
    record = db.session.scalars(select(SourceRecord)).one()
    record.document = {"hsds": edited(rich(), turned)}
    db.session.commit()
    assert {row.whose for row in rows().values()} == {"source"}
