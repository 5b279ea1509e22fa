"""From "Change something" in a mail to the page on which it is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, url_for

from portal.assurance import queries
from portal.assurance.answering import Link
from portal.changes.facts import FACTS

FACT_PAGE, LISTING_PAGE, CLAIM_PAGE = "groups.edit_fact", "groups.listing", "joining.ask"
"""Pages of parts that stand above this one and are known by name alone."""


@dataclass(frozen=True)
class Way:
    """Where to go: `address` at once, or `claim` to get an account first."""

    address: str | None = None
    claim: str | None = None


def way_to_change(link: Link, asked: Sequence[UUID], fact: str | None) -> Way:
    """For those with an account the listing's editing page, or that of one fact; they are asked to sign in on the way."""
    listing = next((one for one in asked if one in link.open_ids), link.open_ids[0])
    if link.letter.user_id is None:
        [standing] = queries.standing_of([listing])
        return Way(claim=_page(CLAIM_PAGE, organisation_id=standing.asked.organization_id))
    one_fact = _page(FACT_PAGE, service_id=listing, fact=fact) if fact in FACTS else None
    return Way(address=one_fact or _page(LISTING_PAGE, service_id=listing))


def _page(endpoint: str, **parts: Any) -> str | None:
    return url_for(endpoint, **parts) if endpoint in current_app.view_functions else None
