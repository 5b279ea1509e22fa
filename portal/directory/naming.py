"""What listings are called before whoever reads answers and figures: as in public, without words of private addresses."""

from collections.abc import Collection
from uuid import UUID

from portal.directory.queries import known_listings

AT_ONCE = 500


def names_of(services: Collection[UUID]) -> dict[UUID, str]:
    """By id; also of listings that are closed or withdrawn. Four statements for up to 500, none for none."""
    ids, found = list(dict.fromkeys(services)), {}
    for at in range(0, len(ids), AT_ONCE):
        listings = known_listings(ids[at : at + AT_ONCE])
        found.update({service_id: listing.service.name for service_id, listing in listings.items()})
    return found
