"""Saves new listings, many at once: one statement a table for a whole batch."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from portal.core import clock
from portal.core.extensions import Base, db
from portal.core.fields import new_id
from portal.directory.models import (
    Address,
    Attribute,
    Contact,
    CostOption,
    Language,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    Session,
    Source,
    SourceRecord,
)
from portal.importing import naming
from portal.importing.drafts import Draft
from portal.importing.opening import Times
from portal.importing.places import Spot
from portal.importing.reading import Facts

IN_ORDER: tuple[type[Base], ...] = (
    Service, Contact, Phone, Language, CostOption, Location, Address, ServiceAtLocation, Session, Schedule, SourceRecord,
    Attribute,
)  # fmt: skip
"""What refers to another table comes after it."""

Values = dict[str, Any]


class NewListings:
    """New listings of one source, gathered table by table."""

    def __init__(self, source: Source, drafts: list[Draft]) -> None:
        self._source = source
        self._rows: defaultdict[type[Base], list[Values]] = defaultdict(list)
        every = [draft.facts for draft in drafts if draft.facts is not None]
        self._organisations = naming.Organisations(source.id, every)
        self._terms = naming.term_ids(source, {tag for facts in every for tag in facts.tags})
        self._needs = naming.need_ids({need for facts in every for need in facts.needs})
        self.ids = [self._gather(draft, draft.facts) for draft in drafts if draft.facts is not None]

    def save(self) -> None:
        """Save all of them."""
        self._organisations.save_new()
        for model in IN_ORDER:
            if self._rows[model]:
                db.session.execute(insert(model), self._rows[model])

    def _gather(self, draft: Draft, facts: Facts) -> UUID:
        service_id = new_id()
        self._rows[Service].append(
            {"id": service_id, "organization_id": self._organisations.id_for(facts), **columns_of(facts)}
        )
        self._rows[SourceRecord].append(
            {
                "source_id": self._source.id,
                "external_id": draft.external_id,
                "service_id": service_id,
                "document": draft.document,
                "digest": draft.digest,
                "fetched_at": clock.now(),
            }
        )
        self._contacts(service_id, facts)
        self._when_and_where(service_id, facts)
        for term_id in [*(self._terms[tag] for tag in facts.tags), *(self._needs[need] for need in facts.needs)]:
            self._rows[Attribute].append({"link_id": service_id, "link_type": "service", "taxonomy_term_id": term_id})
        return service_id

    def _contacts(self, service_id: UUID, facts: Facts) -> None:
        if facts.phones:
            contact_id = new_id()
            self._rows[Contact].append({"id": contact_id, "service_id": service_id})
            self._rows[Phone] += [{"contact_id": contact_id, "number": number} for number in facts.phones]
        self._rows[Language] += [{"service_id": service_id, "code": code} for code in facts.languages]
        if facts.price is not None:
            self._rows[CostOption].append({"service_id": service_id, **price_columns(facts)})

    def _when_and_where(self, service_id: UUID, facts: Facts) -> None:
        if facts.place is None:
            return
        location_id, here = new_id(), new_id()
        self._rows[Location].append({"id": location_id, **location_columns(facts.place)})
        self._rows[ServiceAtLocation].append({"id": here, "service_id": service_id, "location_id": location_id})
        if facts.place.address or facts.place.postcode:
            self._rows[Address].append({"location_id": location_id, **address_columns(facts.place)})
        self._rows[Session] += [
            {"service_at_location_id": here, **session_columns(one)} for one in facts.opening.sessions
        ]
        self._rows[Schedule] += [
            {"service_at_location_id": here, **schedule_columns(one)} for one in facts.opening.hours
        ]


def columns_of(facts: Facts) -> Values:
    """The columns of a service that a source can fill. Nobody has checked it: `assured_date` stays empty."""
    return {
        "name": facts.name,
        "description": facts.description,
        "url": facts.url,
        "email": facts.email,
        "status": facts.status,
        "fees": facts.fees,
        "minimum_age": facts.minimum_age,
        "maximum_age": facts.maximum_age,
        "who_for": facts.who_for,
        "audiences": list(facts.audiences),
        "how_to_join": facts.how_to_join,
        "joining": list(facts.joining),
        "opening_text": facts.opening.text,
    }


def location_columns(spot: Spot) -> Values:
    """The columns of a place."""
    return {
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "authority_code": spot.authority_code,
        "neighbourhood_code": spot.neighbourhood_code,
        "privacy": "area" if spot.is_private else "public",
    }


def address_columns(spot: Spot) -> Values:
    """The columns of an address. Town and county stay empty: the source has one line, and nobody guesses."""
    return {"address_1": spot.address, "postal_code": spot.postcode}


def session_columns(times: Times) -> Values:
    """The columns of a session."""
    return {
        "freq": "monthly" if times.is_monthly else "weekly",
        "byday": times.byday,
        "dtstart": clock.today(),
        "starts_at": times.starts_at,
        "ends_at": times.ends_at,
    }


def schedule_columns(times: Times) -> Values:
    """The columns of a line of opening hours."""
    return {"freq": "WEEKLY", "byday": times.byday, "opens_at": times.starts_at, "closes_at": times.ends_at}


def price_columns(facts: Facts) -> Values:
    """The columns of the one price."""
    kind, amount = facts.price or ("free", None)
    return {"kind": kind, "amount": amount}
