"""The board of a huddle: open cases in order, what is next for each and whose it is. A handful of statements, however many cases.

Nothing encrypted is read of what is not shown. See `portal.huddles.sharing` for whom it is shown to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.references import shown
from portal.core.viewer import Viewer
from portal.huddles import order
from portal.huddles.meeting import Meeting, Member, members_of
from portal.huddles.models import HuddleAction, HuddleCase
from portal.huddles.order import Facts, Rule
from portal.huddles.sharing import Shared, sight_of
from portal.people.models import Person
from portal.referrals.models import Appointment, Introduction
from portal.teams.kinds import kind_label

A_BOARD = 12
"""So many cases stand on it at first; those in hand beyond that fold away."""


@dataclass(frozen=True)
class ActionRow:
    """One open action. `owner`: in words; `needs_owner`: nobody in the team has it, or none of them may see the case any more."""

    id: UUID
    case_id: UUID
    huddle_id: UUID
    what: str
    owner: str | None
    owner_id: UUID | None
    owner_kind: str | None
    needs_owner: bool
    due_on: date
    version: int

    @property
    def days_late(self) -> int:
        """Days after it was due; 0 or less where it is not late."""
        return (clock.today() - self.due_on).days


@dataclass(frozen=True)
class CaseRow:
    """One open case that the viewer may see, and how it stands."""

    id: UUID
    person_id: UUID
    reference: str
    initials: str
    why: str
    lead: str | None
    lead_id: UUID | None
    opened_on: date
    review_on: date | None
    has_safety: bool
    version: int
    rule: Rule
    actions: Sequence[ActionRow]
    shared: Shared

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)

    @property
    def next(self) -> ActionRow | None:
        """What is due first."""
        return self.actions[0] if self.actions else None


@dataclass(frozen=True)
class Board:
    """What one viewer sees of a huddle. `unseen`: how many cases are not shared with them, of which nothing else is told.

    `loose`: what is still to do for cases that are off the board already.
    """

    meeting: Meeting
    members: Sequence[Member]
    rows: Sequence[CaseRow]
    count: int
    unseen: int
    counts: Sequence[str]
    folded: int = 0
    loose: Sequence[tuple[CaseRow, ActionRow]] = ()
    by_reference: Mapping[str, CaseRow] = field(default_factory=dict)

    @property
    def to_do(self) -> list[tuple[CaseRow, ActionRow]]:
        """What is to be done for the cases on it, each with its case."""
        return [(row, action) for row in self.rows for action in row.actions]

    @property
    def read(self) -> list[CaseRow]:
        """Every case of which something is shown."""
        return [*self.rows, *{row.id: row for row, _action in self.loose}.values()]

    @property
    def now(self) -> list[Member]:
        """Who is in the team today."""
        return [one for one in self.members if one.is_now]

    @property
    def here(self) -> int:
        """How many of them are ticked as being there."""
        return sum(one.is_here for one in self.now)


@dataclass(frozen=True)
class _Standing:
    """A case before anything encrypted of it was read."""

    shared: Shared
    facts: Facts


def board_of(viewer: Viewer, meeting: Meeting, *, show_all: bool = False, wanted: str | None = None) -> Board:
    """The board for a viewer. `wanted`: the reference of a case that is to be on it though it would fold away."""
    members = members_of(meeting)
    sight = sight_of(viewer, meeting, members, *_facts())
    every = _standing(meeting, sight.seen)
    standing = [one for one in every if not one.shared.is_closed]
    rules = [order.rule_of(one.facts) for one in standing]
    known = next((one.shared.case_id for one in standing if one.shared.more[0] == wanted), None)
    on_it = standing if show_all else _unfolded(standing, rules, known)
    closed = [one for one in every if one.shared.is_closed]
    both = _rows([*on_it, *closed], members)
    rows = [row for row in both if not row.shared.is_closed]
    return Board(
        meeting, members, rows, len(standing), sight.unseen, order.counts(rules), folded=len(standing) - len(rows),
        loose=[(row, action) for row in both if row.shared.is_closed for action in row.actions],
        by_reference={row.reference: row for row in rows},
    )  # fmt: skip


def note_reading(viewer: Viewer, rows: Iterable[CaseRow], what: str = "huddle") -> None:
    """Leave an entry for each person of whom something was put before the viewer. After all else of a reading was asked."""
    read = [("person", row.person_id) for row in rows]
    if read:
        audit.record_each_now("person.read", read, by=viewer, details={"what": what})


def actions_of(case_ids: Iterable[UUID], members: Iterable[Member], shared: Mapping[UUID, Shared]) -> list[ActionRow]:
    """The open actions of cases, those that are due first before others."""
    team = {one.id: one for one in members}
    wanted = select(HuddleAction).where(HuddleAction.case_id.in_(list(case_ids)), HuddleAction.ended_on.is_(None))
    found = db.session.scalars(wanted.order_by(HuddleAction.due_on, HuddleAction.created_at, HuddleAction.id))
    return [_action(one, team, shared[one.case_id]) for one in found]


def _action(one: HuddleAction, team: Mapping[UUID, Member], shared: Shared) -> ActionRow:
    may = [member for member in team.values() if member.is_now and shared.is_with([member.organization_id])]
    member = team.get(one.owner_id) if one.owner_id else None
    owner: str | None
    if member is not None:
        owner, is_owned = member.label, member in may
    else:
        owner = kind_label(one.owner_kind) if one.owner_kind else None
        is_owned = any(member.kind == one.owner_kind for member in may)
    return ActionRow(
        one.id,
        one.case_id,
        one.huddle_id,
        one.what,
        owner,
        one.owner_id,
        one.owner_kind,
        not is_owned,
        one.due_on,
        one.version,
    )


def _facts() -> tuple[Any, ...]:
    """What is read of each case to put it in its place: the reference, dates and numbers, nothing encrypted."""
    due = select(func.min(HuddleAction.due_on)).where(
        HuddleAction.case_id == HuddleCase.id, HuddleAction.ended_on.is_(None)
    )
    missed = (
        select(func.count())
        .select_from(Appointment)
        .join(Introduction, Introduction.id == Appointment.introduction_id)
        .where(Introduction.person_id == HuddleCase.person_id, Appointment.status == "did-not-attend")
    )
    return (
        Person.reference, HuddleCase.moved_on, HuddleCase.opened_on, HuddleCase.review_on, HuddleCase.has_safety,
        due.correlate(HuddleCase).scalar_subquery(), missed.correlate(HuddleCase).scalar_subquery(),
    )  # fmt: skip


def _standing(meeting: Meeting, seen: Mapping[UUID, Shared]) -> list[_Standing]:
    """How each case stands, in order."""
    found = []
    for one in seen.values():
        _reference, moved, opened, review, has_safety, due_on, missed = one.more
        facts = Facts(
            clock.today(), due_on=due_on, moved_on=moved, opened_on=opened, review_on=review, missed=missed,
            has_safety=has_safety, last_on=meeting.last_on,
        )  # fmt: skip
        found.append(_Standing(one, facts))
    return sorted(found, key=lambda one: (order.place_of(one.facts), str(one.shared.case_id)))


def _unfolded(standing: Sequence[_Standing], rules: Sequence[Rule], known: UUID | None) -> list[_Standing]:
    """Those that stand on the board at first: all that need something, and in hand until it is full."""
    shown = [
        one
        for number, (one, rule) in enumerate(zip(standing, rules, strict=True))
        if number < A_BOARD or rule is not order.IN_HAND or one.shared.case_id == known
    ]
    return list(standing) if len(standing) - len(shown) < 2 else shown


def _rows(standing: Sequence[_Standing], members: Sequence[Member]) -> list[CaseRow]:
    shared = {one.shared.case_id: one.shared for one in standing}
    actions: dict[UUID, list[ActionRow]] = defaultdict(list)
    for action in actions_of(shared, members, shared):
        actions[action.case_id].append(action)
    labels = {one.id: one.label for one in members}
    told = _told(shared)
    return [
        _row(told[one.shared.case_id], one, actions[one.shared.case_id], labels)
        for one in standing
        if one.shared.case_id in told
    ]


def _told(shared: Mapping[UUID, Shared]) -> dict[UUID, Any]:
    """What is shown of cases: initials, the reference and why. One statement."""
    wanted = (
        select(HuddleCase, Person.reference, Person.given_name, Person.preferred_name, Person.family_name)
        .join(Person, Person.id == HuddleCase.person_id)
        .where(HuddleCase.id.in_(list(shared)))
    )
    return {row[0].id: row for row in db.session.execute(wanted)}


def _row(told: Any, one: _Standing, actions: list[ActionRow], labels: Mapping[UUID, str]) -> CaseRow:
    case, reference, given, preferred, family = told
    return CaseRow(
        case.id, case.person_id, reference, initials_of(preferred or given, family), case.why,
        labels.get(case.lead_id) if case.lead_id else None, case.lead_id, case.opened_on, case.review_on, case.has_safety,
        case.version, order.rule_of(one.facts), actions, one.shared,
    )  # fmt: skip


def initials_of(*names: str | None) -> str:
    """ "P.W."; a dash where no name is known. As `Person.initials` has them."""
    return "".join(f"{name.strip()[0].upper()}." for name in names if name and name.strip()) or "–"
