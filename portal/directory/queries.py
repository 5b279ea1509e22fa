"""Questions about listings. What comes out is public, and as private about its places as they asked to be."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, or_, select, union

from portal.core import clock
from portal.core.extensions import db
from portal.directory import freshness, reading
from portal.directory.listings import Listing, Venue
from portal.directory.models import (
    Attribute,
    Location,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceChange,
    Session,
    Taxonomy,
    TaxonomyTerm,
)
from portal.directory.models.taxonomies import NEEDS
from portal.directory.occurrences import Occurrence, occurrences
from portal.directory.reading import is_published
from portal.search.current import engine
from portal.search.port import Clause, IndexUnavailable, Query, Window

BATCH = 500
"""How many listings are read at once."""
LOOKED_THROUGH = 300
"""How many listings are looked through for times when the index cannot be asked."""


@dataclass(frozen=True)
class Opening:
    """One time at which a listing happens, and the place it happens at, if it has one."""

    occurrence: Occurrence
    listing: Listing
    venue: Venue | None = None


def public_listings(ids: Sequence[UUID]) -> dict[UUID, Listing]:
    """The public listings with these ids, in their order. Four statements."""
    return reading.read(ids)


def listing(service_id: UUID) -> Listing | None:
    """One listing, also one that is closed, withdrawn, merged or out of date; ask `is_public` before showing it."""
    return reading.read([service_id], published_only=False).get(service_id)


def known_listings(ids: Sequence[UUID]) -> dict[UUID, Listing]:
    """Listings with these ids, in their order, also those that are not public; ask `is_public` before showing one."""
    return reading.read(ids, published_only=False)


def is_public(one: Listing) -> bool:
    """Whether the public may find it."""
    service = one.service
    is_open = service.status == "active" and service.withdrawn_at is None and service.merged_into_id is None
    return is_open and not is_expired(one)


def is_expired(one: Listing) -> bool:
    """Whether it was last confirmed so long ago that it is out of public results."""
    assured = one.service.assured_date
    return assured is not None and assured < freshness.oldest_shown()


def listings_of_organisation(organisation_id: UUID) -> list[Listing]:
    """All public listings of an organisation, by name."""
    return _in_batches(_published_ids().where(Service.organization_id == organisation_id))


def listings_in(area_codes: frozenset[str], need: str | None = None) -> list[Listing]:
    """Public listings with a place in one of these areas that may be known, or that serve one of them; by name.

    `need`: those alone that help with it.
    """
    at_a_place = (
        select(ServiceAtLocation.service_id)
        .join(Location)
        .where(
            Location.privacy != "hidden",
            or_(Location.neighbourhood_code.in_(area_codes), Location.authority_code.in_(area_codes)),
        )
    )
    serving = select(ServiceArea.service_id).where(
        ServiceArea.extent_type == "code", ServiceArea.extent.in_(area_codes)
    )
    wanted = _published_ids().where(or_(Service.id.in_(at_a_place), Service.id.in_(serving)))
    return _in_batches(wanted if need is None else wanted.where(Service.id.in_(_helping_with(need))))


def codes_of_listings(shown: ColumnElement[bool], codes: Sequence[str]) -> CompoundSelect[UUID, str | None]:
    """Ids of services with each of these areas that they have a place in, if it may be known, or that they serve.

    `shown` says of `Service` which of them count. What is selected is called `service_id` and `code`.
    """
    placed = (
        select(ServiceAtLocation.service_id, Location.neighbourhood_code.label("code"))
        .join(Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Location.privacy != "hidden", shown)
    )
    under = placed.with_only_columns(ServiceAtLocation.service_id, Location.authority_code.label("code"))
    serving = (
        select(ServiceArea.service_id, ServiceArea.extent.label("code"))
        .join(Service, Service.id == ServiceArea.service_id)
        .where(ServiceArea.extent_type == "code", ServiceArea.extent.in_(codes), shown)
    )
    return union(
        placed.where(Location.neighbourhood_code.in_(codes)), under.where(Location.authority_code.in_(codes)), serving
    )


def _helping_with(need: str) -> Select[UUID]:
    """Ids of services that are labelled with a need."""
    labelled = select(Attribute.link_id).join(TaxonomyTerm).join(Taxonomy)
    return labelled.where(Attribute.link_type == "service", Taxonomy.uri == NEEDS, TaxonomyTerm.term == need)


def open_between(
    after: datetime,
    before: datetime,
    area_codes: frozenset[str] | None = None,
    drop_in_only: bool = False,
    limit: int | None = None,
) -> list[Opening]:
    """What happens between two aware moments, earliest first: each time of each listing. Opening hours count."""
    if area_codes is not None:
        found = listings_in(area_codes)
    else:
        found = list(public_listings(_ids_open(after, before, drop_in_only, limit or LOOKED_THROUGH)).values())
    if drop_in_only:
        found = [one for one in found if "drop_in" in one.service.joining]
    times = sorted(
        (time for one in found for time in openings_of(one, after, before)),
        key=lambda time: (time.occurrence.start, time.listing.service.name, str(time.listing.id)),
    )
    return times if limit is None else times[:limit]


def openings_of(one: Listing, after: datetime, before: datetime) -> list[Opening]:
    """The times of one listing between two aware moments, each once."""
    own = {time: None for table in one.timetables for time in occurrences(table, after, before)}
    found: dict[Occurrence, Venue | None] = dict(own)
    for venue in one.venues:
        for table in venue.timetables:
            found.update((time, venue) for time in occurrences(table, after, before))
    return [Opening(time, one, venue) for time, venue in sorted(found.items(), key=lambda item: item[0].start)]


def public_ids() -> list[UUID]:
    """Ids of everything that the public may find."""
    return list(db.session.scalars(_published_ids()))


def public_ids_after(last: UUID | None, count: int) -> list[UUID]:
    """The next ids of what the public may find, in an order of their own."""
    question = select(Service.id).where(is_published()).order_by(Service.id).limit(count)
    return list(db.session.scalars(question if last is None else question.where(Service.id > last)))


def last_changes(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When anything of these listings, their places or their organisations last changed, as far as that is noted."""
    found: dict[UUID, datetime] = {}
    wanted = sorted(ids)
    for first in range(0, len(wanted), BATCH):
        asked = select(ServiceChange.service_id, ServiceChange.changed_at)
        for row in db.session.execute(asked.where(ServiceChange.service_id.in_(wanted[first : first + BATCH]))):
            found[row.service_id] = row.changed_at
    return found


