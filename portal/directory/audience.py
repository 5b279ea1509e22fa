"""Whom a listing is for: ages and groups of people, told, denied, or not told us."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.directory.listings import Listing

BANDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "children": (0, 10),
        "under_18": (11, 17),
        "18_25": (18, 25),
        "adults": (26, 49),
        "50_plus": (50, 120),
        "65_plus": (65, 120),
    }
)
"""First and last age of each age group. "Adults" is what lies between the groups that have a name of their own."""


def told(listing: Listing) -> frozenset[str]:
    """Values of the filter `who` that a listing says it is for."""
    service = listing.service
    named = frozenset(service.audiences)
    return (_ages(listing) | named) - frozenset(service.excluded_audiences)


def denied(listing: Listing) -> frozenset[str]:
    """Values that a listing says it is not for: those it excludes, ages out of its range, and the other sex."""
    service = listing.service
    yes = told(listing)
    no = set(service.excluded_audiences)
    if yes & BANDS.keys():
        no |= BANDS.keys() - yes
    if "women_only" in yes:
        no.add("men_only")
    if "men_only" in yes:
        no.add("women_only")
    return frozenset(no - yes)


def _ages(listing: Listing) -> frozenset[str]:
    """Age groups with at least one age that is welcome. None where neither ages nor "anyone" were told."""
    service = listing.service
    lowest, highest = service.minimum_age, service.maximum_age
    if lowest is None and highest is None:
        welcome = frozenset(BANDS) if service.anyone_welcome else frozenset()
        return welcome | ({"65_plus"} if "50_plus" in service.audiences else frozenset())
    first, last = lowest or 0, 120 if highest is None else highest
    return frozenset(band for band, (youngest, oldest) in BANDS.items() if first <= oldest and last >= youngest)
