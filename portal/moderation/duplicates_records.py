"""Listings as records to compare, read from the database in a few statements however many there are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from portal.core.extensions import db
from portal.directory.models import (
    Address,
    Contact,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    Session,
    Source,
    SourceRecord,
)
from portal.moderation.duplicates import Record, Spot
from portal.moderation.duplicates_reading import first_told, phone_key, web_key
from portal.organisations.models import Organization, OrganizationIdentifier

A_STATEMENT = 400
"""So many ids go into one statement."""


@dataclass
class _Gathered:
    """What is known so far of one listing."""

    name: str
    organisation: str
    organisation_id: UUID
    description: str
    url: str | None
    email: str | None
    opening: str
    spots: dict[UUID, Spot] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)
    registers: set[str] = field(default_factory=set)
    times: set[tuple[str, int]] = field(default_factory=set)
    source: str = ""

    def record(self) -> Record:
        spots = tuple(self.spots.values())
        return Record(
            name=self.name,
            organisation=self.organisation,
            organisation_id=str(self.organisation_id),
            description=self.description,
            spots=spots,
            phones=frozenset(self.phones),
            emails=frozenset({self.email.strip().lower()} if self.email else ()),
            urls=frozenset(filter(None, [web_key(self.url)])),
            registers=frozenset(self.registers),
            times=frozenset(self.times)
            or first_told(self.opening, self.description, *(spot.address for spot in spots)),
            source=self.source,
        )


def comparable_ids() -> Sequence[UUID]:
    """Listings that may be one of a pair: not withdrawn, not merged."""
    return db.session.scalars(
        select(Service.id).where(Service.withdrawn_at.is_(None), Service.merged_into_id.is_(None)).order_by(Service.id)
    ).all()


def records_of(ids: Iterable[UUID], *, also_withdrawn: bool = False) -> dict[UUID, Record]:
    """Listings as records, by id; those that are not there, are merged or, unless asked for, withdrawn are left out."""
    wanted = list(ids)
    found: dict[UUID, _Gathered] = {}
    for first in range(0, len(wanted), A_STATEMENT):
        found |= _gather(wanted[first : first + A_STATEMENT], also_withdrawn=also_withdrawn)
    return {one: about.record() for one, about in found.items()}


def _gather(ids: list[UUID], *, also_withdrawn: bool) -> dict[UUID, _Gathered]:
    is_wanted = [Service.merged_into_id.is_(None)]
    if not also_withdrawn:
        is_wanted.append(Service.withdrawn_at.is_(None))
    found = {
        row[0]: _Gathered(row[1], row[2], row[3], (row[4] or "")[:600], row[5], row[6], row[7] or "")
        for row in db.session.execute(
            select(
                Service.id,
                Service.name,
                Organization.name,
                Organization.id,
                Service.description,
                Service.url,
                Service.email,
                Service.opening_text,
            )
            .join(Service.organization)
            .where(Service.id.in_(ids), *is_wanted)
        )
    }
    _add_places(found, ids)
    numbers = select(Contact.service_id, Phone.number).join(Contact.phones).where(Contact.service_id.in_(ids))
    for service_id, number in _rows(numbers, found):
        found[service_id].phones |= set(filter(None, [phone_key(number)]))
    sources = select(SourceRecord.service_id, Source.name).join(SourceRecord.source)
    for service_id, name in _rows(sources.where(SourceRecord.service_id.in_(ids)), found):
        found[service_id].source = name
    _add_registers(found)
    _add_times(found, ids)
    return found


def _rows(query: Select[*tuple[Any, ...]], found: dict[UUID, _Gathered]) -> list[Any]:
    return [row for row in db.session.execute(query) if row[0] in found]


def _add_places(found: dict[UUID, _Gathered], ids: list[UUID]) -> None:
    places = (
        select(
            ServiceAtLocation.service_id, Location.id, Location.name, Location.latitude, Location.longitude,
            Address.address_1, Address.city, Address.postal_code,
        )
        .join(ServiceAtLocation.location)
        .outerjoin(Location.addresses)
        .where(ServiceAtLocation.service_id.in_(ids), Location.location_type != "virtual")
        .order_by(ServiceAtLocation.id)
    )  # fmt: skip
    for service_id, location_id, name, latitude, longitude, street, city, postcode in _rows(places, found):
        line = ", ".join(part for part in (name, street, city) if part)
        point = (latitude, longitude) if latitude is not None and longitude is not None else None
        found[service_id].spots.setdefault(location_id, Spot(line, postcode or "", point))


def _add_registers(found: dict[UUID, _Gathered]) -> None:
    of_organisation: dict[UUID, list[_Gathered]] = defaultdict(list)
    for about in found.values():
        of_organisation[about.organisation_id].append(about)
    numbers = select(
        OrganizationIdentifier.organization_id,
        OrganizationIdentifier.identifier_scheme,
        OrganizationIdentifier.identifier_type,
        OrganizationIdentifier.identifier,
    ).where(OrganizationIdentifier.organization_id.in_(list(of_organisation)))
    for organisation_id, scheme, kind, number in db.session.execute(numbers):
        for about in of_organisation[organisation_id]:
            about.registers.add(f"{scheme or kind}:{number}".upper())


def _add_times(found: dict[UUID, _Gathered], ids: list[UUID]) -> None:
    place = ServiceAtLocation.service_id
    sessions = select(place, Session.byday, Session.starts_at).join(ServiceAtLocation.sessions).where(place.in_(ids))
    opening = select(place, Schedule.byday, Schedule.opens_at).join(ServiceAtLocation.schedules).where(place.in_(ids))
    own = select(Schedule.service_id, Schedule.byday, Schedule.opens_at).where(Schedule.service_id.in_(ids))
    for query in (sessions, opening, own):
        for service_id, byday, starts_at in _rows(query, found):
            found[service_id].times |= set(_times(byday, starts_at))


def _times(byday: str | None, starts_at: time | None) -> Iterable[tuple[str, int]]:
    """Day and minute of "MO,WE" or "1MO" at a time of day."""
    if starts_at is None:
        return ()
    minute = starts_at.hour * 60 + starts_at.minute
    return ((day, minute) for day in re.findall(r"[A-Z]{2}", byday or ""))