def with_the_same_secrets(ids: Sequence[UUID]) -> list[UUID]:
    """Other public listings whose texts may not tell a private address of these: those of the same organisations."""
    hiding = (
        select(Service.organization_id)
        .join(Service.service_at_locations)
        .join(ServiceAtLocation.location)
        .where(Service.id.in_(ids), Location.privacy.in_(("area", "hidden")))
        .distinct()
    )
    # Asked first and by itself: most places are public, and a database that knows little of its tables reads both in circles.
    organisations = list(db.session.scalars(hiding))
    if not organisations:
        return []
    own = set(ids)
    others = select(Service.id).where(is_published(), Service.organization_id.in_(organisations)).order_by(Service.id)
    return [one for one in db.session.scalars(others) if one not in own]


def in_batches(ids: Sequence[UUID]) -> Iterator[Listing]:
    """Public listings with these ids, read a few hundred at a time."""
    for first in range(0, len(ids), BATCH):
        yield from public_listings(ids[first : first + BATCH]).values()


def _published_ids() -> Select[UUID]:
    return select(Service.id).where(is_published()).order_by(Service.name, Service.id)


def _in_batches(question: Select[UUID]) -> list[Listing]:
    return list(in_batches(list(db.session.scalars(question))))


def _ids_open(after: datetime, before: datetime, drop_in_only: bool, limit: int) -> list[UUID]:
    """Ids of listings with a time between two moments, soonest first: from the index, else from the newest sessions."""
    minutes = (clock.epoch_minutes(after), max(clock.epoch_minutes(before), clock.epoch_minutes(after) + 1))
    asked = Query(
        clauses=(Clause("join", frozenset({"drop_in"})),) if drop_in_only else (),
        windows=(Window("asked", (minutes,)),),
        when=frozenset({"asked"}),
        now=minutes[0],
        sort="soonest",
        limit=limit,
    )
    try:
        return [UUID(hit.id) for hit in engine().search(asked).hits]
    except IndexUnavailable:
        with_sessions = select(ServiceAtLocation.service_id).join(Session)
        return list(db.session.scalars(_published_ids().where(Service.id.in_(with_sessions)).limit(LOOKED_THROUGH)))
