"""Where a listing stands for a visitor who comes by its address, and where its page stands in the site."""

from enum import Enum, auto

from flask import url_for
from flask_babel import gettext as _

from portal.directory.listings import Listing
from portal.directory.queries import is_expired
from portal.geography import postcodes
from portal.geography.places import NATIONS, Nation
from portal.geography.queries import area_name


class Standing(Enum):
    """What a visitor may see of a listing. EXPIRED: not confirmed for a year."""

    UNKNOWN = auto()
    OPEN = auto()
    CLOSED = auto()
    EXPIRED = auto()
    MERGED = auto()
    WITHDRAWN = auto()


def standing_of(listing: Listing | None) -> Standing:
    """How a listing stands. Withdrawn goes before all: nothing of it is told, not even what replaced it."""
    if listing is None:
        return Standing.UNKNOWN
    service = listing.service
    if service.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if service.merged_into_id is not None:
        return Standing.UNKNOWN if service.merged_into_id == service.id else Standing.MERGED
    if service.status != "active":
        return Standing.CLOSED
    return Standing.EXPIRED if is_expired(listing) else Standing.OPEN


def crumbs_of(listing: Listing) -> list[tuple[str, str]]:
    """The way from the home page to a listing: its council, then its neighbourhood, as searches near each."""
    crumbs = [(_("Home"), url_for("pages.home"))]
    venue = next((venue for venue in listing.visited if venue.privacy != "hidden"), None)
    if venue is None:
        return crumbs
    council = area_name(venue.authority_code) if venue.authority_code else None
    if council:
        crumbs.append((council, url_for("directory.search", near=council)))
    if venue.place_name and venue.place_name != council and venue.postcode:
        postcode = next(postcodes.within(venue.postcode.upper()), None)
        if postcode is not None:
            crumbs.append((venue.place_name, url_for("directory.search", near=postcode.shared)))
    return crumbs


def nation_of(*listings: Listing) -> Nation | None:
    """The one nation that listings are in, by the places and areas that may be known; none where that is not sure."""
    codes = [venue.authority_code for one in listings for venue in one.venues] + [
        code for one in listings for code in one.areas
    ]
    nations = {NATIONS.get(code[:1]) for code in codes if code} - {None}
    return next(iter(nations)) if len(nations) == 1 else None
