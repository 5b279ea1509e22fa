"""Who comes into a team and who leaves it. What they may see of people follows from the organisation that they are in it for.

An address is added whether or not anybody has an account by it, and what the coordinator is shown is the same: whoever has one
is in the team at once, anybody else once they take the invitation up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, true, update
from sqlalchemy.orm import joinedload

from portal.accounts import invitations, memberships
from portal.accounts.models import AccountToken, Membership, User
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role, roles_with
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.jobs import job
from portal.core.periods import not_over
from portal.core.permissions import Permission
from portal.geography.holding import is_held, may_in
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.teams.ending import never_later
from portal.teams.models import Team, TeamInvite, TeamMember
from portal.teams.notifications import JoinedTeam

WORKING = roles_with(Permission.TEAM_WORK)
"""The roles that let somebody work in teams, as memberships hold them."""


class NotYourself(DomainError):
    """A coordinator puts themselves into a team for an organisation that they do not belong to."""

    status = 403


class NotOfOrganisation(DomainError):
    """Somebody would come into a team for an organisation whose people are known here, and they are none of them."""


@dataclass(frozen=True)
class Joining:
    """Who is to come into a team: for which organisation, as what, from when."""

    email: str
    organization_id: UUID
    kind: str
    is_coordinator: bool
    since: date


def add(team: Team, joining: Joining, *, by: User, locale: str, form_key: str) -> None:
    """Put somebody into a team by their address, or invite them. Raises NotYourself, NotOfOrganisation.

    What people share with an organisation is not for a coordinator to give away: where it has people here, it is they alone who
    come for it. An address that nobody has is refused as one is that belongs elsewhere. Sent twice at once, it adds once.
    """
    db.session.refresh(team, with_for_update=True)
    user = user_by_email(joining.email)
    if (user is None or user.id != by.id) and not _may_come_for(user, joining.organization_id):
        raise NotOfOrganisation(
            _("They hold no role in that organisation. Ask its lead, or an administrator, to invite them there first.")
        )
    if user is None:
        _invite(team, joining, by=by, locale=locale, form_key=form_key)
        return
    if user.id == by.id and not _belongs(user, joining.organization_id):
        raise NotYourself(
            _(
                "Nobody puts themselves into a team for an organisation in which they hold no role. Ask another coordinator."
            )
        )
    if _is_in(team, user, joining.organization_id, joining.since):
        return
    _join(team, user, joining, by=by)
    if not may_in(user, Permission.TEAM_WORK, team.area):
        memberships.give(user, Role.TEAM_MEMBER, by=by, area=team.area)


def take_out(team: Team, member: TeamMember, until: date, *, by: User) -> None:
    """Let somebody leave a team from a day. Where no other team of the area has them, their role ends with it.

    Raises EndsAlready where they leave it before: their organisation may have let them go.
    """
    db.session.refresh(team, with_for_update=True)
    never_later(member, until)
    member.valid_to, member.ended_by_id = max(until, member.valid_from), by.id
    team.version += 1
    audit.record("team.left", team, by=by, details={"member": str(member.id), "until": member.valid_to.isoformat()})
    db.session.flush()
    if member.valid_to <= clock.today():
        for one in _idle_roles(team.area, member.user_id):
            memberships.end(one, by=by)


def take_back(team: Team, invite: TeamInvite, *, by: User) -> None:
    """Let an invitation be of no use any more; where it is for another team as well, for this one alone."""
    audit.record("team.invite_taken_back", team, by=by, details={"invite": str(invite.id)})
    db.session.delete(invite)
    db.session.flush()
    if db.session.scalar(select(TeamInvite.id).where(TeamInvite.token_id == invite.token_id).limit(1)) is None:
        invitations.take_back(invite.token_id, organization_id=None, by=by)


def let_lead(member: TeamMember, *, leads: bool, by: User) -> None:
    """Say whether a member leads the team."""
    member.is_coordinator = leads
    audit.record("team.led", ("team", member.team_id), by=by, details={"member": str(member.id), "leads": leads})


def taken_up(row: AccountToken, user: User) -> None:
    """Somebody took an invitation up: they are in the teams that it was for, if they may come for the organisation still."""
    for invite in db.session.scalars(select(TeamInvite).where(TeamInvite.token_id == row.id)):
        team = db.session.get_one(Team, invite.team_id)
        since = max(invite.valid_from, clock.today())
        joining = Joining(user.email, invite.organization_id, invite.kind, invite.is_coordinator, since)
        if _may_come_for(user, invite.organization_id) and not _is_in(team, user, invite.organization_id, since):
            _join(team, user, joining, by=user, added_by_id=invite.added_by_id, added_at=invite.added_at, tells=False)
        db.session.delete(invite)


invitations.TAKEN.append(taken_up)


def left_organisation(ended: Membership, by: User | None) -> None:
    """Somebody's last role in an organisation ended: from today they come into no team for it."""
    held = select(Membership.id).where(
        Membership.user_id == ended.user_id, Membership.organization_id == ended.organization_id,
        Membership.ended_at.is_(None),
    )  # fmt: skip
    if ended.organization_id is None or db.session.scalar(held.limit(1)) is not None:
        return
    wanted = select(TeamMember).where(
        TeamMember.user_id == ended.user_id, TeamMember.organization_id == ended.organization_id, _is_in_or_comes()
    )
    _let_go(db.session.scalars(wanted).all(), by)


def left_area(ended: Membership, by: User | None) -> None:
    """Somebody's role in an area ended: from today they are in no team in which no other role of theirs lets them work."""
    if ended.organization_id is None and ended.role in WORKING:
        _let_go(_shut_out(TeamMember.user_id == ended.user_id), by)


