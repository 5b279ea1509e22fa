"""Which organisations and bodies of public registers somebody may mean who wants to join, so that no second copy is born."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from portal.core import wording
from portal.core.extensions import db
from portal.directory.models import Address, Location, Service, ServiceAtLocation
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.registers import queries as registers
from portal.registers.formats import BY_SCHEME
from portal.registers.likeness import keys_of, likeness
from portal.registers.models import RegisterEntry
from portal.registers.numbers import readings
from portal.registers.queries import ALIKE, ALIKE_NEAR, SAME_PLACE, plain_postcode

MOST = 6
MOST_LOOKED_AT = 400
MOST_LISTINGS = 3
SURE = 0.97
"""How alike a name is that is surely the same body: adding it anew is asked about once more."""


@dataclass(frozen=True)
class Match:
    """An organisation of ours, or a body in a register, that may be meant: its public facts and no others.

    `organisation_id` is None for a body that only a register knows. `listings` are names of what it offers here.
    """

    name: str
    organisation_id: UUID | None = None
    town: str | None = None
    listings: tuple[str, ...] = ()
    register: str | None = None
    number: str | None = None
    is_removed: bool = False
    removed_on: date | None = None
    score: float = 0.0

    @property
    def register_label(self) -> str:
        """Whose register it is, in words."""
        return str(BY_SCHEME[self.register].label) if self.register in BY_SCHEME else ""

    @property
    def removal(self) -> str:
        """The day on which it was removed from its register, in words, or nothing."""
        return wording.full_date(self.removed_on) if self.removed_on else ""

    @property
    def is_sure(self) -> bool:
        """Whether it is surely the one that is meant."""
        return self.score >= SURE


def by_number(typed: str) -> list[Match]:
    """Those with this number in a register, ours first."""
    wanted = readings(typed)
    own = _numbered(wanted)
    entries = [one for one in registers.entries_numbered(typed) if (one.register, one.number) not in set(own.values())]
    return _organisations(dict.fromkeys(own, 1.0)) + [_of_entry(one, 1.0) for one in entries]


def by_name(name: str, postcode: str | None = None) -> list[Match]:
    """Those whose name, or the name of one of whose listings, is like this one; likeliest first."""
    place = plain_postcode(postcode)
    ours = _organisations(_scores(name, place))
    known = {(one.register, one.number) for one in ours}
    entries = [
        _of_entry(one.entry, one.score)
        for one in registers.entries_like(name, place)
        if (one.entry.register, one.entry.number) not in known
    ]
    return sorted([*ours, *entries], key=lambda one: (-one.score, one.organisation_id is None, one.name))[:MOST]


def organisation_of(register: str, number: str) -> UUID | None:
    """The organisation of ours that bears this number."""
    return next(iter(_numbered([(register, number)])), None)


def _numbered(wanted: Iterable[tuple[str, str]]) -> dict[UUID, tuple[str, str]]:
    every = list(wanted)
    rows = db.session.execute(
        select(
            OrganizationIdentifier.organization_id,
            OrganizationIdentifier.identifier_scheme,
            OrganizationIdentifier.identifier,
        )
        .where(OrganizationIdentifier.identifier.in_([number for _scheme, number in every]))
        .order_by(OrganizationIdentifier.id)
    )
    return {organisation: (str(scheme), number) for organisation, scheme, number in rows if (scheme, number) in every}


def _scores(name: str, place: str | None) -> dict[UUID, float]:
    """Organisations whose name or a listing's is like this one, with how much."""
    keys = keys_of(name)
    if not keys.words:
        return {}
    near = _at(place)
    found: dict[UUID, float] = {}
    for organisation, own in [*_with_word(keys.word), *_with_word(keys.start), *_named(near)]:
        alike, is_near = likeness(own, name), organisation in near
        if alike >= (ALIKE_NEAR if is_near else ALIKE):
            found[organisation] = max(found.get(organisation, 0.0), alike + (SAME_PLACE if is_near else 0.0))
    return dict(sorted(found.items(), key=lambda one: (-one[1], str(one[0])))[:MOST])


