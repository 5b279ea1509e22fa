"""What the page of one listing shows beyond a result: whom to ask, how to get there, where its facts come from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from portal.core.extensions import db
from portal.directory.addresses import web_address
from portal.directory.cards import distance_km
from portal.directory.listings import Listing
from portal.directory.models import (
    Accessibility,
    Attribute,
    Contact,
    CostOption,
    Language,
    Location,
    Phone,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Source,
    SourceRecord,
    Taxonomy,
    TaxonomyTerm,
)
from portal.directory.models.taxonomies import NEEDS
from portal.directory.privacy import hushed
from portal.directory.reading import is_published
from portal.directory.telephones import Telephone, telephone

CANDIDATES = 300
NEAR_DEGREES = 0.15
"""How far north or south a near match may be; about ten miles."""
EAST_TO_NORTH = 0.6
"""How long a degree east is beside a degree north, in the middle of Britain."""


@dataclass(frozen=True)
class ContactLine:
    """Whom to ask: a name or role, hours, and numbers."""

    name: str | None = None
    hours: str | None = None
    phones: tuple[Telephone, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where a listing was imported from. `url` only where it can be linked to."""

    name: str
    url: str | None
    licence: str | None
    fetched_at: datetime


@dataclass(frozen=True)
class Details:
    """More of one listing. What is written about a place that is not public stays out.

    `getting_there` is by location, `access_notes` by location and fact, `language_notes` by code.
    """

    contacts: tuple[ContactLine, ...] = ()
    getting_there: dict[UUID, str] = field(default_factory=dict)
    access_notes: dict[tuple[UUID, str], str] = field(default_factory=dict)
    language_notes: dict[str, str] = field(default_factory=dict)
    cost_notes: tuple[str, ...] = ()
    origin: Origin | None = None


def details_of(listing: Listing) -> Details:
    """More of one listing: at most six statements."""
    notes = select(Language.code, Language.note).where(Language.service_id == listing.id, Language.note.is_not(None))
    prices = select(CostOption.amount_description).where(
        CostOption.service_id == listing.id, CostOption.amount_description.is_not(None)
    )
    places = [venue.location_id for venue in listing.visited if venue.privacy == "public"]
    return Details(
        contacts=contacts_of([listing]).get(listing.id, ()),
        language_notes={code: _told(note, listing) for code, note in db.session.execute(notes) if note},
        cost_notes=tuple(_told(note, listing) for note in db.session.scalars(prices.order_by(CostOption.id)) if note),
        origin=_origin_of(listing),
        getting_there=_ways_to(places, listing),
        access_notes=_access_notes(places, listing),
    )


def contacts_of(listings: Sequence[Listing]) -> dict[UUID, tuple[ContactLine, ...]]:
    """Whom to ask, for each of several listings: one statement."""
    by_id = {one.id: one for one in listings}
    rows = db.session.execute(
        select(Contact, Phone)
        .outerjoin(Phone, Phone.contact_id == Contact.id)
        .where(Contact.service_id.in_(list(by_id)))
        .order_by(Contact.service_id, Contact.id, Phone.id)
    )
    lines: dict[UUID, dict[UUID, ContactLine]] = {}
    for contact, phone in rows:
        if contact.service_id is None:
            continue
        listing = by_id[contact.service_id]
        known = lines.setdefault(contact.service_id, {})
        name = hushed(contact.name or contact.title, listing.secrets)
        line = known.get(contact.id, ContactLine(name, hushed(contact.hours, listing.secrets)))
        if phone is not None:
            number = telephone(phone.number, hushed(phone.description, listing.secrets))
            line = ContactLine(line.name, line.hours, (*line.phones, number))
        known[contact.id] = line
    return {service_id: tuple(known.values()) for service_id, known in lines.items()}


