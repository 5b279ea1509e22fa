"""What stands on a page of the feed: the items of each list, and each thing at its own address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from portal.core.errors import DomainError
from portal.directory.models import Taxonomy, TaxonomyTerm
from portal.feed import hsds, limits, queries, tombstones
from portal.feed.asked import Asked
from portal.feed.params import Endpoint
from portal.openreferral import listed
from portal.openreferral.documents import plain, taxonomy_document, told
from portal.openreferral.flattening import Document
from portal.openreferral.schemas import VERSION

PROFILE_OF_UK = "https://docs.openreferraluk.org/en/latest/"
PROFILE_OF_HSDS = "https://docs.openreferral.org/en/3.1/"
MOST_NESTED = 500
"""Services whose documents are held at once where all organisations are told with theirs, unless one offers more."""


class Missing(DomainError):
    """There is no such thing, or none that is public."""

    status = 404


class Gone(DomainError):
    """A listing that was public is gone. `facts` says why and since when, as among the services that changed."""

    status = 410

    def __init__(self, facts: Document) -> None:
        super().__init__("This service is no longer listed.")
        self.facts = facts


@dataclass(frozen=True)
class List:
    """A list: what a query finds in it, and the documents of some ids, in their order."""

    find: Callable[[Asked], queries.Wanted]
    show: Callable[[Asked, Sequence[UUID]], list[Document]]


def base(asked: Asked, openapi_url: str) -> Document:
    """What this feed is."""
    if asked.is_hsds_31:
        return {"version": "3.1", "profile": PROFILE_OF_HSDS, "openapi_url": openapi_url}
    return {"version": VERSION, "profile": PROFILE_OF_UK, "openapi_url": openapi_url}


def page(endpoint: Endpoint, asked: Asked) -> Document:
    """One page of a list, in its envelope. A page after the last is an empty one."""
    about = LISTS[endpoint]
    number, per_page = asked.page, asked.per_page
    total, ids = about.find(asked).page((number - 1) * per_page, per_page)
    items = about.show(asked, ids) if ids else []
    pages = -(-total // per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(items),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not items,
        "contents": items,
    }


def everything(endpoint: Endpoint, asked: Asked) -> Iterator[list[Document]]:
    """All items of a list, some at a time."""
    about = LISTS[endpoint]
    for ids in about.find(asked).batches():
        for some in _portions(endpoint, asked, ids):
            yield about.show(asked, some)


def service(asked: Asked, service_id: UUID) -> Document:
    """One service whole. Raises Gone, and Missing where it was never public."""
    note = queries.changes([service_id]).get(service_id)
    if note is None:
        raise Missing("There is no such service.")
    found = next(listed.whole_services([service_id], {service_id: note.changed_at}), None) if note.is_public else None
    if found is None:
        if note.is_public:  # it aged out a moment ago, and the job has not come by yet
            raise Missing("There is no such service.")
        raise Gone(tombstones.tombstones([note])[service_id])
    return _worded(asked, "service", found)


def organization(asked: Asked, organization_id: UUID) -> Document:
    """One organisation with its services. Raises Missing."""
    found = _whole_organizations([organization_id], is_full=asked.is_on("full_service"))
    if not found:
        raise Missing("There is no such organisation.")
    return _worded(asked, "organization", found[0])


def place(asked: Asked, place_id: UUID) -> Document:
    """One service at one of its places, whole. Raises Missing."""
    of = queries.services_of_places([place_id])
    found = listed.place_items(of, queries.moments(list(of.values())), is_whole=True) if of else []
    if not found:
        raise Missing("There is no such service at a location.")
    return _worded(asked, "service_at_location", found[0])


def taxonomy(taxonomy_id: UUID) -> Document:
    """One vocabulary with its terms. Raises Missing."""
    rows = queries.rows_of(Taxonomy, [taxonomy_id])
    if not rows:
        raise Missing("There is no such taxonomy.")
    own = [_term(row, {taxonomy_id: rows[0]}) for row in queries.rows_of(TaxonomyTerm, queries.terms_of(taxonomy_id))]
    document = taxonomy_document(rows[0])
    return {**document, "taxonomy_terms": own} if own else document


def term(term_id: UUID) -> Document:
    """One term of a vocabulary. Raises Missing."""
    found = _terms(None, [term_id])
    if not found:
        raise Missing("There is no such taxonomy term.")
    return found[0]


def _services(asked: Asked, ids: Sequence[UUID]) -> list[Document]:
    moments = queries.moments(ids)
    may_be_gone = asked.get("modified_after") is not None and len(moments) < len(ids)
    lost = tombstones.tombstones(queries.gone(ids)) if may_be_gone else {}
    if asked.is_on("minimal"):
        found = {one: _minimal(one, moment) for one, moment in moments.items()} | lost
        return [found[one] for one in ids if one in found]
    public = [one for one in ids if one in moments]
    make = listed.whole_services if asked.is_on("full") else listed.service_items
    found = {UUID(one["id"]): one for one in make(public, moments)} | lost
    return [_worded(asked, "service", found[one]) for one in ids if one in found]


def _minimal(service_id: UUID, moment: datetime) -> Document:
    """The standard's parameters name `modified_date`, its tables `last_modified`."""
    told_of = plain(moment)
    return {"id": str(service_id), "last_modified": told_of, "modified_date": told_of}


