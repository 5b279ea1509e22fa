"""What a dump tells and nobody may know any more: places that have become private since, and listings that were withdrawn.

Each dump keeps by it which places were private when it was made, as fingerprints. What is private now and was not then, more so,
or elsewhere, may stand in it as it was: every listing of that organisation is suspect. The database is asked as it is, nothing is
noted when something changes: whatever made a place private, an edit, an import or a hand on the database, is seen at once.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Address, Location, Service, ServiceAtLocation, ServiceChange
from portal.directory.privacy import secrets_of
from portal.openreferral.flattening import Document

RANKS = {"public": 0, "area": 1, "hidden": 2}
CLOCKS = timedelta(minutes=5)
"""A little is looked further back: what was withdrawn while a dump was made may stand in it."""
AT_ONCE = 500

Fingerprints = Mapping[str, str]


@dataclass(frozen=True)
class Suspect:
    """Ids of what may not be told as a dump tells it."""

    organizations: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.organizations or self.services or self.locations)

    def holds(self, document: Document) -> bool:
        """Whether a service of a dump is one of them."""
        if document["id"] in self.services or document.get("organization", {}).get("id") in self.organizations:
            return True
        places = (place.get("location", {}).get("id") for place in document.get("service_at_locations", ()))
        return any(place in self.locations for place in places)


def fingerprints() -> dict[str, str]:
    """Every private place, by its organisation and its own id: how private, and what of it no text may tell."""
    told: defaultdict[str, set[str]] = defaultdict(set)
    ranks: dict[str, int] = {}
    asked = (
        select(
            Service.organization_id,
            Location.id,
            Location.privacy,
            Location.name,
            Address.address_1,
            Address.postal_code,
        )
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .outerjoin(Address, Address.location_id == Location.id)
        .where(Location.privacy.in_(("area", "hidden")))
        .distinct()
    )
    for organization_id, location_id, privacy, name, address, postcode in db.session.execute(asked):
        key = f"{organization_id} {location_id}"
        ranks[key] = RANKS[privacy]
        told[key] |= {word.casefold() for word in secrets_of(address, postcode, name)}
    return {key: f"{ranks[key]} {_hashed(words)}" for key, words in told.items()}


@dataclass(frozen=True)
class State:
    """What may not be told as of a moment: which places are private, and which listings were withdrawn, when."""

    private: Fingerprints
    withdrawn: Mapping[UUID, datetime]

    @classmethod
    def since(cls, moment: datetime) -> "State":
        """As the database has it, with what was withdrawn since a moment or shortly before."""
        return cls(fingerprints(), _withdrawn(moment - CLOCKS))

    def lately(self, moment: datetime) -> list[str]:
        """Ids of what was withdrawn since shortly before a moment."""
        return sorted(str(one) for one, at in self.withdrawn.items() if at >= moment - CLOCKS)

    def suspect(self, before: Fingerprints, since: datetime, known: Iterable[str]) -> Suspect:
        """What a dump of that moment may tell and must not. `known`: what had been withdrawn by then, and is not in it."""
        grown = [key for key, mark in self.private.items() if _is_more_private(before.get(key), mark)]
        organizations = {key.partition(" ")[0] for key in grown}
        services = {str(one) for one in _of_organizations([UUID(one) for one in organizations])}
        services |= {*self.lately(since)} - {*known}
        return Suspect(frozenset(organizations), frozenset(services), frozenset(key.partition(" ")[2] for key in grown))


def _is_more_private(before: str | None, now: str) -> bool:
    """New among the private, more so than it was, or with other words to keep. One that is less so now is no trouble."""
    if before is None:
        return True
    rank_before, _, words_before = before.partition(" ")
    rank, _, words = now.partition(" ")
    return int(rank) > int(rank_before) or words != words_before


def _hashed(words: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(words)).encode()).hexdigest()


def _of_organizations(organizations: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for first in range(0, len(organizations), AT_ONCE):
        some = organizations[first : first + AT_ONCE]
        found |= set(db.session.scalars(select(Service.id).where(Service.organization_id.in_(some))))
    return found


def _withdrawn(since: datetime) -> dict[UUID, datetime]:
    """Listings that were taken out of the directory since, also those of which no row is left, and when."""
    noted = select(ServiceChange.service_id, ServiceChange.gone_at).where(
        ServiceChange.reason == "withdrawn", ServiceChange.gone_at >= since
    )
    known = select(Service.id, Service.withdrawn_at).where(Service.withdrawn_at >= since)
    found: dict[UUID, datetime] = {}
    for asked in (noted, known):
        for service_id, at in db.session.execute(asked):
            if at is not None:
                found[service_id] = max(at, found.get(service_id, at))
    return found
