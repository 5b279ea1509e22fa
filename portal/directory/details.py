"""What the page of one listing shows beyond a result: whom to ask, how to get there, where its facts come from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from portal.core.extensions import db
from portal.directory.addresses import web_address
from portal.directory.compiled import Compiled
from portal.directory.listings import Listing
from portal.directory.persons import public_name
from portal.directory.privacy import hushed
from portal.directory.statements import IDS
from portal.directory.tables import (
    accessibility,
    contact,
    cost_option,
    language,
    location,
    phone,
    source,
    source_record,
)
from portal.directory.telephones import Telephone, telephone


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
    connection, places = (
        db.session.connection(),
        [one.location_id for one in listing.visited if one.privacy == "public"],
    )
    notes, prices = LANGUAGES.rows(connection, [listing.id]), PRICES.rows(connection, [listing.id])
    return Details(
        contacts=contacts_of([listing]).get(listing.id, ()),
        language_notes={row.code: _told(row.note, listing) for row in notes if row.note},
        cost_notes=tuple(_told(row.amount_description, listing) for row in prices if row.amount_description),
        origin=_origin_of(listing),
        getting_there={
            row.id: _told(row.getting_there, listing)
            for row in (WAYS.rows(connection, places) if places else ())
            if row.getting_there
        },
        access_notes={
            (row.location_id, row.fact): _told(note, listing)
            for row in (ACCESS.rows(connection, places) if places else ())
            if row.location_id and row.fact and (note := row.details or row.description)
        },
    )


def contacts_of(listings: Sequence[Listing]) -> dict[UUID, tuple[ContactLine, ...]]:
    """Whom to ask, for each of several listings: one statement."""
    by_id = {one.id: one for one in listings}
    lines: dict[UUID, dict[UUID, ContactLine]] = {}
    for row in CONTACTS.rows(db.session.connection(), list(by_id)) if by_id else ():
        listing = by_id[row.service_id]
        known = lines.setdefault(row.service_id, {})
        name = hushed(public_name(row.name, row.name_agreed_at) or row.title, listing.secrets)
        line = known.get(row.id, ContactLine(name, hushed(row.hours, listing.secrets)))
        if row.number is not None:
            number = telephone(row.number, hushed(row.description, listing.secrets))
            line = ContactLine(line.name, line.hours, (*line.phones, number))
        known[row.id] = line
    return {service_id: tuple(known.values()) for service_id, known in lines.items()}


def _origin_of(listing: Listing) -> Origin | None:
    if listing.source is None:
        return None
    row = next(iter(ORIGINS.rows(db.session.connection(), [listing.id])), None)
    return Origin(row.name, web_address(row.url), row.licence, row.fetched_at) if row else None


def _told(text: str, listing: Listing) -> str:
    return hushed(text, listing.secrets) or ""


def _contacts() -> Select[Any]:
    told = contact.c
    own = (told.service_id, told.id, told.name, told.name_agreed_at, told.title, told.hours)
    wanted = select(*own, phone.c.number, phone.c.description)
    wanted = wanted.outerjoin(phone, phone.c.contact_id == told.id).where(told.service_id.in_(IDS))
    return wanted.order_by(told.service_id, told.id, phone.c.id)


def _origins() -> Select[Any]:
    wanted = select(source.c.name, source.c.url, source.c.licence, source_record.c.fetched_at)
    return wanted.join(source_record, source_record.c.source_id == source.c.id).where(
        source_record.c.service_id.in_(IDS)
    )


def _access() -> Select[Any]:
    told = accessibility.c
    wanted = select(told.location_id, told.fact, told.details, told.description).where(told.location_id.in_(IDS))
    has_note = or_(told.details.is_not(None), told.description.is_not(None))
    return wanted.where(and_(told.fact.is_not(None), has_note)).order_by(told.id)


CONTACTS = Compiled(_contacts())
LANGUAGES = Compiled(
    select(language.c.code, language.c.note).where(language.c.service_id.in_(IDS), language.c.note.is_not(None))
)
PRICES = Compiled(
    select(cost_option.c.amount_description)
    .where(cost_option.c.service_id.in_(IDS), cost_option.c.amount_description.is_not(None))
    .order_by(cost_option.c.id)
)
ORIGINS = Compiled(_origins())
WAYS = Compiled(
    select(location.c.id, location.c.getting_there).where(location.c.id.in_(IDS), location.c.getting_there.is_not(None))
)
ACCESS = Compiled(_access())
"""By ids of services, the last two by ids of places."""
