"""Which ids stand on a page of the feed, and how many there are in all. Always in the order of ids."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, true

from portal.core.extensions import db
from portal.core.remembered import remembered
from portal.directory.models import Service, ServiceAtLocation, ServiceChange, Taxonomy, TaxonomyTerm
from portal.feed import filters
from portal.feed.asked import Asked
from portal.feed.params import HOW, PARAMETERS
from portal.openreferral.listed import organization_items
from portal.organisations.models import Organization

BATCH = 200
"""How many are read at once where everything is."""
AT_ONCE = 1_000
ID_BYTES = 16
SHORT, KEPT_SECONDS = 5_000, 10.0
"""A list of more than this many is told as it was so many seconds ago at most. What went meanwhile is not told all the same."""
IS_PUBLIC: ColumnElement[bool] = ServiceChange.__table__.c.is_public
FILTERS = frozenset(one.name for one in PARAMETERS) - HOW - {"modified_after"}
"""What a listing must say of itself to be found. One that is gone says nothing any more."""


@dataclass(frozen=True)
class Wanted:
    """What a query finds, in the order of `key`. `ids`: a statement that gives it first, and then whether it has to be read.

    `verify`: of some ids those that truly match, asked only of those that have to be read; none where the database knows all.
    `among`: ids of which alone it may be one. `everything`: the name of the list, where nothing was asked for but all of it.
    """

    key: Any
    ids: Select[Any]
    verify: Callable[[Sequence[UUID]], set[UUID]] | None = None
    among: frozenset[UUID] | None = None
    everything: str | None = None

    def page(self, offset: int, limit: int) -> tuple[int, list[UUID]]:
        """How many there are, and these of them. Of many, as it was some seconds ago."""
        if (known := self._known()) is not None:
            some = known[offset * ID_BYTES : (offset + limit) * ID_BYTES]
            found = [UUID(bytes=some[at : at + ID_BYTES]) for at in range(0, len(some), ID_BYTES)]
            return len(known) // ID_BYTES, found
        if self.verify is None and self.among is None:
            total = self._count()
            if offset >= total:
                return total, []
            return total, list(db.session.scalars(self.ids.offset(offset).limit(limit)))
        found = self._every()
        return len(found), found[offset : offset + limit]

    def _known(self) -> bytes | None:
        """All ids of a long list, one after the other, as this process read them last; none of a short one, which is asked for
        anew. Finding the middle of 100,000 places takes the database a third of a second, and a harvest asks a thousand times.
        """
        if self.everything is None:
            return None
        return remembered("feed.ids", self.everything, self._packed, seconds=KEPT_SECONDS)

    def _packed(self) -> bytes | None:
        if self._count() <= SHORT:
            return None
        return b"".join(one.bytes for one in db.session.scalars(self.ids))

    def _count(self) -> int:
        return db.session.scalar(select(func.count()).select_from(self.ids.order_by(None).subquery())) or 0

    def batches(self) -> Iterator[list[UUID]]:
        """All of them, some at a time; nothing is held in between where the database knows all."""
        if self.verify is not None or self.among is not None:
            every = self._every()
            for first in range(0, len(every), BATCH):
                yield every[first : first + BATCH]
            return
        some = list(db.session.scalars(self.ids.limit(BATCH)))
        while some:
            yield some
            some = list(db.session.scalars(self.ids.where(self.key > some[-1]).limit(BATCH)))

    def _every(self) -> list[UUID]:
        rows = db.session.execute(self.ids).all()
        if self.among is not None:
            rows = [row for row in rows if row[0] in self.among]
        if self.verify is None:
            return [row[0] for row in rows]
        unsure = [row[0] for row in rows if row[1]]
        sure: set[UUID] = set()
        for first in range(0, len(unsure), AT_ONCE):
            sure |= self.verify(unsure[first : first + AT_ONCE])
        return [row[0] for row in rows if not row[1] or row[0] in sure]


def services(asked: Asked) -> Wanted:
    """Services. With `modified_after` and nothing else asked for, those that are gone since then too."""
    key = ServiceChange.service_id
    conditions: list[ColumnElement[bool]] = []
    after = asked.get("modified_after")
    if after is not None:
        conditions.append(ServiceChange.changed_at >= after)
    if after is None or FILTERS & set(asked.values):
        conditions.append(IS_PUBLIC)
    of_it = [*filters.of_services(asked), *filters.times_of_service(asked)]
    places = filters.near(asked)
    among = None if places is None else filters.services_at(places)
    wanted = select(key)
    if of_it or asked.words:
        wanted = wanted.join(Service, Service.id == key)
    wanted, verify = _with_words(asked, wanted)
    everything = None if set(asked.values) & (FILTERS | {"modified_after"}) else "services"
    return Wanted(key, wanted.where(*conditions, *of_it).order_by(key), verify, among, everything)


def places(asked: Asked) -> Wanted:
    """Services at their places, of what is public."""
    key = ServiceAtLocation.id
    wanted = select(key).join(ServiceChange, ServiceChange.service_id == ServiceAtLocation.service_id)
    conditions: list[ColumnElement[bool]] = [IS_PUBLIC]
    if (after := asked.get("modified_after")) is not None:
        conditions.append(ServiceChange.changed_at >= after)
    of_it = [*filters.of_services(asked), *filters.times_of_place(asked)]
    if of_it or asked.words:
        wanted = wanted.join(Service, Service.id == ServiceAtLocation.service_id)
    wanted, verify = _with_words(asked, wanted)
    if verify is not None:
        verify = _places_holding(asked.words)
    everything = None if set(asked.values) & (FILTERS | {"modified_after"}) else "service_at_locations"
    return Wanted(key, wanted.where(*conditions, *of_it).order_by(key), verify, filters.near(asked), everything)


def organizations(asked: Asked) -> Wanted:
    """Organisations that offer something to the public."""
    key = Organization.id
    offers = exists().where(
        Service.organization_id == key, ServiceChange.service_id == Service.id, ServiceChange.is_public
    )
    wanted, verify = select(key), None
    if words := asked.words:
        wanted = wanted.add_columns(filters.needs_reading(words, key))
        wanted = wanted.where(*filters.may_hold(words, (Organization.name, Organization.description)))
        verify = _organizations_holding(words)
    everything = None if asked.words else "organizations"
    return Wanted(key, wanted.where(offers).order_by(key), verify, everything=everything)


def taxonomies(asked: Asked) -> Wanted:
    """Vocabularies."""
    return _vocabulary(asked, Taxonomy, select(Taxonomy.id))


def terms(asked: Asked) -> Wanted:
    """Terms of vocabularies."""
    wanted = select(TaxonomyTerm.id)
    if taxonomy := asked.get("taxonomy_id"):
        wanted = wanted.where(TaxonomyTerm.taxonomy_id == taxonomy)
    if parent := asked.get("parent_id"):
        wanted = wanted.where(TaxonomyTerm.parent_id == parent)
    if asked.is_on("top_only"):
        wanted = wanted.where(TaxonomyTerm.parent_id.is_(None))
    return _vocabulary(asked, TaxonomyTerm, wanted)


def changes(ids: Sequence[UUID]) -> dict[UUID, ServiceChange]:
    """The notes of these services."""
    rows = db.session.scalars(select(ServiceChange).where(ServiceChange.service_id.in_(ids)))
    return {one.service_id: one for one in rows}


def moments(ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these services that are public changed."""
    about = ServiceChange.__table__.c
    found = db.session.execute(
        select(about.service_id, about.changed_at).where(about.service_id.in_(ids), about.is_public)
    )
    return {row.service_id: row.changed_at for row in found}


