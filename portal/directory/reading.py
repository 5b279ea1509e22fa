"""Reads listings from the database: four statements, however many listings.

What is read leaves as a `Listing`, whose private places are already as private as they asked to be.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    String,
    Time,
    Uuid,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from portal.core.extensions import db
from portal.directory import freshness
from portal.directory.listings import Cost, Listing, Venue
from portal.directory.models import (
    Accessibility,
    Address,
    Attribute,
    CostOption,
    Language,
    Location,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Session,
    SessionException,
    Source,
    SourceRecord,
    Taxonomy,
    TaxonomyTerm,
)
from portal.directory.models.taxonomies import NEEDS as NEEDS_TAXONOMY
from portal.directory.occurrences import Change, Nation, Timetable
from portal.directory.privacy import hushed, middle_of, secrets_of
from portal.geography.places import NATIONS
from portal.organisations.models import Organization

TEXTS = ("name", "description", "summary", "who_for", "how_to_join", "opening_text", "alert", "fees", "accreditations")
"""Texts of a service in which a private address could stand."""
EVERYWHERE = "*"
ENGLAND: Nation = "england"
"""Whose bank holidays hold where no place says otherwise."""
COLUMNS = tuple(Service.__table__.columns)
ATTRIBUTES = tuple(Service.__mapper__.get_property_by_column(column).key for column in COLUMNS)


def is_published() -> ColumnElement[bool]:
    """What the public may see: active, neither withdrawn nor merged, and not last confirmed over a year ago."""
    return (
        (Service.status == "active")
        & Service.withdrawn_at.is_(None)
        & Service.merged_into_id.is_(None)
        & or_(Service.assured_date.is_(None), Service.assured_date >= freshness.oldest_shown())
    )


def read(ids: Sequence[UUID], *, published_only: bool = True) -> dict[UUID, Listing]:
    """The listings with these ids, in their order. Those that there are not, or that are not public, are left out."""
    wanted = list(dict.fromkeys(ids))
    rows = {row.id: row for row in db.session.execute(_services(wanted, published_only))} if wanted else {}
    if not rows:
        return {}
    parts = _Parts.of(list(rows))
    return {one: _listing(rows[one], parts) for one in wanted if one in rows}


@dataclass
class _Parts:
    """What hangs on services, by the id that it hangs on."""

    venues: dict[UUID, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))
    timetables: dict[UUID, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[UUID, list[Change]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[tuple[str, UUID], list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, ids: Sequence[UUID]) -> "_Parts":
        parts = cls()
        for row in db.session.execute(_venues(ids)):
            parts.venues[row.service_id].append(row)
        for row in db.session.execute(_timetables(ids)):
            if row.change_date is not None:
                parts.changes[row.id].append(Change(row.change_date, row.change_kind, row.change_start, row.change_end))
            if not (known := parts.timetables[row.owner]) or known[-1].id != row.id:
                known.append(row)
        for row in db.session.execute(_facts(ids)):
            parts.facts[row.kind, row.owner].append(row)
        return parts


def _services(ids: Sequence[UUID], published_only: bool) -> Select[Any]:
    question = (
        select(*COLUMNS, Organization.name.label("organisation"), Source.name.label("source"))
        .join(Organization, Organization.id == Service.organization_id)
        .outerjoin(SourceRecord, SourceRecord.service_id == Service.id)
        .outerjoin(Source, Source.id == SourceRecord.source_id)
        .where(Service.id.in_(ids))
    )
    return question.where(is_published()) if published_only else question


def _venues(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ServiceAtLocation.id,
            ServiceAtLocation.service_id,
            ServiceAtLocation.delivery_modes,
            ServiceAtLocation.location_id,
            Location.location_type,
            Location.name,
            Location.privacy,
            Location.place_name,
            Location.latitude,
            Location.longitude,
            Location.authority_code,
            Location.neighbourhood_code,
            Address.address_1,
            Address.city,
            Address.postal_code,
        )
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .outerjoin(Address, Address.location_id == Location.id)
        .where(ServiceAtLocation.service_id.in_(ids))
        .order_by(ServiceAtLocation.service_id, ServiceAtLocation.id, Address.address_type, Address.id)
    )


def _timetables(ids: Sequence[UUID]) -> CompoundSelect[Any]:
    """Sessions with their exceptions, and opening hours, in one shape. `owner` is a place of a service or the service."""
    sessions = (
        select(
            literal(False, Boolean).label("is_opening"),
            Session.id.label("id"),
            Session.service_at_location_id.label("owner"),
            Session.freq.label("freq"),
            Session.interval.label("interval"),
            Session.byday.label("byday"),
            cast(null(), String).label("bymonthday"),
            Session.dtstart.label("first_date"),
            Session.valid_to.label("last_date"),
            cast(null(), Date).label("dtstart"),
            Session.starts_at.label("starts_at"),
            Session.ends_at.label("ends_at"),
            Session.on_bank_holidays.label("on_bank_holidays"),
            Session.name.label("name"),
            Session.note.label("note"),
            SessionException.date.label("change_date"),
            SessionException.kind.label("change_kind"),
            SessionException.starts_at.label("change_start"),
            SessionException.ends_at.label("change_end"),
        )
        .join(ServiceAtLocation, ServiceAtLocation.id == Session.service_at_location_id)
        .outerjoin(SessionException, SessionException.session_id == Session.id)
        .where(ServiceAtLocation.service_id.in_(ids))
    )
    of_places = select(ServiceAtLocation.id).where(ServiceAtLocation.service_id.in_(ids))
    openings = select(
        literal(True, Boolean),
        Schedule.id,
        cast(func.coalesce(Schedule.service_at_location_id, Schedule.service_id), Uuid),
        Schedule.freq,
        Schedule.interval,
        Schedule.byday,
        Schedule.bymonthday,
        Schedule.valid_from,
        Schedule.valid_to,
        Schedule.dtstart,
        Schedule.opens_at,
        Schedule.closes_at,
        literal(False, Boolean),
        Schedule.description,
        Schedule.notes,
        cast(null(), Date),
        cast(null(), String),
        cast(null(), Time),
        cast(null(), Time),
    ).where(
        or_(Schedule.service_id.in_(ids), Schedule.service_at_location_id.in_(of_places)),
        Schedule.opens_at.is_not(None),
    )
    both: CompoundSelect[Any] = union_all(sessions, openings)
    return both.order_by("owner", "starts_at", "byday", "id", "change_date")


def _facts(ids: Sequence[UUID]) -> CompoundSelect[Any]:
    """Needs, languages, areas, prices and access facts, in one shape."""
    needs = (
        select(*_fact("need", Attribute.link_id, text=TaxonomyTerm.term))
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Attribute.link_type == "service", Attribute.link_id.in_(ids), Taxonomy.uri == NEEDS_TAXONOMY)
    )
    languages = select(*_fact("language", Language.service_id, text=Language.code)).where(Language.service_id.in_(ids))
    areas = select(
        *_fact("area", ServiceArea.service_id, text=ServiceArea.extent_type, other=ServiceArea.extent)
    ).where(ServiceArea.service_id.in_(ids))
    prices = select(
        *_fact(
            "cost",
            CostOption.service_id,
            text=CostOption.kind,
            other=CostOption.option,
            number=cast(CostOption.amount * 100, Integer),
            first=CostOption.valid_from,
            last=CostOption.valid_to,
        )
    ).where(CostOption.service_id.in_(ids))
    access = (
        select(*_fact("access", Accessibility.location_id, text=Accessibility.fact, answer=Accessibility.answer))
        .where(
            Accessibility.location_id.in_(
                select(ServiceAtLocation.location_id).where(ServiceAtLocation.service_id.in_(ids))
            ),
            Accessibility.fact.is_not(None),
            Accessibility.answer.is_not(None),
        )
    )  # fmt: skip
    return union_all(needs, languages, areas, prices, access).order_by("kind", "owner", "text", "number", "other")


def _fact(
    kind: str,
    owner: Any,
    *,
    text: Any,
    other: Any = None,
    number: Any = None,
    first: Any = None,
    last: Any = None,
    answer: Any = None,
) -> tuple[ColumnElement[Any], ...]:
    """One row's columns. Empty ones are cast, or PostgreSQL could not tell what they are."""
    return (
        literal(kind, String).label("kind"),
        owner.label("owner"),
        cast(text, String).label("text"),
        cast(null() if other is None else other, String).label("other"),
        cast(null() if number is None else number, Integer).label("number"),
        (cast(null(), Date) if first is None else first).label("first"),
        (cast(null(), Date) if last is None else last).label("last"),
        (cast(null(), Boolean) if answer is None else answer).label("answer"),
    )


