"""Makes the nested document of a listing, the one place that does: Open Referral UK 3.0, with what is ours in `hereabouts`.

It is public, and as private about its places as they asked to be. Twenty to twenty-two statements, however many listings.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from sqlalchemy import Connection

from portal.core.extensions import db
from portal.directory.compiled import Compiled
from portal.directory.languages import name_of
from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.directory.occurrences import WEEKDAYS
from portal.directory.persons import public_name, role_address, role_in
from portal.directory.queries import public_listings
from portal.openreferral import statements
from portal.openreferral.conforming import conforming
from portal.openreferral.flattening import Document
from portal.openreferral.plainly import plain
from portal.openreferral.provenance import freshness_of, provenance_of, with_copies, without_addresses
from portal.openreferral.schemas import is_sound
from portal.openreferral.tables import NOT_GIVEN, OURS, TABLES
from portal.openreferral.withholding import hush, hush_location

__all__ = ["Parts", "place_document", "plain", "service_document", "service_documents", "taxonomy_document", "told"]

Values = Mapping[str, Any]
SERVICE_COLUMNS = tuple(column.key for column in Service.__mapper__.column_attrs)
DEMANDED = {
    "organization": ("description",),
    "address": ("address_1", "city", "state_province", "postal_code"),
}
"""Texts that the standard demands and our sources need not give."""
READY = {table: (Compiled(statement), owners) for table, (statement, owners) in statements.STATEMENTS.items()}
ORGANIZATIONS, SOURCES = Compiled(statements.organizations()), Compiled(statements.sources())
FREQUENCIES = {"weekly": "WEEKLY", "monthly": "MONTHLY"}


@dataclass(frozen=True)
class Parts:
    """What hangs on services, by table and by the id that it hangs on."""

    organizations: Mapping[UUID, Values] = field(default_factory=dict)
    sources: Mapping[UUID, Values] = field(default_factory=dict)
    rows: Mapping[tuple[str, UUID], list[Values]] = field(default_factory=dict)

    def of(self, table: str, owner: UUID) -> list[Values]:
        """Rows of a table that hang on this id."""
        return self.rows.get((table, owner), [])

    @classmethod
    def read(cls, ids: Sequence[UUID], only: Collection[str] = READY.keys()) -> "Parts":
        """All parts of these services, or only those of some tables."""
        connection = db.session.connection()
        rows: defaultdict[tuple[str, UUID], list[Values]] = defaultdict(list)
        for table in only:
            statement, columns = READY[table]
            for row in _rows(connection, statement, ids):
                owner = next(row[column] for column in columns if row[column] is not None)
                rows[table, owner].append(row)
        organizations = {row["id"]: row for row in _rows(connection, ORGANIZATIONS, ids)}
        sources = {row["service_id"]: row for row in _rows(connection, SOURCES, ids)}
        return cls(organizations, with_copies(sources, ids), rows)


def service_documents(ids: Sequence[UUID]) -> Iterator[tuple[Listing, Document]]:
    """The public services of these, in order, each as a listing and as a document."""
    listings = public_listings(ids)
    if listings:
        parts = Parts.read(list(listings))
        for listing in listings.values():
            yield listing, service_document(listing, parts)


def service_document(listing: Listing, parts: Parts) -> Document:
    """One service with all that hangs on it. Fields without value are left out."""
    own = {
        "contacts": [_contact(row, parts) for row in parts.of("contact", listing.id)],
        "attributes": [_attribute(row) for row in parts.of("attribute", listing.id)],
        "schedules": [told("schedule", row) for row in parts.of("schedule", listing.id)],
        "languages": [_language(row) for row in parts.of("language", listing.id)],
        **{
            key: [told(table, row) for row in parts.of(table, listing.id)]
            for key, table in (
                ("service_areas", "service_area"),
                ("funding", "funding"),
                ("cost_options", "cost_option"),
            )
        },
    }
    places = [place_document(row, parts, listing) for row in parts.of("service_at_location", listing.id)]
    document = hush(_with(service_fields(listing, parts.sources.get(listing.id)), own), listing.secrets)
    organization = organization_document(listing, parts)
    return _with(document, {"organization": organization, "service_at_locations": places})


def service_fields(listing: Listing, source: Values | None = None) -> Document:
    """A service's own fields alone, with words that may have to be hushed yet. `source`: its row of `statements.sources`."""
    service = {name: getattr(listing.service, name) for name in SERVICE_COLUMNS}
    service |= {
        "eligibility_description": service["who_for"],
        "application_process": service["how_to_join"],
        "space": _space(service),
        "assurer_email": role_address(service["assurer_email"]),
        "freshness": freshness_of(listing),
        "provenance": without_addresses(provenance_of(source), listing.secrets) if source else None,
    }
    return told("service", service)


