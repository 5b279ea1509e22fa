"""What the page of a team shows, to whom, and who may change it. Another coordinator's team is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import AccountToken, User
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.periods import not_over
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.holding import may_in
from portal.geography.models import Neighbourhood
from portal.organisations.models import Organization
from portal.teams.kinds import kind_label
from portal.teams.models import Team, TeamInvite, TeamMember, TeamPatch
from portal.teams.queries import in_areas, is_theirs

INVITED_FOR = timedelta(days=7)
"""As long as an invitation holds, nobody can tell from the list whether an address had an account."""
MOST_NAMES = 5


@dataclass(frozen=True)
class MemberRow:
    """Somebody in a team, or asked into it. `name` is none while all that is known of them is the address that was typed."""

    id: UUID
    name: str | None
    email: str
    kind: str
    organisation: str
    valid_from: date
    valid_to: date | None
    is_coordinator: bool
    added_at: datetime

    @property
    def role(self) -> str:
        """What they are, in words."""
        return kind_label(self.kind)


@dataclass(frozen=True)
class PatchRow:
    """A neighbourhood that a team covers, now or from a day to come."""

    id: UUID
    neighbourhood: Neighbourhood
    valid_from: date
    valid_to: date | None


def team_for(viewer: Viewer, team_id: UUID) -> Team:
    """A team that the viewer is in, or whose area they coordinate. Raises NotFound."""
    return _found(db.session.scalar(select(Team).where(Team.id == team_id, is_theirs(viewer))))


def team_to_change(viewer: Viewer, team_id: UUID) -> Team:
    """A team of an area that the viewer coordinates. Raises NotFound."""
    wanted = select(Team).where(Team.id == team_id, in_areas(Team.area, viewer, Permission.COORDINATE))
    return _found(db.session.scalar(wanted))


def may_change(viewer: Viewer, team: Team) -> bool:
    """Whether the viewer coordinates its area."""
    return may_in(viewer, Permission.COORDINATE, team.area)


def patches_of(team_id: UUID) -> list[PatchRow]:
    """What a team covers today and from days to come, by name. One statement."""
    wanted = select(TeamPatch, Neighbourhood).join(Neighbourhood, Neighbourhood.id == TeamPatch.neighbourhood_id)
    wanted = wanted.where(TeamPatch.team_id == team_id, not_over(clock.today(), TeamPatch))
    rows = db.session.execute(wanted.order_by(Neighbourhood.name, TeamPatch.valid_from, TeamPatch.id))
    return [PatchRow(patch.id, place, patch.valid_from, patch.valid_to) for patch, place in rows]


def people_of(team_id: UUID) -> list[MemberRow]:
    """Who is in a team or comes into it, and who was asked to: coordinators first, then by role and organisation."""
    rows = [*_members(team_id), *_invited(team_id)]
    return sorted(
        rows, key=lambda one: (not one.is_coordinator, one.role.casefold(), one.organisation.casefold(), one.id.hex)
    )


def member_of(team: Team, member_id: UUID) -> TeamMember:
    """One member of a team who has not left. Raises NotFound."""
    wanted = select(TeamMember).where(
        TeamMember.id == member_id, TeamMember.team_id == team.id, not_over(clock.today(), TeamMember)
    )
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such member here."))
    return found


def invite_of(team: Team, invite_id: UUID) -> TeamInvite | None:
    """One invitation of a team, if there is one of this id."""
    return db.session.scalar(select(TeamInvite).where(TeamInvite.id == invite_id, TeamInvite.team_id == team.id))


def patch_of(team: Team, patch_id: UUID) -> TeamPatch:
    """One neighbourhood of a team that it has not given up. Raises NotFound."""
    wanted = select(TeamPatch).where(
        TeamPatch.id == patch_id, TeamPatch.team_id == team.id, not_over(clock.today(), TeamPatch)
    )
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("This team does not cover that neighbourhood."))
    return found


def organisations_named(words: str) -> Sequence[Organization]:
    """Organisations that somebody means by a name: the one that bears it, else those whose name holds it; some at most."""
    exact = select(Organization).where(func.lower(Organization.name) == words.lower()).order_by(Organization.id)
    found = db.session.scalars(exact.limit(MOST_NAMES)).all()
    if found:
        return found
    like = select(Organization).where(Organization.name.icontains(words, autoescape=True))
    return db.session.scalars(like.order_by(func.lower(Organization.name), Organization.id).limit(MOST_NAMES)).all()


def organisations_known(area: str) -> list[str]:
    """Names of organisations that are in a team of an area already, to choose from."""
    wanted = (
        select(Organization.name)
        .join(TeamMember, TeamMember.organization_id == Organization.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.area == area)
        .distinct()
    )
    return sorted(db.session.scalars(wanted), key=str.casefold)


def _members(team_id: UUID) -> list[MemberRow]:
    wanted = (
        select(TeamMember, User, Organization.name)
        .join(User, User.id == TeamMember.user_id)
        .join(Organization, Organization.id == TeamMember.organization_id)
        .where(TeamMember.team_id == team_id, not_over(clock.today(), TeamMember))
    )
    return [
        MemberRow(
            one.id, user.name if _is_known(one, user) else None, user.email.lower(), one.kind, organisation, one.valid_from,
            one.valid_to, one.is_coordinator, one.added_at,
        )
        for one, user, organisation in db.session.execute(wanted)
    ]  # fmt: skip


def _invited(team_id: UUID) -> list[MemberRow]:
    wanted = (
        select(TeamInvite, AccountToken, Organization.name)
        .join(AccountToken, AccountToken.id == TeamInvite.token_id)
        .join(Organization, Organization.id == TeamInvite.organization_id)
        .where(TeamInvite.team_id == team_id, AccountToken.used_at.is_(None), AccountToken.expires_at > clock.now())
    )
    return [
        MemberRow(
            one.id, None, (token.email or "").lower(), one.kind, organisation, one.valid_from, None, one.is_coordinator,
            one.added_at,
        )
        for one, token, organisation in db.session.execute(wanted)
    ]  # fmt: skip


def _is_known(one: TeamMember, user: User) -> bool:
    """Whether they have come since they were added, or the time of an invitation is over."""
    has_come = user.signed_in_at is not None and user.signed_in_at > one.added_at
    return has_come or one.added_at + INVITED_FOR <= clock.now()


def _found(team: Team | None) -> Team:
    if team is None:
        raise NotFound(_("There is no such team here."))
    return team