def _organizations(asked: Asked, ids: Sequence[UUID]) -> list[Document]:
    if asked.is_on("full") or asked.is_on("full_service"):
        found = _whole_organizations(ids, is_full=asked.is_on("full_service"))
    else:
        found = listed.organization_items(queries.one_service_each(ids))
    return [_worded(asked, "organization", one) for one in found]


def _portions(endpoint: Endpoint, asked: Asked, ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """The same ids, in order, so many at a time that not too many documents are held at once."""
    if endpoint != "organizations" or not (asked.is_on("full") or asked.is_on("full_service")):
        yield ids
        return
    some: list[UUID] = []
    held = 0
    for one, services in queries.services_of(ids).items():
        if some and held + len(services) > MOST_NESTED:
            yield some
            some, held = [], 0
        some.append(one)
        held += len(services)
    if some:
        yield some


def _whole_organizations(ids: Sequence[UUID], *, is_full: bool) -> list[Document]:
    of = queries.services_of(ids)
    limits.take_for(sum(map(len, of.values())), are_whole=is_full)
    return listed.whole_organizations(
        of, queries.moments([one for services in of.values() for one in services]), with_whole_services=is_full
    )


def _places(asked: Asked, ids: Sequence[UUID]) -> list[Document]:
    of = queries.services_of_places(ids)
    found = listed.place_items(of, queries.moments(list(of.values())), is_whole=asked.is_on("full"))
    return [_worded(asked, "service_at_location", one) for one in found]


def _taxonomies(_asked: Asked, ids: Sequence[UUID]) -> list[Document]:
    return [taxonomy_document(row) for row in queries.rows_of(Taxonomy, ids)]


def _terms(_asked: Asked | None, ids: Sequence[UUID]) -> list[Document]:
    rows = queries.rows_of(TaxonomyTerm, ids)
    of = {row["id"]: row for row in queries.rows_of(Taxonomy, [row["taxonomy_id"] for row in rows])}
    return [_term(row, of) for row in rows]


def _term(row: Mapping[str, Any], of: Mapping[UUID, Mapping[str, Any]]) -> Document:
    vocabulary = of.get(row["taxonomy_id"])
    name = row["taxonomy"] or (vocabulary["name"] if vocabulary else None)
    document = told("taxonomy_term", {**row, "code": row["term"], "taxonomy": name})
    if row["term"]:
        document["term"] = row["term"]
    if row["taxonomy_id"] is not None:
        document["taxonomy_id"] = str(row["taxonomy_id"])
    return document


def _worded(asked: Asked, table: str, document: Document) -> Document:
    return hsds.in_31(table, document) if asked.is_hsds_31 else document


LISTS: Mapping[Endpoint, List] = MappingProxyType(
    {
        "services": List(queries.services, _services),
        "organizations": List(queries.organizations, _organizations),
        "service_at_locations": List(queries.places, _places),
        "taxonomies": List(queries.taxonomies, _taxonomies),
        "taxonomy_terms": List(queries.terms, _terms),
    }
)
