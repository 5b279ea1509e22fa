"""The link worker teams that somebody works for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.organisations.models import Organization
from portal.referrals.models import LinkTeam


def teams_of(viewer: Viewer) -> Sequence[Organization]:
    """By name. A role that is held everywhere is held for every team."""
    theirs = viewer.organisations_with(Permission.CASELOAD)
    wanted = select(Organization)
    if theirs is None:
        wanted = wanted.join(LinkTeam, LinkTeam.organization_id == Organization.id)
    else:
        wanted = wanted.where(Organization.id.in_(theirs))
    return db.session.scalars(wanted.order_by(Organization.name, Organization.id)).all()


def team_ids(viewer: Viewer) -> list[UUID]:
    """Their ids."""
    return [team.id for team in teams_of(viewer)]
