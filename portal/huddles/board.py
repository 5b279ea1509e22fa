"""The board of a huddle: open cases in order, what is next for each and whose it is. A handful of statements, however many cases.

Nothing encrypted is read of what is not shown. See `portal.huddles.sharing` for whom it is shown to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, select

from portal.core import audit, clock
from portal.core.extensions import db
from portal.core.references import shown
from portal.core.viewer import Viewer
from portal.huddles import order
from portal.huddles.cases import Note, last_note, note_of
from portal.huddles.meeting import Meeting, Member
from portal.huddles.models import Huddle, HuddleAction, HuddleCase, HuddleNote
from portal.huddles.order import Facts, Rule
from portal.huddles.sharing import Shared, sight_of
from portal.people.models import Person
from portal.referrals.models import Appointment, Introduction
from portal.teams.kinds import kind_label

A_BOARD = 12
"""So many cases stand on it at first; those in hand beyond that fold away into a line of links."""


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
class Folded:
    """A case in hand that folded away: what one needs to know it and to open it."""

    person_id: UUID
    reference: str
    initials: str

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)


@dataclass(frozen=True)
class Board:
    """What one viewer sees of a huddle. `unseen`: how many cases are not shared with them, of which nothing else is told.

    `loose`: what is still to do for cases that are off the board already. `note`: what stands about the case that was wanted.
    `takes_part`: the viewer looks for an organisation; not so who only coordinates the area, to whom no case shows.
    """

    meeting: Meeting
    rows: Sequence[CaseRow]
    count: int
    unseen: int
    counts: Sequence[str]
    folded: Sequence[Folded] = ()
    loose: Sequence[tuple[CaseRow, ActionRow]] = ()
    by_reference: Mapping[str, CaseRow] = field(default_factory=dict)
    note: Note | None = None
    takes_part: bool = True

    @property
    def to_do(self) -> list[tuple[CaseRow, ActionRow]]:
        """What is to be done for the cases on it, each with its case."""
        return [(row, action) for row in self.rows for action in row.actions]

    @property
    def read(self) -> list[UUID]:
        """Every person of whom something is shown, each once."""
        told: list[CaseRow | Folded] = [*self.rows, *self.folded, *(row for row, _action in self.loose)]
        return list(dict.fromkeys(one.person_id for one in told))

    @property
    def now(self) -> list[Member]:
        """Who is in the team today."""
        return [one for one in self.meeting.members if one.is_now]

    @property
    def here(self) -> int:
        """How many of them are ticked as being there."""
        return sum(one.is_here for one in self.now)


@dataclass(frozen=True)
class _Standing:
    """A case before anything encrypted of it was read."""

    shared: Shared
    facts: Facts

    @property
    def reference(self) -> str:
        """Of the record."""
        return str(self.shared.more[0])


def board_of(viewer: Viewer, meeting: Meeting, *, show_all: bool = False, wanted: str | None = None) -> Board:
    """The board for a viewer. `wanted`: the reference of a case that is to be on it though it would fold away, with its note."""
    sight = sight_of(viewer, meeting, meeting.members, *_facts())
    every = _standing(meeting, sight.seen)
    standing = [one for one in every if not one.shared.is_closed]
    rules = [order.rule_of(one.facts) for one in standing]
    known = next((one.shared.case_id for one in standing if one.reference == wanted), None)
    on_it = standing if show_all else _unfolded(standing, rules, known)
    drawn = [*on_it, *(one for one in every if one.shared.is_closed)]
    told = _told(meeting, [one.shared.case_id for one in drawn], [one.shared.case_id for one in standing], known)
    both = _rows(drawn, told, meeting.members)
    rows = [row for row in both if not row.shared.is_closed]
    is_on_it = {one.shared.case_id for one in on_it}
    return Board(
        meeting, rows, len(standing), sight.unseen, order.counts(rules),
        folded=[_folded(one, told) for one in standing if one.shared.case_id in told.keys() - is_on_it],
        loose=[(row, action) for row in both if row.shared.is_closed for action in row.actions],
        by_reference={row.reference: row for row in rows}, note=_note(meeting, told.get(known)), takes_part=sight.has_eyes,
    )  # fmt: skip


def note_reading(viewer: Viewer, people: Iterable[UUID], what: str = "huddle") -> None:
    """Leave an entry for each person of whom something was put before the viewer. After all else of a reading was asked."""
    read = [("person", one) for one in people]
    if read:
        audit.record_each_now("person.read", read, by=viewer, details={"what": what})


def actions_of(case_ids: Iterable[UUID], members: Iterable[Member], shared: Mapping[UUID, Shared]) -> list[ActionRow]:
    """The open actions of cases, those that are due first before others."""
    team = {one.id: one for one in members}
    wanted = select(
        HuddleAction.id, HuddleAction.case_id, HuddleAction.huddle_id, HuddleAction.what, HuddleAction.owner_id,
        HuddleAction.owner_kind, HuddleAction.due_on, HuddleAction.version,
    ).where(HuddleAction.case_id.in_(list(case_ids)), HuddleAction.ended_on.is_(None))  # fmt: skip
    found = db.session.execute(wanted.order_by(HuddleAction.due_on, HuddleAction.created_at, HuddleAction.id))
    return [_action(one, team, shared[one.case_id]) for one in found]


def _action(one: Any, team: Mapping[UUID, Member], shared: Shared) -> ActionRow:
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


def _told(meeting: Meeting, drawn: Sequence[UUID], every: Sequence[UUID], known: UUID | None) -> dict[UUID | None, Any]:
    """What is shown of cases, by id: its initials, why of those that are drawn, the last note of one. One statement."""
    wanted: Select[Any] = (
        select(
            HuddleCase.id, case((HuddleCase.id.in_(drawn), HuddleCase.why)).label("why"), HuddleCase.lead_id,
            HuddleCase.opened_on, HuddleCase.review_on, HuddleCase.has_safety, HuddleCase.version, Person.given_name,
            Person.preferred_name, Person.family_name,
        )
        .join(Person, Person.id == HuddleCase.person_id)
        .where(HuddleCase.id.in_({*drawn, *every}))
    )  # fmt: skip
    if known is not None:
        is_last = and_(HuddleNote.case_id == HuddleCase.id, HuddleNote.id == last_note(known, meeting.day))
        wanted = wanted.add_columns(HuddleNote, Huddle.held_on).outerjoin(HuddleNote, is_last)
        wanted = wanted.outerjoin(Huddle, Huddle.id == HuddleNote.huddle_id)
    return {row.id: row for row in db.session.execute(wanted)}


def _rows(standing: Sequence[_Standing], told: Mapping[UUID | None, Any], members: Sequence[Member]) -> list[CaseRow]:
    shared = {one.shared.case_id: one.shared for one in standing}
    actions: dict[UUID, list[ActionRow]] = defaultdict(list)
    for action in actions_of(shared, members, shared):
        actions[action.case_id].append(action)
    labels = {one.id: one.label for one in members}
    return [
        _row(told[one.shared.case_id], one, actions[one.shared.case_id], labels)
        for one in standing
        if one.shared.case_id in told
    ]


def _row(told: Any, one: _Standing, actions: list[ActionRow], labels: Mapping[UUID, str]) -> CaseRow:
    return CaseRow(
        one.shared.case_id, one.shared.person_id, one.reference, _initials(told), told.why,
        labels.get(told.lead_id) if told.lead_id else None, told.lead_id, told.opened_on, told.review_on,
        told.has_safety, told.version, order.rule_of(one.facts), actions, one.shared,
    )  # fmt: skip


def _folded(one: _Standing, told: Mapping[UUID | None, Any]) -> Folded:
    return Folded(one.shared.person_id, one.reference, _initials(told[one.shared.case_id]))


def _note(meeting: Meeting, told: Any) -> Note | None:
    """What stands about the case that is wanted; None where none is."""
    if told is None:
        return None
    return note_of(told.HuddleNote, told.held_on, meeting.huddle_id) if told.HuddleNote is not None else Note()


def _initials(told: Any) -> str:
    return initials_of(told.preferred_name or told.given_name, told.family_name)


def initials_of(*names: str | None) -> str:
    """ "P.W."; a dash where no name is known. As `Person.initials` has them."""
    return "".join(f"{name.strip()[0].upper()}." for name in names if name and name.strip()) or "–"
