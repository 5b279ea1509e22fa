"""Questions about neighbourhood teams. What people told is not here: see `portal.huddles`."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import QueryableAttribute

from portal.core import clock
from portal.core.extensions import db
from portal.core.periods import holds_on
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.holding import is_within
from portal.geography.models import Neighbourhood
from portal.teams.models import Team, TeamMember, TeamPatch


def is_theirs(viewer: Viewer, day: date | None = None) -> ColumnElement[bool]:
    """Of teams: the viewer is in it on a day (today) and may work in teams of its area, or coordinates its area."""
    member = exists().where(
        TeamMember.team_id == Team.id, TeamMember.user_id == viewer.id, holds_on(day or clock.today(), TeamMember)
    )
    coordinated = in_areas(Team.area, viewer, Permission.COORDINATE)
    if not viewer.can(Permission.TEAM_WORK):
        return coordinated
    return or_(member & in_areas(Team.area, viewer, Permission.TEAM_WORK), coordinated)


def teams_of(viewer: Viewer) -> Sequence[Team]:
    """The teams that the viewer is in, or whose area they coordinate, by name."""
    wanted = select(Team).where(Team.ended_at.is_(None), is_theirs(viewer)).order_by(Team.name, Team.id)
    return db.session.scalars(wanted).all()


def neighbourhoods_of(team_id: UUID, day: date | None = None) -> Sequence[Neighbourhood]:
    """What a team covers on a day (today), by name."""
    wanted = select(Neighbourhood).join(TeamPatch, TeamPatch.neighbourhood_id == Neighbourhood.id)
    wanted = wanted.where(TeamPatch.team_id == team_id, holds_on(day or clock.today(), TeamPatch))
    return db.session.scalars(wanted.order_by(Neighbourhood.name, Neighbourhood.id)).all()


def members_of(team_id: UUID, day: date | None = None) -> Sequence[TeamMember]:
    """Who is in a team on a day (today): coordinators first, then by when they came."""
    wanted = select(TeamMember).where(TeamMember.team_id == team_id, holds_on(day or clock.today(), TeamMember))
    order = (TeamMember.is_coordinator.desc(), TeamMember.valid_from, TeamMember.id)
    return db.session.scalars(wanted.order_by(*order)).all()


def in_areas(column: QueryableAttribute[Any], viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """Of a column that holds slugs of sets: those of the areas in which the viewer may, by the slug or by a council's code."""
    return is_within(column, viewer.areas_with(permission))
