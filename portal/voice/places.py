"""Where what somebody said belongs: a neighbourhood that this site shows, by its name, a place or a postcode."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import QueryableAttribute

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.periods import holds_on
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.models import Location, ServiceAtLocation
from portal.geography import queries as geography
from portal.geography.holding import areas_within, is_within
from portal.geography.models import Neighbourhood, NeighbourhoodPart
from portal.geography.places import PlaceProblem
from portal.geography.shown import shown_areas


@dataclass(frozen=True)
class Somewhere:
    """A place that was understood. `district`: the first half of a postcode, where one was typed. `nation` as in `geography`."""

    neighbourhood_id: UUID | None = None
    area: str | None = None
    district: str | None = None
    nation: str | None = None


ALL_OF = "all:"
"""Before the slug of a set, where a theme is of all its neighbourhoods."""


@dataclass(frozen=True)
class Target:
    """Where a theme is shown: on the page of one neighbourhood, or of all of a set."""

    label: str
    area: str
    neighbourhood_id: UUID | None = None


def shown() -> list[Neighbourhood]:
    """Every neighbourhood that this site shows, by name: two statements."""
    found = [one for cut in geography.sets_shown(shown_areas()) for one in cut.neighbourhoods]
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.id)))


def with_slug(slug: str) -> Neighbourhood | None:
    """The neighbourhood with this slug, of those shown."""
    return next((one for one in shown() if one.slug == slug), None)


def somewhere(typed: str) -> Somewhere | PlaceProblem:
    """The neighbourhood that somebody means: one of ours by its name, else the one in which a place or postcode lies."""
    if not typed:
        return Somewhere()
    here = shown()
    named = next((one for one in here if typed.casefold() in {one.name.casefold(), one.slug}), None)
    if named is not None:
        return Somewhere(named.id, named.set.slug)
    place = geography.locate(typed)
    if isinstance(place, PlaceProblem):
        return place
    found = _holding(here, [place.neighbourhood_code, place.authority_code])
    district = place.sector.partition(" ")[0] or None
    return Somewhere(found.id if found else None, found.set.slug if found else None, district, place.nation)


def of_service(service_id: UUID) -> Neighbourhood | None:
    """The neighbourhood in which a service meets, if that may be known."""
    wanted = select(Location.neighbourhood_code, Location.authority_code).join(ServiceAtLocation)
    wanted = wanted.where(ServiceAtLocation.service_id == service_id, Location.privacy != "hidden")
    first = db.session.execute(wanted.order_by(ServiceAtLocation.id).limit(1)).first()
    return _holding(shown(), [*first]) if first is not None else None


def in_own_areas(
    viewer: Viewer, area: QueryableAttribute[Any], neighbourhood_id: QueryableAttribute[Any] | None = None
) -> ColumnElement[bool]:
    """Of rows with an area and a neighbourhood: those in the areas for which the viewer answers, and those of no area."""
    held = viewer.areas_with(Permission.VOICE_ANSWER)
    mine = within(held, area, neighbourhood_id)
    return mine if not held else or_(mine, area.is_(None))


def within(
    areas: frozenset[str] | None,
    area: QueryableAttribute[Any],
    neighbourhood_id: QueryableAttribute[Any] | None = None,
) -> ColumnElement[bool]:
    """Of rows with an area and a neighbourhood: those in some areas.

    For a council, and not for a set, they are of the neighbourhoods of a set that lie in it, and what is of a whole set where the
    set lies whole in it: what names no neighbourhood may be of the council beside it.
    """
    if areas is None or not areas or neighbourhood_id is None:
        return is_within(area, areas)
    here = geography.neighbourhoods_in(areas)
    return or_(is_within(area, areas), neighbourhood_id.in_([one.id for one in here]))


def targets(viewer: Viewer) -> dict[str, Target]:
    """Where the viewer may show a theme, by the value of its option: neighbourhoods by name, then sets that are all theirs."""
    held = viewer.areas_with(Permission.VOICE_ANSWER)
    mine = geography.neighbourhoods_in(held)
    found = {one.slug: Target(one.name, one.set.slug, one.id) for one in mine}
    areas = areas_within(held)
    sets = {one.set.slug: one.set.area for one in mine if areas is None or one.set.slug in areas}
    whole = {f"{ALL_OF}{slug}": Target(_("All of %(area)s", area=area), slug) for slug, area in sorted(sets.items())}
    return {**found, **whole}


def _holding(here: Iterable[Neighbourhood], codes: Iterable[str | None]) -> Neighbourhood | None:
    """Of these neighbourhoods the one that holds the first of the codes that any holds today."""
    wanted = [one for one in codes if one]
    by_id = {one.id: one for one in here}
    parts = select(NeighbourhoodPart.code, NeighbourhoodPart.neighbourhood_id).where(
        NeighbourhoodPart.code.in_(wanted), holds_on(clock.today(), NeighbourhoodPart)
    )
    found = db.session.execute(parts.order_by(NeighbourhoodPart.id)).all() if wanted else []
    held = [(wanted.index(code), by_id[owner]) for code, owner in found if owner in by_id]
    return min(held, key=lambda one: one[0])[1] if held else None
