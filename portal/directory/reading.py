"""Reads listings from the database: four statements, for up to 500 listings at a time.

What is read leaves as a `Listing`, whose private places are already as private as they asked to be.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, String, or_
from sqlalchemy.orm import class_mapper

from portal.core.extensions import db
from portal.directory import freshness, school_holidays, statements
from portal.directory.listings import Cost, Listing, Venue
from portal.directory.models import Service
from portal.directory.occurrences import Change, Nation, Timetable
from portal.directory.privacy import hushed, middle_of, secrets_of
from portal.geography.places import NATIONS

CODES = frozenset({"lang", "status", "space_state", "assured_by", "assured_how", "url", "email", "assurer_email"})
"""Columns of a service that hold no sentence."""
TEXTS = tuple(
    column.key
    for column in Service.__mapper__.column_attrs
    if isinstance(column.columns[0].type, String) and column.key not in CODES
)
"""Every text of a service, also one that is added later: a private address could stand in it."""
EVERYWHERE = "*"
Row = Any
"""A named tuple of one of the statements."""
VENUE_ORDER = attrgetter("owner", "id", "address_type", "address_id")
Key = str | UUID
"""An id as the database gives it."""
ENGLAND: Nation = "england"
"""Whose bank holidays hold where no place says otherwise."""
ATTRIBUTES = tuple(Service.__mapper__.get_property_by_column(column).key for column in statements.COLUMNS)


def is_published(oldest: ColumnElement[date] | None = None) -> ColumnElement[bool]:
    """What the public may see: active, neither withdrawn nor merged, and not last confirmed over a year ago.

    `oldest`: what stands for the day a year ago in a statement that is kept.
    """
    shown_since = freshness.oldest_shown() if oldest is None else oldest
    return is_open() & or_(Service.assured_date.is_(None), Service.assured_date >= shown_since)


def has_aged_out() -> ColumnElement[bool]:
    """What the public may no longer see because it was last confirmed over a year ago, and for no other reason."""
    return is_open() & (Service.assured_date < freshness.oldest_shown())


def is_open() -> ColumnElement[bool]:
    """Active, neither withdrawn nor merged, however long ago it was confirmed."""
    return (Service.status == "active") & Service.withdrawn_at.is_(None) & Service.merged_into_id.is_(None)


def read(ids: Sequence[UUID], *, published_only: bool = True) -> dict[UUID, Listing]:
    """The listings with these ids, in their order. Those that there are not, or that are not public, are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    connection = db.session.connection()
    rows = {row.id: row for row in statements.SERVICES.rows(connection, wanted)}
    if published_only:
        oldest = freshness.oldest_shown()
        rows = {one: row for one, row in rows.items() if _is_published(row, oldest)}
    if not rows:
        return {}
    parts = _Parts.of(connection, list(rows))
    return {one: _listing(rows[one], parts) for one in wanted if one in rows}


def _is_published(row: Row, oldest: date) -> bool:
    """`is_published` of one row. Asked here, or SQLite would go through all that is public to find a few."""
    is_open = row.status == "active" and row.withdrawn_at is None and row.merged_into_id is None
    return is_open and (row.assured_date is None or row.assured_date >= oldest)


