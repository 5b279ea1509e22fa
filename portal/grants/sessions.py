"""How many sessions the timetables of funded listings hold. What a group says it did stands apart: see the reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from portal.core import clock
from portal.core.quarters import Quarter
from portal.directory.listings import Listing, Venue
from portal.directory.occurrences import Timetable, occurrences
from portal.directory.queries import public_listings
from portal.grants.models import Grant


@dataclass(frozen=True)
class Held:
    """One session of a funded listing. `venue` is none where it is tied to no place."""

    service_id: UUID
    starts_at: datetime
    venue: Venue | None

    @property
    def key(self) -> tuple[UUID, datetime]:
        """By which a session counts once, at however many places it is said to be."""
        return self.service_id, self.starts_at


def listings_of(grants: Iterable[Grant]) -> Mapping[UUID, Listing]:
    """The public listings that grants pay for: four statements. What is closed or long unconfirmed is not among them."""
    return public_listings([one.service_id for grant in grants for one in grant.services])


def held(grant: Grant, quarter: Quarter, listings: Mapping[UUID, Listing]) -> list[Held]:
    """The sessions of a grant's listings in a quarter, while the grant ran or runs. Those to come are among them."""
    first, last = max(grant.starts_on, quarter.first), min(grant.ends_on, quarter.last)
    if first > last:
        return []
    return [
        one
        for paid in grant.services
        if (listing := listings.get(paid.service_id)) is not None
        for one in _of(listing, first, last)
    ]


def _of(listing: Listing, first: date, last: date) -> Iterator[Held]:
    start = datetime.combine(first, time(), clock.LONDON)
    until = datetime.combine(last + timedelta(days=1), time(), clock.LONDON)
    for venue, timetable in _timetables(listing):
        for one in occurrences(timetable, start, until):
            if one.start >= start:
                yield Held(listing.id, one.start, venue)


def _timetables(listing: Listing) -> Iterator[tuple[Venue | None, Timetable]]:
    """Sessions; opening hours are none."""
    every: list[tuple[Venue | None, Timetable]] = [(None, one) for one in listing.timetables]
    every += [(venue, one) for venue in listing.venues for one in venue.timetables]
    yield from ((venue, one) for venue, one in every if not one.is_opening)
