"""One listing as the rules look at it: how it can be used from where the person is, and which of its places they would visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from portal.core import clock
from portal.core.wording import KM_A_MILE
from portal.directory.cards import distance_km
from portal.directory.listings import Listing, Venue
from portal.directory.occurrences import merged
from portal.directory.querying import REACH_MILES
from portal.directory.windows import DAYS_AHEAD, ONE_DAY, windows
from portal.geography.places import Place
from portal.matching.wanted import Wanted

REACH_KM = REACH_MILES * KM_A_MILE


@dataclass(frozen=True)
class Look:
    """A listing beside what is wanted. `km` as the search measured it; `names`: what areas are called, by code."""

    listing: Listing
    wanted: Wanted
    km: float | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def near_venues(self) -> tuple[Venue, ...]:
        """Places that people come to, without those that are known to be out of reach. A private place is not known to be."""
        place = self.wanted.place
        return tuple(one for one in self.listing.visited if not _is_far(one, place))

    @cached_property
    def ways(self) -> frozenset[str]:
        """How it can be used from where the person is. Empty where the listing has not told."""
        modes = self.listing.modes
        return modes - {"in_person"} if self.listing.visited and not self.near_venues else modes

    @cached_property
    def is_visited(self) -> bool:
        """Whether they would come to a place, as far as is known: a listing that has not told how it happens may have one."""
        how = self.wanted.how
        return not self.ways or ("in_person" in self.ways and (not how or "in_person" in how))

    @cached_property
    def has_other_way(self) -> bool:
        """Whether it can be used without going anywhere, in a way that they want."""
        return bool((self.ways - {"in_person"}) & (self.wanted.how or self.ways))

    @cached_property
    def venue(self) -> Venue | None:
        """The place that suits best: all that makes it easier to get in has to be at one place, not here and there."""
        return min(self.near_venues, key=self._lacks, default=None)

    @cached_property
    def times(self) -> frozenset[str] | None:
        """Values of the filter "when" at which it happens in the coming weeks; none where no times, or none to come, are told."""
        tables, now = self.listing.all_timetables, clock.now()
        coming = merged(tables, now, now + DAYS_AHEAD * ONE_DAY) if tables else []
        if not coming:
            return None
        spans = [(clock.epoch_minutes(one.start), clock.epoch_minutes(one.known_end)) for one in coming]
        return frozenset(
            window.value
            for window in windows(now)
            if any(begin < until and end > start for start, until in window.intervals for begin, end in spans)
        )

    def _lacks(self, venue: Venue) -> tuple[int, int, float]:
        told = [venue.facts.get(fact) for fact in self.wanted.access]
        place = self.wanted.place
        far = 0.0 if place is None or venue.point is None else distance_km((place.lat, place.lon), venue.point)
        return told.count(False), told.count(None), far


def _is_far(venue: Venue, place: Place | None) -> bool:
    if place is None or venue.point is None:
        return False
    return distance_km((place.lat, place.lon), venue.point) > REACH_KM