memberships.ENDED.extend((left_organisation, left_area))


@job("teams.tidy")
def tidy() -> None:
    """End the role of whoever left the last of their teams in an area on a day that has come.

    And take whoever may work in no team of an area any more out of its teams, so that what they had to do needs an owner.
    """
    gone = select(TeamMember.user_id, Team.area).join(Team, Team.id == TeamMember.team_id)
    gone = gone.where(TeamMember.valid_to <= clock.today()).distinct()
    for user_id, area in db.session.execute(gone).all():
        for one in _idle_roles(area, user_id):
            memberships.end_now(one, by=None)
    _let_go(_shut_out(true()), None)


def _let_go(members: Iterable[TeamMember], by: User | None) -> None:
    """End these from today on: the rows stay, and with them who was in the team before."""
    for member in members:
        member.valid_to, member.ended_by_id = max(clock.today(), member.valid_from), by.id if by else None
        details = {"member": str(member.id), "until": member.valid_to.isoformat()}
        audit.record("team.left", ("team", member.team_id), by=by, details=details)


def _shut_out(which: ColumnElement[bool]) -> list[TeamMember]:
    """Of these members, those who hold no role that lets them work in the area of their team."""
    wanted = select(TeamMember, Team.area).join(Team, Team.id == TeamMember.team_id).where(which, _is_in_or_comes())
    rows = db.session.execute(wanted.options(joinedload(TeamMember.user)).order_by(TeamMember.id))
    return [member for member, area in rows if not _works_in(member.user, area)]


def _works_in(user: User, area: str) -> bool:
    """Whether a role of theirs lets them work in teams of an area, whatever they have to deal with first."""
    areas = {one.area for one in user.held if one.role in WORKING}
    return is_held(area, None if None in areas else frozenset(one for one in areas if one is not None))


def _is_in_or_comes() -> ColumnElement[bool]:
    """Of members: those who are in their team today or from a day to come."""
    return not_over(clock.today(), TeamMember)


def _invite(team: Team, joining: Joining, *, by: User, locale: str, form_key: str) -> None:
    row, token = invitations.invite(
        joining.email, Role.TEAM_MEMBER, by=by, area=team.area, locale=locale, form_key=form_key
    )
    if token is None:
        return
    spent = select(AccountToken.id).where(AccountToken.email_key == row.email_key, AccountToken.purpose == "invite")
    of_area = select(Team.id).where(Team.area == team.area)
    # A new invitation to the same role makes earlier ones useless: what they were for goes along with it.
    db.session.execute(
        update(TeamInvite)
        .where(TeamInvite.token_id.in_(spent), TeamInvite.team_id.in_(of_area), TeamInvite.token_id != row.id)
        .values(token_id=row.id)
        .execution_options(synchronize_session=False)
    )
    invite = TeamInvite(
        team_id=team.id, token_id=row.id, organization_id=joining.organization_id, kind=joining.kind,
        is_coordinator=joining.is_coordinator, valid_from=joining.since, added_by_id=by.id,
    )  # fmt: skip
    db.session.add(invite)
    db.session.flush()
    audit.record("team.invited", team, by=by, details=_details(joining))


def _join(
    team: Team, user: User, joining: Joining, *, by: User, added_by_id: UUID | None = None,
    added_at: datetime | None = None, tells: bool = True,
) -> None:  # fmt: skip
    made = TeamMember(
        team_id=team.id, user_id=user.id, organization_id=joining.organization_id, kind=joining.kind,
        is_coordinator=joining.is_coordinator, valid_from=joining.since, added_by_id=added_by_id or by.id,
        added_at=added_at or clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("team.joined", team, by=by, details={"member": str(made.id), **_details(joining)})
    if tells:
        notify(
            JoinedTeam(str(team.id), team.name, joining.since.isoformat()),
            to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
            key=f"joined-team:{made.id}",
        )


def _details(joining: Joining) -> dict[str, str]:
    return {"organisation": str(joining.organization_id), "kind": joining.kind, "from": joining.since.isoformat()}


def _belongs(user: User, organization_id: UUID) -> bool:
    return any(one.organization_id == organization_id for one in user.held)


def _may_come_for(user: User | None, organization_id: UUID) -> bool:
    """Whether somebody belongs to an organisation, or nobody here does: then only the coordinator can say who works there."""
    if user is not None and _belongs(user, organization_id):
        return True
    held = select(Membership.id).where(Membership.organization_id == organization_id, Membership.ended_at.is_(None))
    return db.session.scalar(held.limit(1)) is None


def _is_in(team: Team, user: User, organization_id: UUID, since: date) -> bool:
    """Whether they are in a team for an organisation, on a day or from a later one."""
    wanted = select(TeamMember.id).where(
        TeamMember.team_id == team.id, TeamMember.user_id == user.id, TeamMember.organization_id == organization_id,
        not_over(since, TeamMember),
    )  # fmt: skip
    return db.session.scalar(wanted.limit(1)) is not None


def _idle_roles(area: str, user_id: UUID) -> list[Membership]:
    """The team member's role of somebody in an area where no team has them any more, today or from a day to come."""
    stays = exists().where(
        TeamMember.team_id == Team.id, Team.area == area, TeamMember.user_id == user_id,
        _is_in_or_comes(),
    )  # fmt: skip
    wanted = select(Membership).where(
        Membership.user_id == user_id, Membership.role == Role.TEAM_MEMBER.value, Membership.area == area,
        Membership.ended_at.is_(None), ~stays,
    )  # fmt: skip
    return list(db.session.scalars(wanted))
