"""Which huddle an address means, for whom, and who is in the team that holds it. Everything else of a huddle begins here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.periods import holds_on, is_in_force
from portal.core.viewer import Viewer
from portal.core.working_days import Nation
from portal.geography.models import Neighbourhood, NeighbourhoodPart
from portal.huddles import days
from portal.huddles.models import Huddle, HuddleAttendance
from portal.organisations.models import Organization
from portal.teams.kinds import kind_label
from portal.teams.models import Team, TeamMember, TeamPatch
from portal.teams.queries import is_theirs


@dataclass(frozen=True)
class Member:
    """Somebody in the team, now or before, for one organisation."""

    id: UUID
    user_id: UUID
    kind: str
    organization_id: UUID
    organisation: str
    name: str
    is_now: bool
    is_coordinator: bool
    is_here: bool

    @property
    def label(self) -> str:
        """ "Housing adviser, Housing Help Desk"."""
        return _("%(role)s, %(organisation)s", role=kind_label(self.kind), organisation=self.organisation)


@dataclass(frozen=True)
class Meeting:
    """A team on a day, under the address of one neighbourhood. `huddle_id` is none until something was noted.

    `last_on`: the day of the last one that was finished before. `members`: everybody who is or was in the team, coordinators
    first, then by role and organisation. Of the team, whatever the day: `begun_on`, its first huddle that was begun and not
    finished; `ended_on`, its last that was; `set_on`, the day that was set for the next then.
    """

    neighbourhood_id: UUID
    slug: str
    place: str
    team_id: UUID
    team: str
    area: str
    weekday: int
    minutes: int
    nation: Nation
    day: date
    huddle_id: UUID | None
    finished_at: datetime | None
    next_on: date | None
    last_on: date | None
    begun_on: date | None
    ended_on: date | None
    set_on: date | None
    members: Sequence[Member]

    @property
    def is_finished(self) -> bool:
        """Whether its summaries were sent: nothing of it changes any more."""
        return self.finished_at is not None

    @property
    def is_set(self) -> bool:
        """Whether the day that was set at the end of the last huddle is not over."""
        if self.set_on is None or self.ended_on is None:
            return False
        return self.set_on >= max(clock.today(), self.ended_on + days.ONE_DAY)

    @property
    def current(self) -> date:
        """The day of the huddle that the team is at or holds next: one that was begun and not finished, else the next one.

        One that somebody began for a day after the next leads nobody past the next.
        """
        return self._following if self.begun_on is None else min(self.begun_on, self._following)

    @property
    def is_on(self) -> bool:
        """Whether it can be worked on: the one that the team is at or holds next; where no day is set, today too."""
        return not self.is_finished and (self.day == self.current or (self.day == clock.today() and not self.is_set))

    @property
    def _following(self) -> date:
        """The day of the next huddle, as it was set at the end of the last or as it is usual."""
        if self.set_on is not None and self.is_set:
            return self.set_on
        yesterday = clock.today() - days.ONE_DAY
        return days.proposed_after(max(yesterday, self.ended_on or yesterday), self.weekday, self.nation)[1]

    @property
    def day_told(self) -> str:
        """The day as addresses have it."""
        return self.day.isoformat()

    @property
    def at(self) -> dict[str, Any]:
        """What addresses of its pages need."""
        return {"slug": self.slug, "day": self.day_told}


class NoHuddle(NotFound):
    """A team held none on a day gone by. `meeting`: what would have been, which knows the huddle to open instead."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(
            _("There was no huddle of this team on that day. Choose another day, or open the next huddle.")
        )
        self.meeting = meeting


def meeting_at(viewer: Viewer, slug: str, told: str) -> Meeting:
    """The huddle that an address names, for who is in the team or coordinates its area today. One statement. Raises NotFound.

    It is that of the team that covered the neighbourhood on the day, however it was redrawn or handed on since.
    """
    day = days.day_in(told)
    covers = _covers(day)
    held = aliased(Huddle)
    part = select(func.min(NeighbourhoodPart.code)).where(NeighbourhoodPart.neighbourhood_id == Neighbourhood.id)
    wanted = (
        select(
            Neighbourhood.id.label("neighbourhood_id"), Neighbourhood.name.label("place"), Team.id.label("team_id"),
            Team.name.label("team"), Team.area, Team.huddle_weekday, Team.huddle_minutes,
            part.scalar_subquery().label("code"), held.id.label("huddle_id"), held.finished_at, held.next_on,
            _last(day).label("last_on"), _begun().label("begun_on"), _ended(Huddle.held_on).label("ended_on"),
            _ended(Huddle.next_on).label("set_on"),
        )
        .select_from(Neighbourhood)
        .join(Team, true())
        .outerjoin(held, and_(held.team_id == Team.id, held.held_on == day))
        .where(Neighbourhood.slug == slug, is_theirs(viewer), or_(covers, held.neighbourhood_id == Neighbourhood.id))
        .order_by(covers.desc(), Team.created_at, Team.id)
        .limit(1)
    )  # fmt: skip
    rows = db.session.execute(_with_members(wanted)).all()
    if not rows:
        raise NotFound(_why_not(viewer, slug, day))
    one = rows[0]
    meeting = Meeting(
        one.neighbourhood_id, slug, one.place, one.team_id, one.team, one.area, one.huddle_weekday, one.huddle_minutes,
        days.nation_of(one.code), day, one.huddle_id, one.finished_at, one.next_on, one.last_on,
        one.begun_on, one.ended_on, one.set_on, _members(rows),
    )  # fmt: skip
    if meeting.huddle_id is None and not days.may_be_opened(day):
        raise NoHuddle(meeting)
    return meeting


