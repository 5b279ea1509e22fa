"""What of the directory a moderator looks after: all of it, or the listings of some areas."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts.roles import ROLES, Role
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet

Column = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


def areas_of(viewer: Viewer) -> frozenset[str] | None:
    """The areas that somebody moderates: slugs of sets and councils' codes. None: everywhere."""
    rows = [one for one in getattr(viewer, "held", ()) if Permission.MODERATE in ROLES[Role(one.role)].permissions]
    if any(one.area is None for one in rows):
        return None
    return frozenset(one.area for one in rows)


def looks_after(viewer: Viewer, organisation: Column) -> ColumnElement[bool]:
    """True for organisations with a listing in the viewer's areas, and for those that are in no area at all."""
    areas = areas_of(viewer)
    if areas is None:
        return true()
    placed = (
        exists()
        .where(Service.organization_id == organisation)
        .where(ServiceAtLocation.service_id == Service.id)
        .where(Location.id == ServiceAtLocation.location_id)
    )
    return or_(placed.where(_in_areas(areas)), ~placed.where(Location.authority_code.is_not(None)))


def looks_after_listing(viewer: Viewer, service: Column) -> ColumnElement[bool]:
    """True for listings with a place in the viewer's areas, and for those without a place."""
    areas = areas_of(viewer)
    if areas is None:
        return true()
    placed = exists().where(ServiceAtLocation.service_id == service).where(Location.id == ServiceAtLocation.location_id)
    return or_(placed.where(_in_areas(areas)), ~placed.where(Location.authority_code.is_not(None)))


def _in_areas(areas: frozenset[str]) -> ColumnElement[bool]:
    """Of a location: its council is one of the areas, or it lies in a neighbourhood of a set that is one."""
    codes = (
        select(NeighbourhoodPart.code)
        .join(NeighbourhoodPart.neighbourhood)
        .join(Neighbourhood.set)
        .where(NeighbourhoodSet.slug.in_(areas))
    )
    return or_(
        Location.authority_code.in_(areas), Location.neighbourhood_code.in_(codes), Location.authority_code.in_(codes)
    )