def _with_word(word: str) -> list[tuple[UUID, str]]:
    """Organisations, and those of listings, with these letters in the name."""
    like = f"%{word.replace('%', '').replace('_', '')}%"
    own = select(Organization.id, Organization.name).where(func.lower(Organization.name).like(like))
    listed = (
        select(Service.organization_id, Service.name)
        .where(func.lower(Service.name).like(like), *_is_shown())
        .order_by(Service.id)
    )
    return [
        (organisation, name)
        for question in (own.order_by(Organization.id), listed)
        for organisation, name in db.session.execute(question.limit(MOST_LOOKED_AT))
    ]


def _at(place: str | None) -> set[UUID]:
    """Organisations with a listing at a place with this postcode that anybody may know."""
    if place is None:
        return set()
    rows = (
        select(Service.organization_id)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .join(Address, Address.location_id == Location.id)
        .where(
            or_(Address.postal_code == place, Address.postal_code == place.replace(" ", "")),
            Location.privacy == "public",
            *_is_shown(),
        )
        .limit(MOST_LOOKED_AT)
    )
    return set(db.session.scalars(rows))


def _named(organisations: set[UUID]) -> list[tuple[UUID, str]]:
    if not organisations:
        return []
    own = select(Organization.id, Organization.name).where(Organization.id.in_(organisations))
    listed = select(Service.organization_id, Service.name).where(
        Service.organization_id.in_(organisations), *_is_shown()
    )
    return [(row[0], row[1]) for question in (own, listed) for row in db.session.execute(question)]


def _organisations(scores: dict[UUID, float]) -> list[Match]:
    """Matches of organisations, in the order given."""
    if not scores:
        return []
    rows = {one.id: one for one in db.session.scalars(select(Organization).where(Organization.id.in_(scores)))}
    listings = _listings(rows)
    towns = _towns(rows)
    return [
        _of_organisation(rows[one], listings.get(one, []), towns.get(one), score)
        for one, score in scores.items()
        if one in rows
    ]


def _of_organisation(one: Organization, listings: list[str], town: str | None, score: float) -> Match:
    number = next((row for row in one.identifiers if row.identifier_scheme in BY_SCHEME), None)
    entry = registers.entry(str(number.identifier_scheme), number.identifier) if number else None
    return Match(
        name=one.name,
        organisation_id=one.id,
        town=town,
        listings=tuple(listings[:MOST_LISTINGS]),
        register=number.identifier_scheme if number else None,
        number=number.identifier if number else None,
        is_removed=entry is not None and entry.is_removed,
        removed_on=entry.removed_on if entry else None,
        score=score,
    )


def _of_entry(one: RegisterEntry, score: float) -> Match:
    return Match(
        name=one.name.title() if one.name.isupper() else one.name,
        town=one.postcode,
        register=one.register,
        number=one.number,
        is_removed=one.is_removed,
        removed_on=one.removed_on,
        score=score,
    )


def _listings(organisations: Iterable[UUID]) -> dict[UUID, list[str]]:
    rows = (
        select(Service.organization_id, Service.name)
        .where(Service.organization_id.in_(list(organisations)), *_is_shown())
        .order_by(Service.name, Service.id)
    )
    found: dict[UUID, list[str]] = {}
    for organisation, name in db.session.execute(rows):
        found.setdefault(organisation, []).append(name)
    return found


def _towns(organisations: Iterable[UUID]) -> dict[UUID, str]:
    """A town of each, from its places that anybody may know."""
    rows = (
        select(Service.organization_id, Address.city)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .join(Address, Address.location_id == Location.id)
        .where(
            Service.organization_id.in_(list(organisations)),
            Location.privacy == "public",
            Address.city.is_not(None),
            *_is_shown(),
        )
        .order_by(Address.city.desc())
    )
    return {organisation: city for organisation, city in db.session.execute(rows) if city}


def _is_shown() -> tuple[ColumnElement[bool], ...]:
    return Service.status == "active", Service.withdrawn_at.is_(None), Service.merged_into_id.is_(None)
