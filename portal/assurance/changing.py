"""From "Change something" in a mail to the page on which it is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, url_for

from portal.assurance.answering import Link

FACT_PAGE, LISTING_PAGE, CLAIM_PAGE = "groups.edit_fact", "groups.listing", "groups.claim"
"""Pages of the editing part, where this instance has them."""


@dataclass(frozen=True)
class Way:
    """Where to go: `address` at once, or `claim` to get an account first."""

    address: str | None = None
    claim: str | None = None


def way_to_change(link: Link, asked: Sequence[UUID], fact: str | None) -> Way:
    """For those with an account the listing's editing page, or that of one fact; they are asked to sign in on the way."""
    listing = next((one for one in asked if one in link.open_ids), link.open_ids[0])
    if link.letter.user_id is None:
        return Way(claim=_page(CLAIM_PAGE, listing))
    one_fact = _page(FACT_PAGE, listing, fact=fact) if fact else None
    return Way(address=one_fact or _page(LISTING_PAGE, listing))


def _page(endpoint: str, listing: UUID, fact: str | None = None) -> str | None:
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, service_id=listing, fact=fact)
