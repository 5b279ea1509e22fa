"""The tables of the Human Services Data Specification, 1.1 to 3.x, and the British profile: their names, and what hangs on what.

Source: docs.openreferral.org. Names of the result are those of 3.0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.importing.files import older
from portal.openreferral import tables as openreferral
from portal.openreferral.cells import value_of
from portal.openreferral.tables import OURS, OURS_PREFIX

Values = dict[str, Any]

SERVICES, ORGANIZATIONS, LOCATIONS, AT = "services", "organizations", "locations", "service_at_locations"
CONTACTS, PHONES, SESSIONS = "contacts", "phones", "sessions"
TERMS, TAXONOMIES, PROGRAMS = "taxonomy_terms", "taxonomies", "programs"

TO_AT = ("service_at_location_id", AT)
TO_SERVICE = ("service_id", SERVICES)
TO_LOCATION = ("location_id", LOCATIONS)
TO_ORGANIZATION = ("organization_id", ORGANIZATIONS)
TO_CONTACT = ("contact_id", CONTACTS)


@dataclass(frozen=True)
class Table:
    """A table: the names that it goes by, and its parents, the nearest first: column and table.

    `become` makes a row of an older version one of 3.0. A table without parents is looked up by id.
    """

    names: tuple[str, ...]
    parents: tuple[tuple[str, str], ...] = ()
    become: Callable[[str, Values], Values] = lambda _name, row: row


TABLES: dict[str, Table] = {
    SERVICES: Table(("services", "service"), become=older.service),
    ORGANIZATIONS: Table(
        ("organizations", "organization", "organisations", "organisation"), become=older.organization
    ),
    LOCATIONS: Table(("locations", "location")),
    AT: Table(
        ("service_at_locations", "service_at_location", "services_at_location", "services_at_locations"), (TO_SERVICE,)
    ),
    PROGRAMS: Table(("programs", "program")),
    TAXONOMIES: Table(("taxonomies",)),
    TERMS: Table(("taxonomy_terms", "taxonomy_term", "taxonomy"), become=older.term),
    "addresses": Table(
        ("addresses", "address", "physical_addresses", "physical_address", "postal_addresses", "postal_address"),
        (TO_LOCATION,),
        older.address,
    ),
    "accessibility": Table(
        ("accessibility", "accessibility_for_disabilities"), (TO_LOCATION,), older.accessibility
    ),
    CONTACTS: Table(("contacts", "contact"), (TO_AT, TO_SERVICE, TO_LOCATION, TO_ORGANIZATION), older.contact),
    PHONES: Table(("phones", "phone"), (TO_CONTACT, TO_AT, TO_SERVICE, TO_LOCATION, TO_ORGANIZATION)),
    "schedules": Table(
        ("schedules", "schedule", "regular_schedules", "regular_schedule", "holiday_schedules", "holiday_schedule"),
        (TO_AT, TO_SERVICE, TO_LOCATION),
        older.schedule,
    ),
    "languages": Table(("languages", "language"), (("phone_id", PHONES), TO_SERVICE, TO_LOCATION), older.language),
    "service_areas": Table(("service_areas", "service_area"), (TO_SERVICE,), older.service_area),
    "eligibility": Table(("eligibility", "eligibilities"), (TO_SERVICE,)),
    "cost_options": Table(("cost_options", "cost_option", "fees", "fee"), (TO_SERVICE,), older.cost_option),
    "funding": Table(("funding", "fundings"), (TO_SERVICE, TO_ORGANIZATION)),
    "required_documents": Table(("required_documents", "required_document"), (TO_SERVICE,)),
    "payments_accepted": Table(("payments_accepted", "payment_accepted"), (TO_SERVICE,)),
    "organization_identifiers": Table(("organization_identifiers", "organization_identifier"), (TO_ORGANIZATION,)),
    "urls": Table(("urls", "url"), (TO_SERVICE, TO_ORGANIZATION)),
    "attributes": Table(
        (
            "attributes", "attribute", "services_taxonomy", "service_taxonomy", "services_taxonomies", "service_attributes",
            "service_attribute", "link_taxonomy", "other_attributes", "other_attribute",
        ),
        (TO_SERVICE, TO_AT, TO_LOCATION, TO_ORGANIZATION, TO_CONTACT, ("phone_id", PHONES),
         ("accessibility_id", "accessibility")),
        older.attribute,
    ),
    SESSIONS: Table(("sessions", "session"), (TO_AT,)),
    "session_exceptions": Table(("session_exceptions", "session_exception"), (("session_id", SESSIONS),)),
}  # fmt: skip

NAMES = {name: kind for kind, table in TABLES.items() for name in table.names}
KNOWN = {NAMES[table.stem]: table for table in openreferral.TABLES.values()}
"""The columns of a table, with what each holds."""


def kinds_of(names: list[str]) -> dict[str, str]:
    """Which table each of these names (of files, sheets or keys) is. Names of no table are left out.

    "taxonomy" is the terms in 1.1, and the taxonomies where the terms stand in a table of their own.
    """
    plain = {name: name.strip().lower().replace(" ", "_").replace("-", "_") for name in names}
    found = {name: NAMES[word] for name, word in plain.items() if word in NAMES}
    has_terms = any(word.startswith("taxonomy_term") for word in plain.values())
    return {name: TAXONOMIES if has_terms and plain[name] == "taxonomy" else kind for name, kind in found.items()}


def is_package(names: list[str]) -> bool:
    """True where tables of these names are a package: services, and something that hangs on them or is theirs."""
    found = set(kinds_of(names).values())
    return SERVICES in found and len(found) > 1


def record_of(name: str, kind: str, cells: Values) -> Values:
    """A row of a table under the names of 3.0: without empty cells, numbers as numbers, columns of ours as an object."""
    row = {key.strip().lower(): value for key, value in cells.items()}
    values = {key: found for key, value in row.items() if (found := _value(kind, key, value)) is not None}
    ours = {key.removeprefix(OURS_PREFIX): value for key, value in values.items() if key.startswith(OURS_PREFIX)}
    rest = {key: value for key, value in values.items() if not key.startswith(OURS_PREFIX)}
    found = TABLES[kind].become(name, rest)
    return found | {OURS: ours} if ours else found


def _value(kind: str, column: str, cell: str) -> Any:
    """The value of a cell, or None for an empty one."""
    if not cell.strip():
        return None
    table = KNOWN.get(kind)
    known = column in table.header if table else False
    value = value_of(cell, table.kind_of(column) if table and known else "text")
    return _lines(value) if isinstance(value, str) else value


def _lines(text: str) -> str:
    """A text in which a program wrote the letters backslash and n for the end of a line."""
    if "\\n" in text and "\n" not in text:
        return text.replace("\\r\\n", "\n").replace("\\n", "\n")
    return text
