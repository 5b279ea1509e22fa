"""Where a listing comes from, and how fresh it is: what stands beside its facts in `hereabouts`."""

from typing import Any

from portal.directory import freshness
from portal.directory.addresses import web_address
from portal.directory.listings import Listing
from portal.openreferral.flattening import Document
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


def provenance_of(row: Any) -> Document:
    """The source that a listing was copied from, its licence, the id that it has there, and when it was copied.

    `row` has `name`, `url`, `licence`, `external_id` and `fetched_at`. What may be a key to the source's address stays here.
    """
    url = web_address(row["url"])
    known = {"source": row["name"], "url": url.partition("?")[0] if url else None, "licence": row["licence"]}
    known |= {"id": row["external_id"], "copied_at": plain(row["fetched_at"])}
    return {name: value for name, value in known.items() if value}