def _listing(row: Row[Any], parts: _Parts) -> Listing:
    venues, secrets = _venues_of(row, parts)
    nation = next((told for venue in venues if (told := _nation(venue.authority_code))), ENGLAND)
    service = Service(**dict(zip(ATTRIBUTES, row, strict=False)))
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
        timetables=_timetables_of(row.id, parts, nation, secrets),
        needs=tuple(fact.text for fact in parts.facts["need", row.id]),
        languages=tuple(fact.text for fact in parts.facts["language", row.id]),
        costs=tuple(_cost(fact, secrets) for fact in parts.facts["cost", row.id]),
        areas=frozenset(code for fact in parts.facts["area", row.id] if (code := _area(fact))),
        secrets=secrets,
    )


def _venues_of(service: Row[Any], parts: _Parts) -> tuple[tuple[Venue, ...], frozenset[str]]:
    """The places of a service, each with its first address, and the words that must not be told of them."""
    rows = list({row.id: row for row in reversed(parts.venues[service.id])}.values())[::-1]
    secrets = frozenset(
        secret
        for row in parts.venues[service.id]
        if row.privacy != "public"
        for secret in secrets_of(row.address_1, row.postal_code, row.name)
        if secret.casefold()
        not in {(word or "").casefold() for word in (row.city, row.place_name, service.organisation)}
    )
    return tuple(_venue(row, parts, secrets) for row in rows), secrets