def organization_document(listing: Listing, parts: Parts) -> Document:
    """The organisation of a listing, with its numbers in public registers."""
    organization: Document = hush(_organization(parts, listing), listing.told_nowhere)
    organization["name"] = listing.organisation
    return organization


def told(table: str, row: Values) -> Document:
    """What a row says, by the names of its table. Keys of other rows are left out: a document shows what belongs where.

    So is what has not the form that the standard wants and cannot be mended (`conforming.py`). It stays in the record.
    """
    about = TABLES[table]
    document = _plainly(row, _told_columns(table))
    document = conforming(about, document)
    document |= {name: NOT_GIVEN for name in DEMANDED.get(table, ()) if name not in document}
    own = _plainly(row, about.ours)
    return {**document, OURS: own} if own else document


@cache
def _told_columns(table: str) -> tuple[str, ...]:
    """Columns of a table that its documents tell."""
    about = TABLES[table]
    pointers = {*about.points_to, *(child.column for child in about.children if not child.many), "link_id"}
    return tuple(name for name in about.columns if name not in pointers - {"parent_organization_id"})


def _rows(connection: Connection, statement: Compiled, ids: Sequence[UUID]) -> Iterator[Values]:
    for row in statement.rows(connection, ids):
        yield row._asdict()


def _plainly(row: Values, names: Iterable[str]) -> Document:
    """These columns of a row as JSON has them, but for those without value, which most are."""
    return _without_nothing({name: plain(value) for name in names if (value := row.get(name)) is not None})


def _without_nothing(values: Document) -> Document:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _with(document: Document, children: Document) -> Document:
    """A document with children, what is ours last."""
    own = document.pop(OURS, {})
    whole = {**document, **_without_nothing(children)}
    return {**whole, OURS: own} if own else whole


def _space(service: Values) -> Document:
    if not service["space_state"]:
        return {}
    return _without_nothing(
        {name: plain(service[f"space_{name}"]) for name in ("state", "weeks", "full_until", "said_at")}
    )


def _organization(parts: Parts, listing: Listing) -> Document:
    row = parts.organizations[listing.service.organization_id]
    identifiers = [told("organization_identifier", one) for one in parts.of("organization_identifier", row["id"])]
    return _with(told("organization", row), {"organization_identifiers": identifiers})


def _contact(row: Values, parts: Parts) -> Document:
    phones = [
        _with(told("phone", phone), {"languages": [_language(one) for one in parts.of("language", phone["id"])]})
        for phone in parts.of("phone", row["id"])
    ]
    name = public_name(row["name"], row["name_agreed_at"])
    return _with(told("contact", {**row, "name": name}), {"phones": phones})


def _language(row: Values) -> Document:
    return told("language", {**row, "name": _english_name(row["code"])})


@lru_cache(maxsize=1_000)
def _english_name(code: str) -> str:
    with force_locale("en"):
        return name_of(code)


