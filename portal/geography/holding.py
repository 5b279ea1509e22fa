"""In which areas somebody may do something: a role is held for a set of neighbourhoods by its slug, or for a council by its code.

A council opens the sets that hold today and lie in it whole: each of their neighbourhoods is made of official areas, and all of
these are the council's. One that reaches into another council is opened by both codes together, and by neither alone.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import QueryableAttribute

from portal.core import clock
from portal.core.extensions import db
from portal.core.periods import holds_on
from portal.core.permissions import Permission
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.geography import current
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.geography.queries import codes_within, sets_shown

Held = frozenset[str] | None
"""Slugs of sets and councils' codes. None: all areas. As `Viewer.areas_with` gives them."""


def is_within(column: QueryableAttribute[Any], held: Held) -> ColumnElement[bool]:
    """The column holds one of these areas, or the slug of a set that their councils open. No statement of its own."""
    whole = _whole_sets(held)
    return is_among(column, held) if whole is None else or_(is_among(column, held), column.in_(whole))


def areas_within(held: Held) -> Held:
    """These areas, and the slugs of the sets that their councils open. One statement where a council is among them, else none."""
    whole = _whole_sets(held)
    return held if held is None or whole is None else held | frozenset(db.session.scalars(whole))


def sets_within(held: Held) -> list[NeighbourhoodSet]:
    """The sets among these that hold today, with their neighbourhoods."""
    if held is not None and not held:
        return []
    areas = areas_within(held)
    return [one for one in sets_shown() if areas is None or one.slug in areas]


def may_in(viewer: Viewer, permission: Permission, area: str) -> bool:
    """Whether somebody may in one area: the slug of a set, or a council's code."""
    return is_held(area, viewer.areas_with(permission))


def is_held(area: str, held: Held) -> bool:
    """Whether an area is among these, by itself or by their councils."""
    if held is None or area in held:
        return True
    areas = areas_within(held)
    return areas is None or area in areas


def councils_of(slug: str) -> frozenset[str]:
    """The codes of the councils in which a set lies today, with all of it or a part. One statement."""
    atlas = current.atlas()
    wanted = select(NeighbourhoodPart.code).join(NeighbourhoodPart.neighbourhood).join(Neighbourhood.set)
    codes = set(
        db.session.scalars(wanted.where(NeighbourhoodSet.slug == slug, holds_on(clock.today(), NeighbourhoodPart)))
    )
    numbers = {atlas.areas[atlas.area_numbers[code]].authority for code in codes if code in atlas.area_numbers}
    return frozenset(codes & atlas.authority_numbers.keys()) | {atlas.authorities[number].code for number in numbers}


def _whole_sets(held: Held) -> Select[str] | None:
    """The slugs of the sets that lie whole in the councils among these. None where there is no council among them."""
    inside = codes_within(held) if held else []
    if not inside:
        return None
    reaches_out = (
        select(Neighbourhood.set_id)
        .outerjoin(
            NeighbourhoodPart,
            and_(NeighbourhoodPart.neighbourhood_id == Neighbourhood.id, holds_on(clock.today(), NeighbourhoodPart)),
        )
        .where(or_(NeighbourhoodPart.code.is_(None), NeighbourhoodPart.code.not_in(inside)))
    )
    return select(NeighbourhoodSet.slug).where(
        holds_on(clock.today(), NeighbourhoodSet),
        NeighbourhoodSet.neighbourhoods.any(),
        NeighbourhoodSet.id.not_in(reaches_out),
    )
