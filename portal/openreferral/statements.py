"""What hangs on services, as statements that are built once. Each takes `ids`, a list of ids of services.

Nothing of a private place leaves the database: a column of a location that is not named here is read of public ones alone.
"""

from typing import Any

from sqlalchemy import CompoundSelect, Label, Select, case, exists, select, union_all

from portal.directory.statements import IDS
from portal.directory.tables import (
    accessibility,
    address,
    attribute,
    contact,
    cost_option,
    funding,
    language,
    location,
    organization,
    organization_identifier,
    phone,
    schedule,
    service,
    service_area,
    service_at_location,
    service_change,
    session,
    session_exception,
    source,
    source_record,
    taxonomy,
    taxonomy_term,
)

ALWAYS = frozenset({"id", "location_type", "privacy"})
"""Columns of a location that tell nothing of where it is."""
OF_AREA = frozenset({"place_name", "authority_code", "neighbourhood_code"})
"""Columns that tell its neighbourhood."""
ANSWERS = frozenset({"id", "location_id", "fact", "answer"})
"""Columns of accessibility that hold no text."""


OFFERERS = select(service.c.organization_id).where(service.c.id.in_(IDS))
HERE = select(service_at_location.c.id).where(service_at_location.c.service_id.in_(IDS))
PLACES = select(service_at_location.c.location_id).where(service_at_location.c.service_id.in_(IDS))
TERM, TAXONOMY = "term_", "taxonomy_"
"""What names of columns of the two are told apart by."""


def organizations() -> Select[Any]:
    """Organisations; the one above each is told only where it offers something to the public itself."""
    own = [column for column in organization.c if column.name != "parent_organization_id"]
    above, theirs = organization.c.parent_organization_id, service.alias("theirs")
    offers = exists().where(
        theirs.c.organization_id == above, service_change.c.service_id == theirs.c.id, service_change.c.is_public
    )
    shown = case((offers, above)).label("parent_organization_id")
    return select(*own, shown).where(organization.c.id.in_(OFFERERS)).order_by(organization.c.id)


def sources() -> Select[Any]:
    """Where services were copied from."""
    about = source_record.c
    return (
        select(about.service_id, about.external_id, about.fetched_at, source.c.name, source.c.url, source.c.licence)
        .join(source, source.c.id == about.source_id)
        .where(about.service_id.in_(IDS))
    )


def _of_services(table: Any) -> Select[Any]:
    return select(table).where(table.c.service_id.in_(IDS)).order_by(table.c.id)


def _of_both(table: Any, column: Any, others: Select[Any]) -> CompoundSelect[Any]:
    """Rows of services, and rows of what hangs on them."""
    direct = select(table).where(table.c.service_id.in_(IDS))
    indirect = select(table).where(column.in_(others), table.c.service_id.is_(None))
    both: CompoundSelect[Any] = union_all(direct, indirect)
    return both.order_by("id")


def _locations() -> Select[Any]:
    return select(*map(_of_location, location.c)).where(location.c.id.in_(PLACES)).order_by(location.c.id)


def _of_location(column: Any) -> Label[Any]:
    if column.name in ALWAYS:
        return column.label(column.name)  # type: ignore[no-any-return]
    is_told = location.c.privacy != "hidden" if column.name in OF_AREA else location.c.privacy == "public"
    return case((is_told, column)).label(column.name)


def _accessibility() -> Select[Any]:
    """Answers unless a place is hidden, texts of public ones."""
    columns = [
        column if column.name in ANSWERS else case((location.c.privacy == "public", column)).label(column.name)
        for column in accessibility.c
    ]
    return (
        select(*columns)
        .join(location, location.c.id == accessibility.c.location_id)
        .where(location.c.id.in_(PLACES), location.c.privacy != "hidden")
        .order_by(accessibility.c.id)
    )


def _attributes() -> Select[Any]:
    return (
        select(
            attribute.c.id,
            attribute.c.link_id,
            *(column.label(TERM + column.name) for column in taxonomy_term.c),
            *(column.label(TAXONOMY + column.name) for column in taxonomy.c),
        )
        .join(taxonomy_term, taxonomy_term.c.id == attribute.c.taxonomy_term_id)
        .outerjoin(taxonomy, taxonomy.c.id == taxonomy_term.c.taxonomy_id)
        .where(attribute.c.link_type == "service", attribute.c.link_id.in_(IDS))
        .order_by(attribute.c.id)
    )


_OF_CONTACTS = select(contact.c.id).where(contact.c.service_id.in_(IDS))
_OF_PHONES = select(phone.c.id).where(phone.c.contact_id.in_(_OF_CONTACTS))
_OF_SESSIONS = select(session.c.id).where(session.c.service_at_location_id.in_(HERE))

STATEMENTS: dict[str, tuple[Select[Any] | CompoundSelect[Any], tuple[str, ...]]] = {
    "contact": (_of_services(contact), ("service_id",)),
    "phone": (select(phone).where(phone.c.contact_id.in_(_OF_CONTACTS)).order_by(phone.c.id), ("contact_id",)),
    "language": (_of_both(language, language.c.phone_id, _OF_PHONES), ("phone_id", "service_id")),
    "schedule": (
        _of_both(schedule, schedule.c.service_at_location_id, HERE),
        ("service_at_location_id", "service_id"),
    ),
    "service_area": (_of_services(service_area), ("service_id",)),
    "funding": (_of_services(funding), ("service_id",)),
    "cost_option": (_of_services(cost_option), ("service_id",)),
    "attribute": (_attributes(), ("link_id",)),
    "service_at_location": (_of_services(service_at_location), ("service_id",)),
    "location": (_locations(), ("id",)),
    "address": (
        select(address)
        .join(location, location.c.id == address.c.location_id)
        .where(location.c.id.in_(PLACES), location.c.privacy == "public")
        .order_by(address.c.id),
        ("location_id",),
    ),
    "accessibility": (_accessibility(), ("location_id",)),
    "session": (
        select(session).where(session.c.service_at_location_id.in_(HERE)).order_by(session.c.id),
        ("service_at_location_id",),
    ),
    "session_exception": (
        select(session_exception)
        .where(session_exception.c.session_id.in_(_OF_SESSIONS))
        .order_by(session_exception.c.date, session_exception.c.kind),
        ("session_id",),
    ),
    "organization_identifier": (
        select(organization_identifier)
        .where(organization_identifier.c.organization_id.in_(OFFERERS))
        .order_by(organization_identifier.c.id),
        ("organization_id",),
    ),
}
"""Each table's statement, and the columns that say on what a row hangs: the first of them that is not empty."""
