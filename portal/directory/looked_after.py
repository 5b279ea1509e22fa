"""What of the directory a moderator looks after: all of it, or the listings of some areas.

Tables are aliased, so that a question that joins the same tables itself does not become one with these.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.accounts.roles import ROLES, Role
from portal.core.extensions import db
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
    service, here, location = aliased(Service), aliased(ServiceAtLocation), aliased(Location)
    placed = (
        exists()
        .where(service.organization_id == organisation)
        .where(here.service_id == service.id)
        .where(location.id == here.location_id)
    )
    return or_(placed.where(_in_areas(location, areas)), ~placed.where(location.authority_code.is_not(None)))


def looks_after_listing(viewer: Viewer, service: Column) -> ColumnElement[bool]:
    """True for listings with a place in the viewer's areas, and for those without a place."""
    areas = areas_of(viewer)
    if areas is None:
        return true()
    here, location = aliased(ServiceAtLocation), aliased(Location)
    placed = exists().where(here.service_id == service).where(location.id == here.location_id)
    return or_(placed.where(_in_areas(location, areas)), ~placed.where(location.authority_code.is_not(None)))


def looked_after(viewer: Viewer, service_ids: list[UUID]) -> frozenset[UUID]:
    """Those of these listings that the viewer looks after; none for who is no moderator, without a question."""
    if not viewer.can(Permission.MODERATE):
        return frozenset()
    wanted = select(Service.id).where(Service.id.in_(service_ids), looks_after_listing(viewer, Service.id))
    return frozenset(db.session.scalars(wanted))


def _in_areas(location: type[Location], areas: frozenset[str]) -> ColumnElement[bool]:
    """Of a location: its council is one of the areas, or it lies in a neighbourhood of a set that is one."""
    codes = (
        select(NeighbourhoodPart.code)
        .join(NeighbourhoodPart.neighbourhood)
        .join(Neighbourhood.set)
        .where(NeighbourhoodSet.slug.in_(areas))
    )
    return or_(
        location.authority_code.in_(areas), location.neighbourhood_code.in_(codes), location.authority_code.in_(codes)
    )
