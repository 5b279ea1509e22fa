"""A source in the middle of everything, for tests of pages: read before, edited here since, and changed upstream."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions as changes
from portal.core.extensions import db
from portal.directory.models import Service, SourceRecord
from portal.sources.models import SourceRun, SourceTask, StagedRecord
from tests.factories import Make
from tests.sources.peers import Peer, accept, add, address_of, peer_at, read, service

PLACE = {
    "id": "place-1",
    "location": {
        "id": "location-1", "location_type": "physical", "name": "Larkfield Library",
        "addresses": [{"address_1": "Mill Street", "city": "Leicester", "postal_code": "LE2 0QB", "country": "GB"}],
    },
}  # fmt: skip
LIBRARY: dict[str, Any] = {
    "name": "Larkfield Library",
    "description": "Books, warmth and free computers for everybody who comes in.",
    "organization": {
        "id": "00000000-0000-4000-9000-999999999999",
        "name": "Larkfield Library",
        "description": "Books.",
    },
    "service_at_locations": [PLACE],
    "schedules": [{"freq": "WEEKLY", "byday": "MO,TH", "opens_at": "09:30", "closes_at": "17:00"}],
}


def library(number: int = 101, **told: Any) -> dict[str, Any]:
    """The record of a library that stands here already."""
    return service(number, **{**LIBRARY, **told})


def reading_room(number: int = 102) -> dict[str, Any]:
    """A record that may be that library."""
    told = {"name": "Larkfield Reading Room", "description": "Come in and read the papers.", "schedules": []}
    organisation = {"id": "00000000-0000-4000-9000-888888888888", "name": "Reading Room Friends", "description": "Us."}
    return library(number, organization=organisation, **told)


def held_library(make: Make) -> Service:
    """The library as it stands here, made by its own group."""
    times = [make.session("MO", "09:30", "17:00"), make.session("TH", "09:30", "17:00")]
    return make.service(
        "Larkfield Library", organisation=make.organisation("Larkfield Library"), sessions=times,
        description="Books, warmth and free computers.", place={"name": "Larkfield Library", "address": "Mill Street"},
    )  # fmt: skip


@dataclass
class Town:
    """What was made: ids of the source, of the reading that waits and of what hangs on it."""

    peer: Peer
    address: str
    source_id: UUID
    first: UUID
    waiting: UUID
    library: UUID
    edited: UUID

    @property
    def tasks(self) -> list[UUID]:
        return list(db.session.scalars(select(SourceTask.id).order_by(SourceTask.id)))

    def record(self, outcome: str) -> UUID:
        """A record of the reading that waits."""
        question = select(StagedRecord.id).where(StagedRecord.run_id == self.waiting, StagedRecord.outcome == outcome)
        return db.session.scalars(question.order_by(StagedRecord.line)).first()  # type: ignore[return-value]


@contextmanager
def town(make: Make, by: User) -> Iterator[Town]:
    """Ten records taken; then one is edited here and changed upstream, one ends, one vanishes, and four come."""
    held = held_library(make)
    library_id, by_id = held.id, by.id
    peer = Peer(
        *(service(number, description=f"A friendly circle, number {number}, with tea.") for number in range(10))
    )
    with peer_at(peer) as server:
        source_id = add(address_of(server), name="Larkfield council", licence="Open Government Licence v3.0")
        first = accept(read(source_id))
        edited = db.session.scalars(
            select(SourceRecord.service_id).where(SourceRecord.external_id == service(1)["id"])
        ).one()
        _edit(edited, by_id, description="Tea, cake and a chat each Tuesday.", alert="Closed on Christmas Day")
        peer.services[service(1)["id"]]["description"] = "A friendly circle behind the green door."
        peer.services[service(5)["id"]]["description"] = "A circle that has moved to the red door. Ring the bell twice."
        peer.services[service(2)["id"]]["name"] = "Cedar circle, under its new name"
        peer.services[service(3)["id"]]["status"] = "inactive"
        del peer.services[service(4)["id"]]
        for more in (library(), reading_room(), service(11), {**service(12), "name": ["a", "list"]}):
            peer.services[more["id"]] = more
        waiting = read(source_id, whole=True)
        yield Town(peer, address_of(server), source_id, first.id, waiting.id, library_id, edited)


def _edit(service_id: UUID, by_id: UUID, **facts: Any) -> None:
    found = db.session.get_one(Service, service_id)
    changes.propose(found, facts, by=db.session.get_one(User, by_id), base_version=found.version, key=None)
    db.session.commit()


def outcome_of(run_id: UUID) -> dict[str, int]:
    """The counts of a reading."""
    return dict(db.session.get_one(SourceRun, run_id).counts)
