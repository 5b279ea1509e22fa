"""Questions about neighbourhoods that this instance shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.core import clock
from portal.core.extensions import db
from portal.core.remembered import remembered
from portal.directory.cards import distance_km
from portal.directory.listings import Listing
from portal.directory.needs import NEEDS
from portal.directory.queries import codes_of_listings, listings_in
from portal.directory.reading import is_published
from portal.geography import queries as geography
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.geography.places import NATIONS, Nation, Place
from portal.geography.shown import shown_areas
from portal.neighbourhoods import drop_ins
from portal.neighbourhoods.drop_ins import Nearby

MOST_TOPICS = 6
MOST_NEXT_DOOR = 4
COUNTED_SECONDS = 60.0
FAR_KM = 15.0
"""A place of the same name that is farther away is another one."""


@dataclass(frozen=True)
class Topic:
    """A need that several listings here help with, and how many."""

    need: str
    label: str
    count: int


def sets_here() -> list[NeighbourhoodSet]:
    """The neighbourhood sets that this instance shows, with their neighbourhoods: two statements."""
    return geography.sets_shown(shown_areas())


def one_of(sets: Sequence[NeighbourhoodSet], slug: str) -> Neighbourhood | None:
    """The neighbourhood with this slug among those shown."""
    return next((one for cut in sets for one in cut.neighbourhoods if one.slug == slug), None)


def counts_of(sets: Sequence[NeighbourhoodSet]) -> Mapping[UUID, int]:
    """How many public listings each neighbourhood has, each listing once: at most two statements.

    They go through all listings, so that what they found is remembered for a minute.
    """
    ids, today = tuple(one.id for cut in sets for one in cut.neighbourhoods), clock.today()
    return remembered("neighbourhood.counts", (ids, today), lambda: _counts(ids, today), seconds=COUNTED_SECONDS)


def _counts(ids: Sequence[UUID], today: date) -> dict[UUID, int]:
    owners = geography.owners_of(ids, today)
    if not owners:
        return {}
    pairs = {
        (owner, service_id)
        for service_id, code in db.session.execute(codes_of_listings(is_published(), sorted(owners)))
        for owner in owners.get(code or "", ())
    }
    return dict(Counter(owner for owner, _service in pairs))


def topics_of(listings: Sequence[Listing]) -> list[Topic]:
    """The needs that most listings help with, most first."""
    counted = Counter(need for listing in listings for need in listing.needs if need in NEEDS)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST_TOPICS]
    return [Topic(need, str(NEEDS[need].label), count) for need, count in ranked]


def next_door(neighbourhood: Neighbourhood) -> list[Neighbourhood]:
    """The nearest others of the same set."""
    others = [one for one in neighbourhood.set.neighbourhoods if one.id != neighbourhood.id]
    if neighbourhood.lat is None or neighbourhood.lon is None:
        return others[:MOST_NEXT_DOOR]
    here = (neighbourhood.lat, neighbourhood.lon)
    placed = [(distance_km(here, (one.lat, one.lon)), one.name, one) for one in others if one.lat and one.lon]
    return [one for _km, _name, one in sorted(placed, key=lambda item: item[:2])][:MOST_NEXT_DOOR]


def cafes_near(here: Neighbourhood) -> list[Nearby]:
    """Crisis cafes of the other neighbourhoods of the set, nearest first: the listings that help with a crisis, and no others."""
    codes = geography.codes_by_neighbourhood(one.id for one in here.set.neighbourhoods)
    others = frozenset(code for one, own in codes.items() if one != here.id for code in own)
    if not others:
        return []
    return drop_ins.cafes_near(here, listings_in(others, drop_ins.CAFE), codes)


def searched_as(neighbourhood: Neighbourhood) -> str | None:
    """What to search near to search here: a name that is sure to be understood, or none."""
    for name in (neighbourhood.name, neighbourhood.set.area):
        found = geography.locate(name)
        if isinstance(found, Place) and _is_close(found, neighbourhood):
            return name
    return None


def nation_of(codes: frozenset[str]) -> Nation | None:
    """The nation that all of these areas are in, or none."""
    nations = {NATIONS.get(code[:1]) for code in codes}
    return next(iter(nations)) if len(nations) == 1 else None


def _is_close(place: Place, neighbourhood: Neighbourhood) -> bool:
    """Whether a place of that name is this one and not its namesake far away."""
    if neighbourhood.lat is None or neighbourhood.lon is None:
        return False
    return distance_km((place.lat, place.lon), (neighbourhood.lat, neighbourhood.lon)) < FAR_KM
