"""Whole addresses of pages of the directory, for what leaves the site: calendars, paper, data for machines."""

from uuid import UUID

from flask import url_for

from portal.core.pages import whole_address
from portal.directory.cards import slug_of
from portal.directory.listings import Listing


def page_of(listing: Listing) -> str:
    """The page of a listing, in the language of the request."""
    return page_called(listing.id, listing.service.name)


def page_called(service_id: UUID, name: str) -> str:
    """The page of the listing with this id and name."""
    return whole_address(url_for("directory.show", service_id=service_id, slug=slug_of(name)))


def page_of_organisation(organisation_id: UUID, name: str) -> str:
    """The page of an organisation."""
    return whole_address(url_for("directory.organisation", organisation_id=organisation_id, slug=slug_of(name)))
