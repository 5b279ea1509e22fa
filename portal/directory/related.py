"""What stands beside a listing: near matches, and the organisation that offers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.core.extensions import db
from portal.directory.addresses import email_address, web_address
from portal.directory.cards import Card, away_label, card_of, slug_of
from portal.directory.languages import is_right_to_left
from portal.directory.listings import Listing
from portal.directory.privacy import hushed
from portal.directory.queries import public_listings
from portal.directory.similar import similar_to
from portal.organisations.models import Organization

REGISTERS = {
    "charity": "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/",
    "company": "https://find-and-update.company-information.service.gov.uk/company/",
}


@dataclass(frozen=True)
class Related:
    """A near match: its card, and how far from the same place it is, in words, where both may be measured."""

    card: Card
    away: str | None


@dataclass(frozen=True)
class Identifier:
    """A number in a public register, and the page of that register if we know its address."""

    label: str
    number: str
    link: str | None = None


@dataclass(frozen=True)
class About:
    """An organisation as readers see it. `text` is its own, in its own language."""

    id: UUID
    slug: str
    name: str
    text: tuple[str, ...]
    lang: str
    direction: Literal["ltr", "rtl"]
    website: str | None
    email: str | None
    identifiers: tuple[Identifier, ...]


def related_to(listing: Listing) -> list[Related]:
    """Up to three public listings that help with the same, nearest first."""
    near = similar_to(listing)
    listings = public_listings(list(near)) if near else {}
    return [match_of(one, near[one.id]) for one in listings.values()]


def match_of(listing: Listing, km: float | None) -> Related:
    """A near match that was so many kilometres away. How far it is is told only while its place is public."""
    is_told = km is not None and any(venue.point and venue.privacy == "public" for venue in listing.visited)
    return Related(card_of(listing), away_label(km) if is_told and km is not None else None)


def organisation_of(organisation_id: UUID, listings: Sequence[Listing]) -> About | None:
    """One organisation with public listings, these; none where it has none. No text of it tells a private address."""
    if not listings:
        return None
    found = db.session.scalar(
        select(Organization).where(Organization.id == organisation_id).options(selectinload(Organization.identifiers))
    )
    if found is None:
        return None
    secrets = frozenset(secret for listing in listings for secret in listing.secrets)
    text = (hushed(found.description, secrets) or "").replace("\r", "").split("\n")
    return About(
        id=found.id,
        slug=slug_of(found.name),
        name=found.name,
        text=tuple(part.strip() for part in text if part.strip()),
        lang=found.lang,
        direction="rtl" if is_right_to_left(found.lang) else "ltr",
        website=web_address(found.website),
        email=email_address(found.email),
        identifiers=tuple(
            _identifier(one.identifier_scheme or one.identifier_type, one.identifier) for one in found.identifiers
        ),
    )


def _identifier(kind: str, number: str) -> Identifier:
    folded = kind.lower()
    if "chc" in folded or "charity" in folded:
        return Identifier(_("Charity number"), number, _register("charity", number))
    if "coh" in folded or "company" in folded:
        return Identifier(_("Company number"), number, _register("company", number))
    return Identifier(kind, number)


def _register(name: str, number: str) -> str | None:
    plain = number.strip()
    return f"{REGISTERS[name]}{plain}" if plain.isascii() and plain.isalnum() else None