@dataclass
class _Parts:
    """What hangs on services, by the id that it hangs on. `private`: places that an organisation keeps to itself, by its id."""

    venues: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    private: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    timetables: dict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[Key, list[Change]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[tuple[str, Key], list[Row]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, connection: Connection, ids: Sequence[UUID]) -> "_Parts":
        parts = cls()
        for row in sorted(statements.VENUES.rows(connection, ids), key=VENUE_ORDER):
            (parts.venues if row.is_own else parts.private)[row.owner].append(row)
        for row in statements.TIMETABLES.rows(connection, ids):
            if row.change_date is not None:
                parts.changes[row.id].append(Change(row.change_date, row.change_kind, row.change_start, row.change_end))
            if not (known := parts.timetables[row.owner]) or known[-1].id != row.id:
                known.append(row)
        for row in sorted(statements.FACTS.rows(connection, ids), key=_fact_order):
            parts.facts[row.kind, row.owner].append(row)
        return parts


def _listing(row: Row, parts: _Parts) -> Listing:
    told_nowhere, secrets = _secrets_of(row, parts)
    venues = _venues_of(row, parts, secrets)
    nation = next((told for venue in venues if (told := _nation(venue.authority_code))), ENGLAND)
    service = _copy(row)
    organisation = row.organisation
    if secrets:
        for name in TEXTS:
            setattr(service, name, hushed(getattr(service, name), secrets))
        service.first_visit = [hushed(line, secrets) or "" for line in service.first_visit]
    return Listing(
        service=service,
        organisation=organisation,
        source=row.source,
        venues=venues,
        timetables=_timetables_of(row.key, parts, _Where(nation), secrets),
        needs=tuple(fact.text for fact in parts.facts.get(("need", row.key), ())),
        languages=tuple(fact.text for fact in parts.facts.get(("language", row.key), ())),
        costs=tuple(_cost(fact, secrets) for fact in parts.facts.get(("cost", row.key), ())),
        areas=frozenset(code for fact in parts.facts.get(("area", row.key), ()) if (code := _area(fact))),
        secrets=secrets,
        told_nowhere=told_nowhere,
    )


def _copy(row: Row) -> Service:
    """A service with its own columns only, in no session: changing it changes nothing stored."""
    service: Service = class_mapper(Service).class_manager.new_instance()
    service.__dict__.update(zip(ATTRIBUTES, row, strict=False))
    return service


def _venues_of(service: Row, parts: _Parts, secrets: frozenset[str]) -> tuple[Venue, ...]:
    """The places of a service, each with its first address."""
    rows = list({row.id: row for row in reversed(parts.venues[service.key])}.values())[::-1]
    return tuple(_venue(row, parts, secrets) for row in rows)


def _secrets_of(service: Row, parts: _Parts) -> tuple[frozenset[str], frozenset[str]]:
    """Words of every private address of its organisation; and without those that a public place of its own tells anyway."""
    private = parts.private[service.organisation_key]
    if not private:
        return frozenset(), frozenset()
    plain = {(word or "").casefold() for row in private for word in (row.city, row.place_name, service.organisation)}
    found = {secret for row in private for secret in secrets_of(row.address_1, row.postal_code, row.name)}
    everywhere = frozenset(secret for secret in found if secret.casefold() not in plain)
    told = {
        word.casefold()
        for row in parts.venues[service.key]
        if row.privacy == "public"
        for word in secrets_of(row.address_1, row.postal_code, row.name)
    }
    return everywhere, frozenset(secret for secret in everywhere if secret.casefold() not in told)


def _venue(row: Row, parts: _Parts, secrets: frozenset[str]) -> Venue:
    nation = _nation(row.authority_code) or ENGLAND
    is_told, is_public = row.privacy != "hidden", row.privacy == "public"
    return Venue(
        id=_uuid(row.id),
        location_id=_uuid(row.location_id),
        privacy=row.privacy,
        is_physical=row.location_type == "physical",
        modes=tuple(row.delivery_modes or ()),
        name=row.name if is_public else None,
        place_name=hushed(row.place_name, secrets) if is_told else None,
        address=", ".join(part for part in (row.address_1, row.city, row.postal_code) if part) if is_public else "",
        postcode=row.postal_code if is_public else None,
        point=_point(row),
        authority_code=row.authority_code if is_told else None,
        neighbourhood_code=row.neighbourhood_code if is_told else None,
        facts={fact.text: fact.answer for fact in parts.facts.get(("access", row.location_id), ())},
        timetables=_timetables_of(row.id, parts, _Where(nation, row.authority_code), secrets),
    )


def _point(row: Row) -> tuple[float, float] | None:
    """Where a place is, as far as it may be told."""
    if row.privacy == "area":
        return middle_of(row.neighbourhood_code, row.authority_code)
    if row.privacy != "public" or row.latitude is None or row.longitude is None:
        return None
    return row.latitude, row.longitude


@dataclass(frozen=True)
class _Where:
    """Whose holidays hold: of which nation, and of which council's schools."""

    nation: Nation
    authority_code: str | None = None


def _timetables_of(owner: Key, parts: _Parts, where: _Where, secrets: frozenset[str]) -> tuple[Timetable, ...]:
    return tuple(_timetable(row, parts, where, secrets) for row in parts.timetables.get(owner, ()))


def _timetable(row: Row, parts: _Parts, where: _Where, secrets: frozenset[str]) -> Timetable:
    changes: Iterable[Change] = parts.changes.get(row.id, ())
    is_once = row.is_opening and row.freq is None
    if is_once and row.dtstart is not None:
        changes = (Change(row.dtstart, "extra"),)
    return Timetable(
        frequency="dates" if is_once else row.freq.lower(),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        interval=row.interval or 1,
        byday=row.byday or "",
        bymonthday=row.bymonthday or "",
        first_date=row.first_date or row.dtstart,
        last_date=row.last_date,
        on_bank_holidays=bool(row.on_bank_holidays),
        nation=where.nation,
        off=() if row.in_school_holidays else school_holidays.of(where.authority_code),
        changes=tuple(changes),
        is_opening=bool(row.is_opening),
        name=hushed(row.name, secrets),
        note=hushed(row.note, secrets),
    )


def _fact_order(fact: Row) -> tuple[str, int, str]:
    return fact.text or "", -1 if fact.number is None else fact.number, fact.other or ""


def _cost(fact: Row, secrets: frozenset[str]) -> Cost:
    kind: Any = fact.text
    return Cost(kind, fact.number, hushed(fact.other, secrets), fact.first, fact.last)


def _uuid(key: Key) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)


def _area(fact: Row) -> str | None:
    if fact.text == "nationwide":
        return EVERYWHERE
    return fact.other if fact.text == "code" else None


def _nation(authority_code: str | None) -> Nation | None:
    return NATIONS.get((authority_code or " ")[0])
