"""Where an organisation keeps a place to itself here: what a source newly tells to be there is no less private.

A source does not know what somebody here made private. It tells the same address again with its next listing, or under another
id, and a refuge would stand open. The same postcode is taken for the same place, and so is the same first line where one of the
two has no postcode: a place that is private by mistake is put right in a minute.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Address, Location, Service, ServiceAtLocation

PRIVATE = ("public", "area", "hidden")
"""From open to closed."""
AT_ONCE = 500
Lines = tuple[str | None, str | None]
"""The first line of an address, and its postcode."""


class PrivatePlaces:
    """The private places of some organisations, as they stand. `besides`: a place that does not count."""

    def __init__(self, organisations: Iterable[UUID], besides: UUID | None = None) -> None:
        self._known: defaultdict[UUID, list[tuple[str, str, str]]] = defaultdict(list)
        wanted = sorted(set(organisations))
        for first in range(0, len(wanted), AT_ONCE):
            for row in db.session.execute(_asked(wanted[first : first + AT_ONCE])):
                if row.id != besides:
                    self._known[row.organization_id].append((row.privacy, *_keys(row.address_1, row.postal_code)))

    def __bool__(self) -> bool:
        return bool(self._known)

    def least(self, organisation: UUID, addresses: Iterable[Lines]) -> str:
        """How private a place of this organisation at these addresses is at least."""
        told = [_keys(*one) for one in addresses]
        found = (
            privacy
            for privacy, line, postcode in self._known.get(organisation, ())
            for one in told
            if _is_same((line, postcode), one)
        )
        return max(found, key=PRIVATE.index, default="public")


def tightest(*told: str) -> str:
    """The most private of some."""
    return max(told, key=PRIVATE.index)


def _asked(organisations: list[UUID]) -> Any:
    return (
        select(Service.organization_id, Location.id, Location.privacy, Address.address_1, Address.postal_code)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .join(Address, Address.location_id == Location.id)
        .where(Service.organization_id.in_(organisations), Location.privacy != "public")
    )


def _keys(line: str | None, postcode: str | None) -> tuple[str, str]:
    return " ".join((line or "").casefold().replace(",", " ").split()), "".join((postcode or "").casefold().split())


def _is_same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    if one[1] and other[1]:
        return one[1] == other[1]
    return bool(one[0]) and one[0] == other[0]
