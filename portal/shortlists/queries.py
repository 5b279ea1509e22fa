"""Questions about lists: what stands behind each id today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.directory.needs import is_any_sensitive
from portal.directory.queries import known_listings, public_listings


@dataclass(frozen=True)
class Entry:
    """One line of a list. `id` is what was saved. `listing` only where it is open; `name` also where it has closed.

    "gone": it was withdrawn or is not known, so nothing of it is told.
    """

    id: UUID
    state: Literal["open", "closed", "gone"]
    listing: Listing | None = None
    name: str | None = None


def entries_of(ids: Sequence[UUID]) -> list[Entry]:
    """What stands behind the ids of a list, in their order. A merged listing gives the one that it was merged into."""
    listings = public_listings(list(ids)) if ids else {}
    missing = [one for one in ids if one not in listings]
    closed = _closed(missing) if missing else {}
    moved = {one: into for one, service in closed.items() if (into := service.merged_into_id)}
    replacing = public_listings(list(moved.values())) if moved else {}
    entries: list[Entry] = []
    for one in ids:
        listing = listings.get(one) or replacing.get(moved.get(one, one))
        service = closed.get(one)
        if listing is not None:
            entries.append(Entry(one, "open", listing))
        elif service is not None and service.merged_into_id is None:
            entries.append(Entry(one, "closed", name=service.name))
        else:
            entries.append(Entry(one, "gone"))
    return entries


def shareable(entries: Sequence[Entry]) -> list[Entry]:
    """The lines that may stand on a list for others: nothing about a sensitive need."""
    return [one for one in entries if one.listing is None or not is_any_sensitive(frozenset(one.listing.needs))]


def _closed(ids: Sequence[UUID]) -> dict[UUID, Service]:
    """What is no longer public and may still be named: its public name, without words of a private address."""
    found = known_listings(ids)
    return {one: listing.service for one, listing in found.items() if listing.service.withdrawn_at is None}
