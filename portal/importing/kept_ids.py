"""Ids that rows keep when a portal like this one told them: the same listing has the same id in both.

An id is taken only where no row has it, and none had it that was public once: an import never gets at what stands here. What
several listings of one file share, such as a venue, they share here too, where they say the same of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, true

from portal.core.extensions import Base, db
from portal.directory.models import Location, Service, ServiceAtLocation, ServiceChange, SourceRecord
from portal.importing.facts import Facts
from portal.importing.parts import Location as ToldLocation
from portal.importing.parts import Part, each_of, part_of, signature
from portal.organisations.models import Organization

AT_ONCE = 5_000
"""Ids in one question."""
Theirs = Callable[[Any], ColumnElement[bool]]
"""Whether the listing in a column is one of theirs: asked row by row, since a source may have given all that stands here."""


class KeptIds:
    """Which of the ids that a batch of new listings was told with are free, and which of its venues stand here already."""

    def __init__(
        self, source_id: UUID, facts: Iterable[Facts], services: Iterable[UUID], *, is_all_theirs: bool = False
    ) -> None:
        wanted: defaultdict[type[Base], set[UUID]] = defaultdict(set)
        venues: list[ToldLocation] = []
        wanted[Service] |= set(services)
        for one in facts:
            for part in _every_part(one):
                if part.own_id is not None:
                    wanted[part.MODEL].add(part.own_id)
                if isinstance(part, ToldLocation):
                    venues.append(part)
            for model, own_id in one.links:
                wanted[model].add(own_id)
        self._free = {model: ids - _taken(model, ids) for model, ids in wanted.items() if ids}
        told = {one.own_id for one in venues if one.own_id is not None} - self._free.get(Location, set())
        self.theirs = theirs_of(source_id, is_all_theirs=is_all_theirs)
        self._venues = _venues_of(self.theirs, told)

    def take(self, model: type[Base], own_id: UUID | None) -> UUID | None:
        """The id, if it is free: then it is taken. None where it is not, or where there is none."""
        free = self._free.get(model)
        if own_id is None or not free or own_id not in free:
            return None
        free.discard(own_id)
        return own_id

    def venue(self, told: Part) -> UUID | None:
        """The id of a venue of the same source that says the same, and that others of its listings are at already."""
        if not isinstance(told, ToldLocation) or told.own_id is None:
            return None
        return told.own_id if self._venues.get(told.own_id) == signature(told) else None

    def put_down(self, told: Part, row_id: UUID) -> None:
        """Remember a venue that was put down under the id it was told with."""
        if isinstance(told, ToldLocation) and told.own_id == row_id:
            self._venues[row_id] = signature(told)


def _every_part(facts: Facts) -> Iterator[Part]:
    for value in vars(facts).values():
        for one in value if isinstance(value, tuple) else ():
            if isinstance(one, Part):
                yield from each_of(one)


def _taken(model: type[Base], ids: set[UUID]) -> set[UUID]:
    columns: list[Any] = [model.id, *([ServiceChange.service_id] if model is Service else [])]  # type: ignore[attr-defined]
    return {
        one for column in columns for some in _some(ids) for one in db.session.scalars(select(column).where(column.in_(some)))
    }  # fmt: skip


def theirs_of(source_id: UUID, *, is_all_theirs: bool = False) -> Theirs:
    """Those that come from a source; all that there are, where listings move into an empty instance."""
    if is_all_theirs:
        return lambda _listing: true()
    return lambda listing: exists().where(SourceRecord.service_id == listing, SourceRecord.source_id == source_id)


def _venues_of(theirs: Theirs, ids: set[UUID]) -> dict[UUID, Any]:
    """What these venues say, where every listing that is at them comes from this source."""
    found: dict[UUID, Any] = {}
    for some in _some(ids):
        at = select(ServiceAtLocation.location_id).where(ServiceAtLocation.location_id.in_(some))
        own = set(db.session.scalars(at.where(theirs(ServiceAtLocation.service_id))))
        own -= set(db.session.scalars(at.where(~theirs(ServiceAtLocation.service_id))))
        rows = db.session.scalars(select(Location).where(Location.id.in_(own))) if own else ()
        found |= {row.id: signature(part_of(ToldLocation, row)) for row in rows}
    return found


def bodies_of(theirs: Theirs, ids: set[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Of these ids of organisations: those that are free, and those whose listings, one at least, all come from this source."""
    free, own = set(ids), set[UUID]()
    for some in _some(ids):
        free -= set(db.session.scalars(select(Organization.id).where(Organization.id.in_(some))))
        of = select(Service.organization_id).where(Service.organization_id.in_(some))
        own |= set(db.session.scalars(of.where(theirs(Service.id))))
        own -= set(db.session.scalars(of.where(~theirs(Service.id))))
    return free, own


def _some(ids: set[UUID]) -> Iterator[list[UUID]]:
    every = sorted(ids)
    for first in range(0, len(every), AT_ONCE):
        yield every[first : first + AT_ONCE]
