"""The page of one listing, its calendar file, and the page of one organisation."""

from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.pages import page, whole_address
from portal.core.permissions import Permission
from portal.core.qr_codes import page_qr_svg
from portal.core.viewer import may_be_signed_in, viewer
from portal.directory import counting, queries, space, urgent
from portal.directory.blueprint import bp
from portal.directory.calendars import calendar_of_listing, has_calendar
from portal.directory.cards import card_of, slug_of
from portal.directory.details import details_of
from portal.directory.listings import Listing
from portal.directory.needs import is_any_sensitive
from portal.directory.related import organisation_of, related_to
from portal.directory.saved import saved_here
from portal.directory.showing import shown
from portal.directory.standing import Standing, crumbs_of, nation_of, standing_of
from portal.directory.structured import organisation_data, structured_data


@bp.get("/services/<uuid:service_id>", defaults={"slug": ""})
@bp.get("/services/<uuid:service_id>/<slug>")
@public()
def show(service_id: UUID, slug: str) -> ResponseReturnValue:
    """One listing, with all that is known of it; for a closed one, that it is closed and what else there is."""
    listing = queries.listing(service_id)
    standing = standing_of(listing)
    if listing is None or standing is Standing.UNKNOWN:
        abort(404)
    if standing is Standing.MERGED:
        return redirect(url_for(".show", service_id=listing.service.merged_into_id), 301)
    if standing is Standing.WITHDRAWN:
        return page("directory/withdrawn.html", status=410)
    if slug != slug_of(listing.service.name):
        return redirect(_address(listing), 301)
    is_staffs = standing is Standing.EXPIRED and may_be_signed_in() and viewer().can(Permission.DIRECTORY_STAFF)
    if standing is not Standing.OPEN and not is_staffs:
        return _closed(listing, standing)
    return _open(listing, is_expired=is_staffs)


@bp.get("/services/<uuid:service_id>.ics")
@public()
def calendar(service_id: UUID) -> ResponseReturnValue:
    """The coming sessions of one listing for a calendar, to keep or to subscribe to."""
    listing = queries.listing(service_id)
    standing = standing_of(listing)
    if listing is None or standing is Standing.UNKNOWN:
        abort(404)
    if standing is Standing.MERGED:
        return redirect(url_for(".calendar", service_id=listing.service.merged_into_id), 301)
    if standing is not Standing.OPEN:
        abort(410)
    if not has_calendar(listing):
        abort(404)
    return calendar_of_listing(listing)


@bp.get("/organisations/<uuid:organisation_id>", defaults={"slug": ""})
@bp.get("/organisations/<uuid:organisation_id>/<slug>")
@public()
def organisation(organisation_id: UUID, slug: str) -> ResponseReturnValue:
    """Who an organisation is, and everything of it that the public may find."""
    listings = queries.listings_of_organisation(organisation_id)
    about = organisation_of(organisation_id, listings)
    if about is None:
        abort(404)
    if slug != about.slug:
        return redirect(url_for(".organisation", organisation_id=organisation_id, slug=about.slug), 301)
    cards = [card_of(listing, saved=saved_here()) for listing in listings]
    is_sensitive = any(is_any_sensitive(frozenset(listing.needs)) for listing in listings)
    return page(
        "directory/organisation.html",
        about=about,
        cards=cards,
        is_sensitive=is_sensitive,
        structured=None if is_sensitive else organisation_data(about, listings),
        next_url=request.script_root + request.path,
    )


def _open(listing: Listing, *, is_expired: bool) -> Response:
    counting.note("viewed", str(listing.id))
    address = whole_address(_address(listing))
    details = details_of(listing)
    facts = shown(listing, details)
    first = next((phone.text for contact in details.contacts for phone in contact.phones), None)
    return page(
        "directory/show.html",
        service=listing.service,
        card=card_of(listing, saved=saved_here()),
        details=details,
        facts=facts,
        is_expired=is_expired,
        crumbs=crumbs_of(listing),
        urgent_cards=urgent.cards_for(urgent.kinds_of_needs(listing.needs), nation=nation_of(listing)),
        related=related_to(listing),
        has_calendar=has_calendar(listing),
        address=address,
        qr=page_qr_svg(address),
        structured=structured_data(listing, address, telephone=first, coming=facts.coming),
        is_sensitive=facts.is_sensitive,
        area_codes=frozenset(venue.neighbourhood_code for venue in listing.venues if venue.privacy == "public"),
        next_url=_address(listing),
        organisation_slug=slug_of(listing.organisation),
        takes_referrals=space.takes_referrals(listing.service),
    )


def _closed(listing: Listing, standing: Standing) -> Response:
    return page(
        "directory/closed.html",
        status=410,
        card=card_of(listing),
        is_expired=standing is Standing.EXPIRED,
        is_for_now=listing.service.status == "temporarily closed",
        related=related_to(listing),
        is_sensitive=is_any_sensitive(frozenset(listing.needs)),
    )


def _address(listing: Listing) -> str:
    return url_for("directory.show", service_id=listing.id, slug=slug_of(listing.service.name))
