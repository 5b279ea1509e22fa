"""What was said and agreed at one huddle, as far as it is shared with the reader today. A case that is not is not there.

What was agreed stands as it did when the huddle was finished, whatever later ones changed; beside it, what became of it since.
Every case that was on the board stands in it, and what was still to do from earlier huddles, also where nobody typed a word.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from portal.core import audit
from portal.core.extensions import db
from portal.core.references import shown
from portal.core.viewer import Viewer
from portal.huddles.board import initials_of
from portal.huddles.meeting import Meeting
from portal.huddles.models import Huddle, HuddleAction, HuddleCase, HuddleNote
from portal.huddles.sharing import eyes_of, shared
from portal.huddles.stood import Agreement, agreed_at, why_at
from portal.people.models import Person
from portal.teams.kinds import kind_label


@dataclass(frozen=True)
class Agreed:
    """An action that was agreed, and what became of it since."""

    what: str
    owner: str
    due_on: date
    ended_as: str | None
    ended_on: date | None


@dataclass(frozen=True)
class Talked:
    """A case that was on the board. `actions`: what was agreed then; `carried`: what was still to do from earlier huddles."""

    person_id: UUID
    reference: str
    initials: str
    why: str
    note: HuddleNote | None
    actions: Sequence[Agreed]
    carried: Sequence[Agreed]

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)


@dataclass(frozen=True)
class Minutes:
    """Of one huddle. `here`: who was there, by role and organisation."""

    meeting: Meeting
    here: Sequence[str]
    cases: Sequence[Talked]


def minutes_of(viewer: Viewer, meeting: Meeting) -> Minutes:
    """What a viewer may read of a huddle today."""
    at = _on_board(meeting)
    eyes = eyes_of(viewer, meeting.members)
    seen = [case_id for case_id, one in shared(at).items() if eyes.see(one)]
    notes = {one.case_id: one for one in db.session.scalars(_notes(meeting, seen))}
    actions: dict[UUID, list[HuddleAction]] = defaultdict(list)
    for action in db.session.scalars(_actions(meeting, seen)):
        actions[action.case_id].append(action)
    labels = {one.id: one.label for one in meeting.members}
    told = [_talk(row, meeting, notes, actions, labels) for row in db.session.execute(_cases(seen))]
    return Minutes(meeting, [one.label for one in meeting.members if one.is_here], told)


def note_reading(viewer: Viewer, people: Sequence[UUID], what: str) -> None:
    """Leave an entry for each person of whom something was read. After all of it was asked and drawn."""
    read = [("person", one) for one in people]
    db.session.rollback()
    if read:
        audit.record_each_now("person.read", read, by=viewer, details={"what": what})


def owner_words(action: HuddleAction | Agreement, labels: Mapping[UUID, str]) -> str:
    """Whose an action is, in words; a dash where nobody has it."""
    if action.owner_id is not None and action.owner_id in labels:
        return labels[action.owner_id]
    return kind_label(action.owner_kind) if action.owner_kind else "–"


def _on_board(meeting: Meeting) -> Any:
    """Of cases: it was open on the day of a huddle, something was noted or agreed about it there, or was still to do for it."""
    here = and_(
        HuddleCase.team_id == meeting.team_id,
        HuddleCase.opened_on <= meeting.day,
        or_(HuddleCase.closed_on.is_(None), HuddleCase.closed_on >= meeting.day),
    )
    if meeting.finished_at is not None:
        here = and_(here, HuddleCase.created_at <= meeting.finished_at)
    noted = select(HuddleNote.case_id).where(HuddleNote.huddle_id == meeting.huddle_id)
    to_do = select(HuddleAction.case_id).where(_was_to_do(meeting))
    return or_(here, HuddleCase.id.in_(noted), HuddleCase.id.in_(to_do))


def _was_to_do(meeting: Meeting) -> Any:
    """Of actions: it was agreed at a huddle, or at an earlier one of its team and was not done before the day."""
    earlier = select(Huddle.id).where(Huddle.team_id == meeting.team_id, Huddle.held_on < meeting.day)
    was_open = or_(HuddleAction.ended_on.is_(None), HuddleAction.ended_on >= meeting.day)
    return or_(HuddleAction.huddle_id == meeting.huddle_id, and_(HuddleAction.huddle_id.in_(earlier), was_open))


def _notes(meeting: Meeting, seen: Sequence[UUID]) -> Any:
    return select(HuddleNote).where(HuddleNote.huddle_id == meeting.huddle_id, HuddleNote.case_id.in_(seen))


def _actions(meeting: Meeting, seen: Sequence[UUID]) -> Any:
    wanted = select(HuddleAction).where(_was_to_do(meeting), HuddleAction.case_id.in_(seen))
    return wanted.order_by(HuddleAction.due_on, HuddleAction.id)


def _cases(seen: Sequence[UUID]) -> Any:
    return (
        select(HuddleCase, Person.reference, Person.given_name, Person.preferred_name, Person.family_name)
        .join(Person, Person.id == HuddleCase.person_id)
        .where(HuddleCase.id.in_(seen))
        .order_by(HuddleCase.opened_on, HuddleCase.id)
    )


def _talk(
    row: Any,
    meeting: Meeting,
    notes: Mapping[UUID, HuddleNote],
    actions: Mapping[UUID, list[HuddleAction]],
    labels: Mapping[UUID, str],
) -> Talked:
    case, reference, given, preferred, family = row
    agreed: list[Agreed] = []
    carried: list[Agreed] = []
    for one in actions.get(case.id, ()):
        then = agreed_at(one, meeting.finished_at)
        told = Agreed(then.what, owner_words(then, labels), then.due_on, one.ended_as, one.ended_on)
        (agreed if one.huddle_id == meeting.huddle_id else carried).append(told)
    initials, why = initials_of(preferred or given, family), why_at(case, meeting.finished_at)
    return Talked(case.person_id, reference, initials, why, notes.get(case.id), agreed, carried)
