"""Who may see which case. Two ways: the viewer's organisation holds the record, or the person agreed to share with an
organisation for which the viewer is in the team. Asked anew on every load, and it fails closed.

A record that the person has shut is shared with nobody. Source: design of journeys, 12; UK GDPR 6(1)(e), common-law duty.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, or_, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.huddles.meeting import Meeting, Member
from portal.huddles.models import HuddleAction, HuddleCase
from portal.people.models import Consent, Person

SCOPE = "needs"
"""What has to be shared for a case to be talked about."""


@dataclass(frozen=True)
class Shared:
    """A case, and with which organisations it is shared today. `holder`: who holds the record. `more`: what was read with it."""

    case_id: UUID
    person_id: UUID
    holder: UUID | None
    is_shut: bool
    is_closed: bool = False
    more: tuple[Any, ...] = ()
    agreed: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def organisations(self) -> frozenset[UUID]:
        """Who may see it; nobody where the record is shut."""
        if self.is_shut:
            return frozenset()
        return self.agreed | ({self.holder} if self.holder is not None else frozenset())

    def is_with(self, organisations: Iterable[UUID]) -> bool:
        """Whether one of these may see it."""
        return not self.organisations.isdisjoint(organisations)


@dataclass(frozen=True)
class Sight:
    """What somebody sees of the cases of a team: those they may, and how many there are beside.

    `has_eyes`: they look for an organisation; who only coordinates the area looks for none, and no case can be shared with them.
    """

    seen: dict[UUID, Shared]
    unseen: int
    has_eyes: bool = True


def sight_of(viewer: Viewer, meeting: Meeting, members: Iterable[Member], *more: Any) -> Sight:
    """Of the open cases of a team, and of closed ones for which something is still to do. One statement, nothing encrypted.

    `more`: columns that are read of each with it.
    """
    still = exists().where(HuddleAction.case_id == HuddleCase.id, HuddleAction.ended_on.is_(None))
    every = shared(HuddleCase.team_id == meeting.team_id, or_(HuddleCase.closed_on.is_(None), still), more=more)
    eyes = eyes_of(viewer, members)
    seen = {case_id: one for case_id, one in every.items() if eyes.see(one)}
    return Sight(
        seen, sum(not one.is_closed for case_id, one in every.items() if case_id not in seen), eyes.is_somebodys
    )


@dataclass(frozen=True)
class Eyes:
    """With whose eyes somebody looks at a team's cases. `team`: the organisations that they are in it for; `holds`: those whose
    records they work with.
    """

    team: frozenset[UUID]
    holds: frozenset[UUID]

    @property
    def is_somebodys(self) -> bool:
        """Whether there is an organisation with which a case could be shared for them to see it."""
        return bool(self.team or self.holds)

    def see(self, one: Shared) -> bool:
        """Whether they may see a case."""
        return one.is_with(self.team) or (not one.is_shut and one.holder in self.holds)


def eyes_of(viewer: Viewer, members: Iterable[Member]) -> Eyes:
    """Those of a viewer in a team, today."""
    team = frozenset(one.organization_id for one in members if one.is_now and one.user_id == viewer.id)
    return Eyes(team, viewer.organisations_with(Permission.CASELOAD) or frozenset())


def takes_part(viewer: Viewer, meeting: Meeting) -> bool:
    """Whether they put cases on the board and finish the huddle: who only coordinates the area does neither, and sees no case."""
    return eyes_of(viewer, meeting.members).is_somebodys


def shared(*which: ColumnElement[bool], more: Sequence[Any] = ()) -> dict[UUID, Shared]:
    """Cases by id, with whom each is shared today. Not those of people who died or whose record was erased.

    `more`: columns that are read of each with it.
    """
    wanted: Select[Any] = (
        select(
            HuddleCase.id,
            Person.id,
            Person.organization_id,
            Person.shut_at,
            HuddleCase.closed_on,
            Consent.organization_id,
            *more,
        )
        .join(Person, Person.id == HuddleCase.person_id)
        .outerjoin(Consent, and_(Consent.person_id == HuddleCase.person_id, _agrees()))
        .where(Person.erased_at.is_(None), Person.death_recorded_at.is_(None), *which)
    )
    about: dict[UUID, tuple[UUID, UUID | None, bool, bool, tuple[Any, ...]]] = {}
    agreed: dict[UUID, set[UUID]] = defaultdict(set)
    for case_id, person_id, holder, shut_at, closed_on, organization_id, *told in db.session.execute(wanted):
        about[case_id] = person_id, holder, shut_at is not None, closed_on is not None, tuple(told)
        if organization_id is not None:
            agreed[case_id].add(organization_id)
    return {case_id: Shared(case_id, *known, frozenset(agreed[case_id])) for case_id, known in about.items()}


def shared_with(person: Person) -> Shared:
    """With which organisations somebody shares today, who need not be on a board."""
    agreed = db.session.scalars(select(Consent.organization_id).where(Consent.person_id == person.id, _agrees()))
    return Shared(person.id, person.id, person.organization_id, person.shut_at is not None, agreed=frozenset(agreed))


def are_seen(eyes: Eyes) -> ColumnElement[bool]:
    """Of people: those whose cases `eyes` see, as `Eyes.see` has it of one."""
    agreed = select(Consent.person_id).where(Consent.organization_id.in_(eyes.team), _agrees())
    is_held = Person.organization_id.in_(eyes.team | eyes.holds)
    return and_(Person.shut_at.is_(None), or_(is_held, Person.id.in_(agreed)))


def _agrees() -> ColumnElement[bool]:
    """Of agreements: it holds today, and is for what has to be shared. The one place that says so."""
    return and_(
        Consent.status == "active",
        Consent.expires_on >= clock.today(),
        cast(Consent.scopes, String).contains(f'"{SCOPE}"'),
    )