def similar_to(listing: Listing, limit: int = 3) -> dict[UUID, float | None]:
    """Ids of public listings that share most needs, nearest first, and how many kilometres away: one statement.

    A place that is not public is neither measured from nor to.
    """
    if not listing.needs:
        return {}
    point = next((venue.point for venue in listing.visited if venue.point and venue.privacy == "public"), None)
    # Which terms these are is asked once, not for each listing nearby.
    terms = select(TaxonomyTerm.id).join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
    terms = terms.where(Taxonomy.uri == NEEDS, TaxonomyTerm.term.in_(listing.needs))
    question = (
        select(Service.id, Attribute.taxonomy_term_id, Location.latitude, Location.longitude)
        .join(Attribute, (Attribute.link_id == Service.id) & (Attribute.link_type == "service"))
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Attribute.taxonomy_term_id.in_(terms))
        .where(Service.id != listing.id, is_published())
        .limit(CANDIDATES)
    )
    if point is not None:
        near = Location.latitude.between(point[0] - NEAR_DEGREES, point[0] + NEAR_DEGREES)
        beside = Location.longitude.between(point[1] - 2 * NEAR_DEGREES, point[1] + 2 * NEAR_DEGREES)
        north, east = Location.latitude - point[0], (Location.longitude - point[1]) * EAST_TO_NORTH
        question = question.where(near, beside, Location.privacy == "public").order_by(north * north + east * east)
    elif codes := _areas_of(listing):
        question = question.where(_in_areas(codes))
    shared: dict[UUID, set[UUID]] = {}
    km: dict[UUID, float] = {}
    for service_id, term, lat, lon in db.session.execute(question.order_by(Service.id)):
        shared.setdefault(service_id, set()).add(term)
        if point is not None and lat is not None and lon is not None:
            away = distance_km(point, (lat, lon))
            km[service_id] = min(away, km.get(service_id, away))
    ranked = sorted(shared, key=lambda one: (-len(shared[one]), km.get(one, 0.0), str(one)))
    return {one: km.get(one) for one in ranked[:limit]}


def _areas_of(listing: Listing) -> frozenset[str]:
    """Codes of the areas that a listing serves or may be known to be in; none where it is for everyone."""
    councils = frozenset(venue.authority_code for venue in listing.venues if venue.authority_code)
    return frozenset() if listing.is_everywhere else listing.areas | councils


def _in_areas(codes: frozenset[str]) -> ColumnElement[bool]:
    """At a place in one of these areas that may be known, or serving one of them or everywhere."""
    serving = select(ServiceArea.service_id).where(
        or_(ServiceArea.extent_type == "nationwide", ServiceArea.extent.in_(codes))
    )
    here = (Location.privacy != "hidden") & Location.authority_code.in_(codes)
    return or_(here, Service.id.in_(serving))


def _ways_to(places: Sequence[UUID], listing: Listing) -> dict[UUID, str]:
    if not places:
        return {}
    ways = select(Location.id, Location.getting_there).where(Location.id.in_(places))
    return {place: _told(way, listing) for place, way in db.session.execute(ways) if way}


def _access_notes(places: Sequence[UUID], listing: Listing) -> dict[tuple[UUID, str], str]:
    if not places:
        return {}
    facts = select(
        Accessibility.location_id, Accessibility.fact, Accessibility.details, Accessibility.description
    ).where(Accessibility.location_id.in_(places))
    return {
        (place, fact): _told(note, listing)
        for place, fact, details, description in db.session.execute(facts.order_by(Accessibility.id))
        if place and fact and (note := details or description)
    }


def _origin_of(listing: Listing) -> Origin | None:
    if listing.source is None:
        return None
    question = (
        select(Source.name, Source.url, Source.licence, SourceRecord.fetched_at)
        .join(SourceRecord, SourceRecord.source_id == Source.id)
        .where(SourceRecord.service_id == listing.id)
    )
    row = db.session.execute(question).first()
    return Origin(row.name, web_address(row.url), row.licence, row.fetched_at) if row else None


def _told(text: str, listing: Listing) -> str:
    return hushed(text, listing.secrets) or ""
