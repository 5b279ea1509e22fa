"""Listings like another: which public ones help with the same nearby."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from portal.core.extensions import db
from portal.core.remembered import remembered
from portal.directory.cards import distance_km
from portal.directory.listings import Listing
from portal.directory.models import (
    Attribute,
    Location,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from portal.directory.models.taxonomies import NEEDS
from portal.directory.reading import is_published

CANDIDATES = 300
NEAR_DEGREES = 0.15
"""How far north or south a near match may be; about ten miles."""
EAST_TO_NORTH = 0.6
"""How long a degree east is beside a degree north, in the middle of Britain."""
KEPT_SECONDS = 300.0
Near = Mapping[UUID, float | None]
"""Ids of listings, the best first, and how many kilometres away each is."""


def similar_to(listing: Listing, limit: int = 3) -> Near:
    """Ids of public listings that share most needs, nearest first, and how many kilometres away: at most one statement.

    A place that is not public is neither measured from nor to. What was found is remembered for five minutes, as long as the
    listing's needs and places stay: a new neighbour may show as late as that. Whoever shows it reads each anew, closed or not.
    """
    if not listing.needs:
        return {}
    point = next((venue.point for venue in listing.visited if venue.point and venue.privacy == "public"), None)
    asked = listing.id, limit, listing.needs, point, None if point else _areas_of(listing)
    return remembered("similar", asked, lambda: _found(listing, point, limit), seconds=KEPT_SECONDS)


def _found(listing: Listing, point: tuple[float, float] | None, limit: int) -> Near:
    # Which terms these are is asked once, not for each listing nearby.
    terms = select(TaxonomyTerm.id).join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
    terms = terms.where(Taxonomy.uri == NEEDS, TaxonomyTerm.term.in_(listing.needs))
    question = (
        select(Service.id, Attribute.taxonomy_term_id, Location.latitude, Location.longitude)
        .join(Attribute, (Attribute.link_id == Service.id) & (Attribute.link_type == "service"))
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Attribute.taxonomy_term_id.in_(terms))
        .where(Service.id != listing.id, is_published())
        .limit(CANDIDATES)
    )
    if point is not None:
        near = Location.latitude.between(point[0] - NEAR_DEGREES, point[0] + NEAR_DEGREES)
        beside = Location.longitude.between(point[1] - 2 * NEAR_DEGREES, point[1] + 2 * NEAR_DEGREES)
        north, east = Location.latitude - point[0], (Location.longitude - point[1]) * EAST_TO_NORTH
        question = question.where(near, beside, Location.privacy == "public").order_by(north * north + east * east)
    elif codes := _areas_of(listing):
        question = question.where(_in_areas(codes))
    shared: dict[UUID, set[UUID]] = {}
    km: dict[UUID, float] = {}
    for service_id, term, lat, lon in db.session.execute(question.order_by(Service.id)):
        shared.setdefault(service_id, set()).add(term)
        if point is not None and lat is not None and lon is not None:
            away = distance_km(point, (lat, lon))
            km[service_id] = min(away, km.get(service_id, away))
    ranked = sorted(shared, key=lambda one: (-len(shared[one]), km.get(one, 0.0), str(one)))
    return {one: km.get(one) for one in ranked[:limit]}


def _areas_of(listing: Listing) -> frozenset[str]:
    """Codes of the areas that a listing serves or may be known to be in; none where it is for everyone."""
    councils = frozenset(venue.authority_code for venue in listing.venues if venue.authority_code)
    return frozenset() if listing.is_everywhere else listing.areas | councils


def _in_areas(codes: frozenset[str]) -> ColumnElement[bool]:
    """At a place in one of these areas that may be known, or serving one of them or everywhere."""
    serving = select(ServiceArea.service_id).where(
        or_(ServiceArea.extent_type == "nationwide", ServiceArea.extent.in_(codes))
    )
    here = (Location.privacy != "hidden") & Location.authority_code.in_(codes)
    return or_(here, Service.id.in_(serving))
