"""Documents of lists: services, organisations and places with their one-to-one fields, and each of them whole.

Few statements, however many there are. What stands in each is made by `documents.py`; here it is put together otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from portal.core.extensions import db
from portal.directory.listings import Listing
from portal.directory.queries import public_listings
from portal.openreferral import documents
from portal.openreferral.documents import Parts, Values, plain, service_document, told
from portal.openreferral.flattening import Document
from portal.openreferral.provenance import with_copies
from portal.openreferral.tables import OURS
from portal.openreferral.withholding import hush

Moments = Mapping[UUID, datetime]
"""When services last changed, with all that hangs on them."""
OF_PLACES = ("service_at_location", "location", "address")
"""What tells where a service is. Addresses are read though lists do not tell them: their words are not hushed there."""


def service_items(ids: Sequence[UUID], changed: Moments) -> list[Document]:
    """The public services of these, in order, each with its own fields and its organisation's."""
    listings = public_listings(ids)
    if not listings:
        return []
    rows, sources = _organizations(list(listings)), _sources(list(listings))
    return [_dated(_item(one, rows, sources), one, changed) for one in listings.values()]


def whole_services(ids: Sequence[UUID], changed: Moments) -> Iterator[Document]:
    """The public services of these, in order, each with all that hangs on it."""
    listings = public_listings(ids)
    if listings:
        parts = Parts.read(list(listings))
        for one in listings.values():
            yield _dated(service_document(one, parts), one, changed)


def organization_items(of: Mapping[UUID, UUID]) -> list[Document]:
    """Organisations with their own fields. `of`: by the id of each the id of one of its public services, in order."""
    listings = public_listings(list(of.values()))
    rows = _organizations(list(listings))
    return [_organization(listings[one], rows) for one in of.values() if one in listings]


def whole_organizations(
    of: Mapping[UUID, Sequence[UUID]], changed: Moments, *, with_whole_services: bool
) -> list[Document]:
    """Organisations with their numbers and all their public services, in order. `of`: ids of services by that of each."""
    ids = [one for services in of.values() for one in services]
    listings = public_listings(ids)
    parts = Parts.read(list(listings))
    found = []
    for services in of.values():
        own = [listings[one] for one in services if one in listings]
        if not own:
            continue
        document = documents.organization_document(own[0], parts)
        offered = []
        for one in own:
            service = service_document(one, parts) if with_whole_services else _item_of(one, parts)
            del service["organization"]
            offered.append(_dated(service, one, changed))
        last = document.pop(OURS, None)
        found.append({**document, "services": offered, **({OURS: last} if last else {})})
    return found


def place_items(of: Mapping[UUID, UUID], changed: Moments, *, is_whole: bool) -> list[Document]:
    """Services at their places, in order: `of` gives the id of the service by that of each.

    Each has the service's own fields and its organisation's, and the place: its own fields, or with all that hangs on it.
    """
    ids = list(dict.fromkeys(of.values()))
    listings = public_listings(ids)
    if not listings:
        return []
    parts = Parts.read(list(listings)) if is_whole else Parts.read(list(listings), OF_PLACES)
    found = []
    for place_id, service_id in of.items():
        listing = listings.get(service_id)
        row = next((one for one in parts.of("service_at_location", service_id) if one["id"] == place_id), None)
        if listing is None or row is None:
            continue
        document = documents.place_document(row, parts, listing)
        if not is_whole:
            document = _one_to_one(document)
        service = _dated(_item_of(listing, parts), listing, changed)
        last = document.pop(OURS, None)
        keys = {"service_id": str(service_id), "location_id": document.get("location", {}).get("id")}
        whole = {"id": document.pop("id"), **keys, **document, "service": service}
        found.append({**whole, OURS: last} if last else whole)
    return found


def _one_to_one(document: Document) -> Document:
    """A place without lists, but for those of ours."""
    plain_ones = {name: value for name, value in document.items() if not isinstance(value, list)}
    if "location" in plain_ones:
        plain_ones["location"] = {
            name: value for name, value in plain_ones["location"].items() if not isinstance(value, list)
        }
    return plain_ones


def _dated(document: Document, listing: Listing, changed: Moments) -> Document:
    """A service's document with when it changed: the standard's `last_modified` is of it "or any related information"."""
    if (moment := changed.get(listing.id)) is not None:
        document["last_modified"] = plain(moment)
    return document


def _item_of(listing: Listing, parts: Parts) -> Document:
    return _item(listing, parts.organizations, parts.sources)


def _item(listing: Listing, rows: Mapping[UUID, Values], sources: Mapping[UUID, Values]) -> Document:
    document = hush(documents.service_fields(listing, sources.get(listing.id)), listing.secrets)
    own = document.pop(OURS, None)
    document["organization_id"] = str(listing.service.organization_id)
    document["organization"] = _organization(listing, rows)
    return {**document, OURS: own} if own else document


def _organization(listing: Listing, rows: Mapping[UUID, Values]) -> Document:
    document: Document = hush(told("organization", rows[listing.service.organization_id]), listing.told_nowhere)
    return document | {"name": listing.organisation}


def _organizations(ids: Sequence[UUID]) -> dict[UUID, Values]:
    return {row.id: row._asdict() for row in documents.ORGANIZATIONS.rows(db.session.connection(), ids)}


def _sources(ids: Sequence[UUID]) -> Mapping[UUID, Values]:
    rows = documents.SOURCES.rows(db.session.connection(), ids)
    return with_copies({row.service_id: row._asdict() for row in rows}, ids)