def gone(ids: Sequence[UUID]) -> list[ServiceChange]:
    """The notes of those of these services that are gone."""
    wanted = select(ServiceChange).where(ServiceChange.service_id.in_(ids), ~IS_PUBLIC)
    return list(db.session.scalars(wanted))


def last_change() -> datetime | None:
    """When anything in the feed last changed."""
    return db.session.scalar(select(func.max(ServiceChange.changed_at)))


def services_of_places(ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The service of each of these services at places, in the order of ids."""
    rows = db.session.execute(
        select(ServiceAtLocation.id, ServiceAtLocation.service_id)
        .where(ServiceAtLocation.id.in_(ids))
        .order_by(ServiceAtLocation.id)
    )
    return {row.id: row.service_id for row in rows}


def one_service_each(organization_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """One public service of each of these organisations, in their order."""
    number = func.row_number().over(partition_by=Service.organization_id, order_by=Service.id).label("number")
    numbered = (
        select(Service.organization_id, Service.id, number)
        .join(ServiceChange, ServiceChange.service_id == Service.id)
        .where(ServiceChange.is_public, Service.organization_id.in_(organization_ids))
        .subquery()
    )
    rows = db.session.execute(select(numbered.c.organization_id, numbered.c.id).where(numbered.c.number == 1))
    known = {row.organization_id: row.id for row in rows}
    return {one: known[one] for one in organization_ids if one in known}


def services_of(organization_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """All public services of each of these organisations, in their order."""
    rows = db.session.execute(
        select(Service.organization_id, Service.id)
        .join(ServiceChange, ServiceChange.service_id == Service.id)
        .where(ServiceChange.is_public, Service.organization_id.in_(organization_ids))
        .order_by(Service.id)
    )
    found: dict[UUID, list[UUID]] = {one: [] for one in organization_ids}
    for row in rows:
        found[row.organization_id].append(row.id)
    return {one: ids for one, ids in found.items() if ids}


def rows_of(model: Any, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    """Rows of a table with these ids, in their order."""
    table = model.__table__
    found = {row.id: dict(row._mapping) for row in db.session.execute(select(table).where(table.c.id.in_(ids)))}
    return [found[one] for one in ids if one in found]


def terms_of(taxonomy_id: UUID) -> list[UUID]:
    """The terms of a vocabulary."""
    wanted = select(TaxonomyTerm.id).where(TaxonomyTerm.taxonomy_id == taxonomy_id).order_by(TaxonomyTerm.id)
    return list(db.session.scalars(wanted))


def _with_words(asked: Asked, wanted: Select[Any]) -> tuple[Select[Any], Callable[[Sequence[UUID]], set[UUID]] | None]:
    """A statement whose services may hold the words that were searched for, and what says so for sure."""
    words = asked.words
    if not words:
        return wanted, None
    wanted = (
        wanted.join(Organization, Organization.id == Service.organization_id)
        .add_columns(filters.needs_reading(words, Service.organization_id))
        .where(*filters.may_hold(words, filters.SEARCHED))
    )
    return wanted, lambda ids: filters.holding(ids, words)


def _places_holding(words: Sequence[str]) -> Callable[[Sequence[UUID]], set[UUID]]:
    def verify(ids: Sequence[UUID]) -> set[UUID]:
        of = services_of_places(ids)
        sure = filters.holding(list(dict.fromkeys(of.values())), words)
        return {one for one, service in of.items() if service in sure}

    return verify


def _organizations_holding(words: Sequence[str]) -> Callable[[Sequence[UUID]], set[UUID]]:
    def verify(ids: Sequence[UUID]) -> set[UUID]:
        about = Organization.__table__.c
        asked = select(about.id, filters.hides_something(about.id), about.name, about.description)
        rows = db.session.execute(asked.where(about.id.in_(ids))).all()
        sure = {one for one, hides, *texts in rows if not hides and filters.holds(words, texts)}
        whole = organization_items(one_service_each([one for one, hides, *_texts in rows if hides]))
        told = ((UUID(one["id"]), (one["name"], one["description"])) for one in whole)
        return sure | {one for one, texts in told if filters.holds(words, texts)}

    return verify


def _vocabulary(asked: Asked, model: Any, wanted: Select[Any]) -> Wanted:
    key = model.id
    words = asked.words
    if not words:
        return Wanted(key, wanted.order_by(key))

    def verify(ids: Sequence[UUID]) -> set[UUID]:
        return {row["id"] for row in rows_of(model, ids) if filters.holds(words, (row["name"], row["description"]))}

    wanted = wanted.add_columns(true())
    return Wanted(key, wanted.where(*filters.may_hold(words, (model.name, model.description))).order_by(key), verify)