def next_day(viewer: Viewer, slug: str) -> date:
    """The day of the huddle that a team is at or holds next. Raises NotFound."""
    return meeting_at(viewer, slug, clock.today().isoformat()).current


def members_of(meeting: Meeting) -> Sequence[Member]:
    """Those of a huddle's team, which were read with it: for the demo, which fills huddles of long ago."""
    return meeting.members


def neighbourhoods_with_huddles(viewer: Viewer) -> list[Any]:
    """Of each team of the viewer's the neighbourhood under whose address its huddles are: name of the team, place and slug."""
    wanted = (
        select(Team.id.label("team_id"), Team.name.label("team"), Neighbourhood.name.label("place"), Neighbourhood.slug)
        .join(TeamPatch, TeamPatch.team_id == Team.id)
        .join(Neighbourhood, Neighbourhood.id == TeamPatch.neighbourhood_id)
        .where(Team.ended_at.is_(None), is_theirs(viewer), holds_on(clock.today(), TeamPatch))
        .order_by(Team.name, Team.id, Neighbourhood.name, Neighbourhood.id)
    )
    return list(db.session.execute(wanted))


def _with_members(picked: Select[Any]) -> Select[Any]:
    """The team that was picked, once with each of its members, and whether they are ticked as being there."""
    one = picked.subquery()
    here = and_(HuddleAttendance.member_id == TeamMember.id, HuddleAttendance.huddle_id == one.c.huddle_id)
    is_here = HuddleAttendance.id.is_not(None).label("is_here")
    told = (Organization.name.label("organisation"), User.name.label("user_name"), User.deactivated_at, is_here)
    return (
        select(one, TeamMember, *told)
        .select_from(one)
        .outerjoin(TeamMember, TeamMember.team_id == one.c.team_id)
        .outerjoin(Organization, Organization.id == TeamMember.organization_id)
        .outerjoin(User, User.id == TeamMember.user_id)
        .outerjoin(HuddleAttendance, here)
    )


def _members(rows: Iterable[Any]) -> list[Member]:
    """Those of a team in order; none where it has none."""
    found = [
        Member(
            one.id, one.user_id, one.kind, one.organization_id, row.organisation, row.user_name,
            is_now=row.deactivated_at is None and is_in_force(clock.today(), one),
            is_coordinator=one.is_coordinator, is_here=row.is_here,
        )
        for row in rows
        if (one := row.TeamMember) is not None
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.is_coordinator, one.label.casefold(), one.name.casefold()))


def _covers(day: date) -> ColumnElement[bool]:
    """Of a team and a neighbourhood: the one covers the other on a day."""
    return exists().where(
        TeamPatch.team_id == Team.id, TeamPatch.neighbourhood_id == Neighbourhood.id, holds_on(day, TeamPatch)
    )


def _last(day: date) -> ScalarSelect[date]:
    """Of a team: the day of its last huddle before a day that was finished."""
    earlier = select(func.max(Huddle.held_on)).where(
        Huddle.team_id == Team.id, Huddle.finished_at.is_not(None), Huddle.held_on < day
    )
    return earlier.correlate(Team).scalar_subquery()


def _begun() -> ScalarSelect[date]:
    """Of a team: the day of its first huddle that was begun and not finished."""
    open_one = select(func.min(Huddle.held_on)).where(Huddle.team_id == Team.id, Huddle.finished_at.is_(None))
    return open_one.correlate(Team).scalar_subquery()


def _ended(column: Any) -> ScalarSelect[date]:
    """Of a team: a column of its last huddle that was finished."""
    ended = select(column).where(Huddle.team_id == Team.id, Huddle.finished_at.is_not(None))
    return ended.order_by(Huddle.held_on.desc()).limit(1).correlate(Team).scalar_subquery()


def _why_not(viewer: Viewer, slug: str, day: date) -> str:
    """Why there is nothing to see: who was in the team until now hears that they are no more; nobody else hears of a team."""
    was = exists().where(
        TeamMember.team_id == Team.id, TeamMember.user_id == viewer.id, TeamMember.valid_to.is_not(None)
    )
    wanted = select(Team.id).select_from(Neighbourhood).join(Team, true()).where(Neighbourhood.slug == slug, was)
    if db.session.scalar(wanted.where(_covers(day)).limit(1)) is not None:
        return _(
            "You are no longer in this team, so its huddles are closed to you. Nothing you typed just now was kept."
        )
    return _("There is no huddle here that you are part of.")