def _attribute(row: Values) -> Document:
    term = {name.removeprefix(statements.TERM): row[name] for name in row if name.startswith(statements.TERM)}
    detail = {name.removeprefix(statements.TAXONOMY): row[name] for name in row if name.startswith(statements.TAXONOMY)}
    document = told("taxonomy_term", {**term, "code": term["term"], "taxonomy": term["taxonomy"] or detail["name"]})
    if term["term"]:
        document["term"] = term["term"]
    if detail["id"] is not None:
        document["taxonomy_detail"] = taxonomy_document(detail)
    about = told("attribute", {**row, "link_type": "service", "link_entity": "service"})
    return {**about, "taxonomy_term": document}


def taxonomy_document(row: Values) -> Document:
    """A taxonomy. What tells it apart is told as ours where it is no address."""
    key = None if is_sound("taxonomy", "uri", row["uri"]) else row["uri"]
    return told("taxonomy", {**row, "uri": row["uri"] if key is None else None, "key": key})


def place_document(row: Values, parts: Parts, listing: Listing) -> Document:
    """The service at one place: what is said of the service here, and the place as everyone may know it."""
    sessions = [_session(one, parts) for one in parts.of("session", row["id"])]
    schedules = [told("schedule", one) for one in parts.of("schedule", row["id"])]
    schedules += [repeated for session in sessions for repeated in _as_schedules(session)]
    document = _with(told("service_at_location", row), {"schedules": schedules})
    if sessions:
        document.setdefault(OURS, {})["sessions"] = sessions
    location = hush_location(_location(row["location_id"], parts), listing.told_nowhere)
    return _with(hush(document, listing.secrets), {"location": location})


def _location(location_id: UUID, parts: Parts) -> Document:
    row = parts.of("location", location_id)[0]
    addresses = [
        told("address", {**one, "attention": role_in(one["attention"])}) for one in parts.of("address", location_id)
    ]
    facts = [told("accessibility", one) for one in parts.of("accessibility", location_id)]
    facts = [one for one in facts if len(one) > 1]
    return _with(told("location", row), {"addresses": addresses, "accessibility": facts})


def _session(row: Values, parts: Parts) -> Document:
    exceptions = [told("session_exception", one) for one in parts.of("session_exception", row["id"])]
    return {**told("session", row), **({"exceptions": exceptions} if exceptions else {})}


def _as_schedules(session: Document) -> Iterator[Document]:
    """A session for readers who know schedules alone: its rule, and each date besides. Marked, so that nobody takes both.

    What the standard has no word for is said in the notes: dates on which it is off, and that it is off in holidays.
    """
    exceptions = session.get("exceptions", [])
    off = [one["date"] for one in exceptions if one["kind"] == "cancelled"]
    same = {"opens_at": session["starts_at"], "closes_at": session.get("ends_at"), "description": session.get("name")}
    if session["freq"] in FREQUENCIES:
        rule = {name: session.get(name) for name in ("id", "valid_to", "dtstart", "interval", "byday")}
        if session["freq"] == "weekly" and not rule["byday"]:
            rule["byday"] = tuple(WEEKDAYS)[date.fromisoformat(session["dtstart"]).weekday()]
        notes = (
            session.get("note"),
            f"Not on {', '.join(off)}." if off else None,
            None if session.get("on_bank_holidays") else "Not on bank holidays.",
            None if session.get("in_school_holidays", True) else "Not in school holidays.",
        )
        yield _repeated(
            {
                **rule,
                **same,
                "valid_from": session["dtstart"],
                "freq": FREQUENCIES[session["freq"]],
                "notes": " ".join(note for note in notes if note),
            }
        )
    for one in exceptions:
        if one["kind"] == "extra":
            # As our own calendars read it: who gives a time of its own gives the end with it, or has none.
            ends_at = one.get("ends_at") or (None if one.get("starts_at") else same["closes_at"])
            times = {"opens_at": one.get("starts_at", same["opens_at"]), "closes_at": ends_at}
            dates = dict.fromkeys(("valid_from", "valid_to", "dtstart"), one["date"])
            yield _repeated({"id": one["id"], **same, **times, **dates, "notes": one.get("note", session.get("note"))})


def _repeated(values: Document) -> Document:
    return told("schedule", {**values, "session": True})
