"""What was said and agreed at one huddle, as far as it is shared with the reader today. A case that is not is not there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from portal.core import audit
from portal.core.extensions import db
from portal.core.references import shown
from portal.core.viewer import Viewer
from portal.huddles.board import initials_of
from portal.huddles.meeting import Meeting
from portal.huddles.models import HuddleAction, HuddleCase, HuddleNote
from portal.huddles.sharing import eyes_of, shared
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
    """A case that was talked about."""

    person_id: UUID
    reference: str
    initials: str
    why: str
    note: HuddleNote | None
    actions: Sequence[Agreed]

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
    at = _talked_about(meeting)
    eyes = eyes_of(viewer, meeting.members)
    seen = [case_id for case_id, one in shared(at).items() if eyes.see(one)]
    notes = {one.case_id: one for one in db.session.scalars(_of(HuddleNote, meeting, seen))}
    actions: dict[UUID, list[HuddleAction]] = defaultdict(list)
    for action in db.session.scalars(_of(HuddleAction, meeting, seen).order_by(HuddleAction.due_on, HuddleAction.id)):
        actions[action.case_id].append(action)
    labels = {one.id: one.label for one in meeting.members}
    told = [_talk(row, notes, actions, labels) for row in db.session.execute(_cases(seen))]
    return Minutes(meeting, [one.label for one in meeting.members if one.is_here], told)


def note_reading(viewer: Viewer, people: Sequence[UUID], what: str) -> None:
    """Leave an entry for each person of whom something was read. After all of it was asked and drawn."""
    read = [("person", one) for one in people]
    db.session.rollback()
    if read:
        audit.record_each_now("person.read", read, by=viewer, details={"what": what})


def owner_words(action: HuddleAction, labels: Mapping[UUID, str]) -> str:
    """Whose an action is, in words; a dash where nobody has it."""
    if action.owner_id is not None and action.owner_id in labels:
        return labels[action.owner_id]
    return kind_label(action.owner_kind) if action.owner_kind else "–"


def _talked_about(meeting: Meeting) -> Any:
    """Of cases: something was noted or agreed about it at a huddle."""
    noted = select(HuddleNote.case_id).where(HuddleNote.huddle_id == meeting.huddle_id)
    agreed = select(HuddleAction.case_id).where(HuddleAction.huddle_id == meeting.huddle_id)
    return or_(HuddleCase.id.in_(noted), HuddleCase.id.in_(agreed))


def _of(kind: Any, meeting: Meeting, seen: Sequence[UUID]) -> Any:
    return select(kind).where(kind.huddle_id == meeting.huddle_id, kind.case_id.in_(seen))


def _cases(seen: Sequence[UUID]) -> Any:
    return (
        select(HuddleCase, Person.reference, Person.given_name, Person.preferred_name, Person.family_name)
        .join(Person, Person.id == HuddleCase.person_id)
        .where(HuddleCase.id.in_(seen))
        .order_by(HuddleCase.opened_on, HuddleCase.id)
    )


def _talk(
    row: Any, notes: Mapping[UUID, HuddleNote], actions: Mapping[UUID, list[HuddleAction]], labels: Mapping[UUID, str]
) -> Talked:
    case, reference, given, preferred, family = row
    agreed = [
        Agreed(one.what, owner_words(one, labels), one.due_on, one.ended_as, one.ended_on)
        for one in actions.get(case.id, ())
    ]
    initials = initials_of(preferred or given, family)
    return Talked(case.person_id, reference, initials, case.why, notes.get(case.id), agreed)
