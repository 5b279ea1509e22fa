"""Where a listing comes from, and how fresh it is: what stands beside its facts in `hereabouts`."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from portal.core.destinations import shown_address
from portal.directory import freshness
from portal.directory.addresses import web_address
from portal.directory.listings import Listing
from portal.directory.privacy import hushed
from portal.openreferral.flattening import Document
from portal.openreferral.ids import is_made
from portal.openreferral.plainly import plain


def freshness_of(listing: Listing) -> Document:
    """When it was checked and by whom, and what the page's tag says today. `words` are in the language of the request."""
    fresh, service = freshness.of_listing(listing), listing.service
    told: Document = {"state": fresh.state, "words": freshness.label(fresh)}
    if service.assured_date is not None:
        told["checked_on"] = service.assured_date.isoformat()
        if service.assured_by:
            told["checked_by"] = service.assured_by
    return told


COPIES: list[Callable[[Sequence[UUID]], Mapping[UUID, list[Document]]]] = []
"""Asked for the copies of listings in other directories, by service. Who knows of some adds a function when it is loaded."""


def with_copies(sources: Mapping[UUID, Mapping[str, Any]], ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Rows of `statements.sources` by service, each with what is known of the service's copies elsewhere."""
    found = dict(sources)
    for known in COPIES:
        for service_id, copies in known(ids).items():
            found[service_id] = {**found.get(service_id, {}), "copies": copies}
    return found


def without_addresses(document: Document, secrets: Collection[str]) -> Document:
    """The same without ids that hold words of a private address: many a directory makes them of a name and a street."""
    if not secrets:
        return document
    words = _words_of(document.get("id", ""))
    is_told = hushed(words, {_words_of(one) for one in secrets} - {""}) == words
    kept = {name: value for name, value in document.items() if name != "id" or is_told}
    if copies := document.get("copies"):
        kept["copies"] = [without_addresses(one, secrets) for one in copies]
    return kept


def _words_of(key: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", key))


def provenance_of(row: Any) -> Document:
    """The source that a listing was copied from, its licence, the id that it has there, and when it was copied.

    `row` has `name`, `url`, `licence`, `external_id` and `fetched_at`, or only `copies`: directories that hold the same service,
    from which it was not copied. What may be a key to a source's address stays here.
    """
    told = told_of(row) if row.get("name") else {}
    return {**told, "copies": row["copies"]} if row.get("copies") else told


def told_of(row: Any) -> Document:
    """One directory that holds a service, as a document: its name, address and licence, the id there, and when it was read.

    An id that we made for a source without ids stays here: it is a digest of name and address, by which a private one could be
    guessed.
    """
    url = web_address(row["url"])
    known = {"source": row["name"], "url": shown_address(url) if url else None, "licence": row["licence"]}
    own_id = None if is_made(row["external_id"]) else row["external_id"]
    known |= {"id": own_id, "copied_at": plain(row["fetched_at"])}
    return {name: value for name, value in known.items() if value}
