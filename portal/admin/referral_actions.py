"""What administrators set for referrals: the clocks of the network, and which organisations are link worker teams."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core import audit
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.organisations.models import Organization
from portal.referrals import clocks
from portal.referrals.clocks import Clocks
from portal.referrals.models import LinkTeam


@dataclass(frozen=True)
class TeamTold:
    """A team as it was told."""

    areas: Sequence[str]
    practices: Sequence[UUID]
    phone: str | None
    calls_within_days: int
    is_active: bool


def set_clocks(new: Clocks, *, by: Viewer) -> None:
    """Set the clocks of the network. Every process follows within half a minute; what runs, with the worker's next look."""
    clocks.set_clocks(new)
    audit.record("site.clocks_set", ("site_choice", clocks.CHOICE), by=by, details=asdict(new))


def teams() -> Sequence[LinkTeam]:
    """Every link worker team, by name."""
    wanted = select(LinkTeam).join(Organization, Organization.id == LinkTeam.organization_id)
    return db.session.scalars(
        wanted.options(joinedload(LinkTeam.organization)).order_by(Organization.name, Organization.id)
    ).all()


def team_of(organization_id: UUID) -> LinkTeam:
    """The team that an organisation is; one that is not kept yet where it is none."""
    found = db.session.get(LinkTeam, organization_id)
    return found or LinkTeam(
        organization_id=organization_id, areas=[], practices=[], phone=None, calls_within_days=5, is_active=True
    )


def practices_of(team: LinkTeam) -> Sequence[Organization]:
    """The organisations that hand over to it, by name."""
    ids = [UUID(one) for one in team.practices]
    return db.session.scalars(select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name)).all()


def set_team(organization_id: UUID, told: TeamTold, *, by: Viewer) -> None:
    """Let an organisation be a link worker team as told. Who is on its books stays there when it takes nobody on any more."""
    team = team_of(organization_id)
    team.areas, team.practices = list(told.areas), [str(one) for one in told.practices]
    team.phone, team.calls_within_days, team.is_active = told.phone, told.calls_within_days, told.is_active
    db.session.add(team)
    details = {"areas": team.areas, "practices": team.practices, "is_active": team.is_active}
    audit.record("organisation.team_set", ("organization", organization_id), by=by, details=details)