def _venue(row: Row[Any], parts: _Parts, secrets: frozenset[str]) -> Venue:
    nation = _nation(row.authority_code) or ENGLAND
    kept = Venue(
        id=row.id,
        location_id=row.location_id,
        privacy=row.privacy,
        is_physical=row.location_type == "physical",
        modes=tuple(row.delivery_modes or ()),
        facts={fact.text: fact.answer for fact in parts.facts["access", row.location_id]},
        timetables=_timetables_of(row.id, parts, nation, secrets),
    )
    if row.privacy == "hidden":
        return kept
    told: dict[str, Any] = {
        "place_name": hushed(row.place_name, secrets),
        "authority_code": row.authority_code,
        "neighbourhood_code": row.neighbourhood_code,
    }
    if row.privacy == "area":
        told["point"] = middle_of(row.neighbourhood_code, row.authority_code)
    else:
        has_point = row.latitude is not None and row.longitude is not None
        told["point"] = (row.latitude, row.longitude) if has_point else None
        told["name"], told["postcode"] = row.name, row.postal_code
        told["address"] = ", ".join(part for part in (row.address_1, row.city, row.postal_code) if part)
    return replace(kept, **told)


def _timetables_of(owner: UUID, parts: _Parts, nation: Nation, secrets: frozenset[str]) -> tuple[Timetable, ...]:
    return tuple(_timetable(row, parts, nation, secrets) for row in parts.timetables.get(owner, ()))


def _timetable(row: Row[Any], parts: _Parts, nation: Nation, secrets: frozenset[str]) -> Timetable:
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
        nation=nation,
        changes=tuple(changes),
        is_opening=bool(row.is_opening),
        name=hushed(row.name, secrets),
        note=hushed(row.note, secrets),
    )


def _cost(fact: Row[Any], secrets: frozenset[str]) -> Cost:
    kind: Any = fact.text
    return Cost(kind, fact.number, hushed(fact.other, secrets), fact.first, fact.last)


def _area(fact: Row[Any]) -> str | None:
    if fact.text == "nationwide":
        return EVERYWHERE
    return fact.other if fact.text == "code" else None


def _nation(authority_code: str | None) -> Nation | None:
    return NATIONS.get((authority_code or " ")[0])
