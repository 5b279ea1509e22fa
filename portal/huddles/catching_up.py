"""What changed since somebody was last at a huddle of their team, in the cases that are shared with them today."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.references import shown
from portal.core.viewer import Viewer
from portal.huddles.board import initials_of
from portal.huddles.meeting import Meeting
from portal.huddles.minutes import Agreed, owner_words
from portal.huddles.models import Huddle, HuddleAction, HuddleAttendance, HuddleCase, HuddleNote
from portal.huddles.sharing import eyes_of, shared
from portal.people.models import Person

WITHOUT_A_LAST = timedelta(days=28)
"""Who was never there sees this much."""


@dataclass
class Changed:
    """A case in which something changed. `noted`: days of huddles with what was new at each."""

    case: HuddleCase
    reference: str
    initials: str
    is_new: bool
    is_closed: bool
    noted: list[tuple[date, HuddleNote]] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)
    ended: list[Agreed] = field(default_factory=list)

    @property
    def person_id(self) -> UUID:
        """Whose case it is."""
        return self.case.person_id

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)


@dataclass(frozen=True)
class CatchUp:
    """Since which day; `was_there`: whether that is a huddle they were at."""

    since: date
    was_there: bool
    cases: Sequence[Changed]


def changes_for(viewer: Viewer, meeting: Meeting) -> CatchUp:
    """What changed in a team since the viewer was last there."""
    last = _last_there(viewer, meeting)
    since = last or clock.today() - WITHOUT_A_LAST
    eyes = eyes_of(viewer, meeting.members)
    in_team = shared(
        HuddleCase.team_id == meeting.team_id, or_(HuddleCase.closed_on.is_(None), HuddleCase.closed_on > since)
    )
    seen = [case_id for case_id, one in in_team.items() if eyes.see(one)]
    found = {row[0].id: _changed(row, since) for row in db.session.execute(_cases(seen))}
    labels = {one.id: one.label for one in meeting.members}
    for note, held_on in db.session.execute(_notes(seen, since)):
        found[note.case_id].noted.append((held_on, note))
    for action, held_on in db.session.execute(_actions(seen)):
        told = Agreed(action.what, owner_words(action, labels), action.due_on, action.ended_as, action.ended_on)
        if held_on > since:
            found[action.case_id].agreed.append(told)
        elif action.ended_on is not None and action.ended_on > since:
            found[action.case_id].ended.append(told)
    cases = [one for one in found.values() if one.is_new or one.is_closed or one.noted or one.agreed or one.ended]
    return CatchUp(since, last is not None, cases)


def _last_there(viewer: Viewer, meeting: Meeting) -> date | None:
    """The day of the last huddle of the team at which the viewer was ticked."""
    mine = [one.id for one in meeting.members if one.user_id == viewer.id]
    wanted = select(func.max(Huddle.held_on)).join(HuddleAttendance, HuddleAttendance.huddle_id == Huddle.id)
    return db.session.scalar(wanted.where(Huddle.team_id == meeting.team_id, HuddleAttendance.member_id.in_(mine)))


def _changed(row: Any, since: date) -> Changed:
    case, reference, given, preferred, family = row
    initials = initials_of(preferred or given, family)
    return Changed(case, reference, initials, case.opened_on > since, case.closed_on is not None)


def _cases(seen: Sequence[UUID]) -> Any:
    return (
        select(HuddleCase, Person.reference, Person.given_name, Person.preferred_name, Person.family_name)
        .join(Person, Person.id == HuddleCase.person_id)
        .where(HuddleCase.id.in_(seen))
        .order_by(HuddleCase.opened_on, HuddleCase.id)
    )


def _notes(seen: Sequence[UUID], since: date) -> Any:
    return (
        select(HuddleNote, Huddle.held_on)
        .join(Huddle, Huddle.id == HuddleNote.huddle_id)
        .where(HuddleNote.case_id.in_(seen), Huddle.held_on > since)
        .order_by(Huddle.held_on, HuddleNote.id)
    )


def _actions(seen: Sequence[UUID]) -> Any:
    return (
        select(HuddleAction, Huddle.held_on)
        .join(Huddle, Huddle.id == HuddleAction.huddle_id)
        .where(HuddleAction.case_id.in_(seen))
        .order_by(HuddleAction.due_on, HuddleAction.id)
    )
