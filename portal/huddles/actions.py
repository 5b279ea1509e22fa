"""What a team does at a huddle. Each act leaves an entry in the audit chain, with ids alone; once finished, nothing changes."""

from collections.abc import Mapping, Set
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.errors import DomainError, Overtaken
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.versions import hold_version, overtaken
from portal.core.viewer import Viewer
from portal.huddles.cases import Note, OpenCase, note_at, open_actions
from portal.huddles.meeting import Meeting
from portal.huddles.models import Huddle, HuddleAction, HuddleAttendance, HuddleCase, HuddleNote
from portal.huddles.once import made_once, sent_before
from portal.huddles.stood import keep_action, keep_case

ENDINGS = ("done", "dropped")


class Finished(DomainError):
    """The huddle was finished: what is noted now belongs to the next one."""

    status = 409


class NoteClash(Overtaken):
    """Somebody else noted something about the case since the page was shown. `note`: what stands now."""

    def __init__(self, note: Note) -> None:
        super().__init__(_("Someone changed this while you were writing"), version=note.version)
        self.note = note


class AlreadyThere(DomainError):
    """The person is on the board already."""

    status = 409


def begin(meeting: Meeting, *, by: Viewer) -> Huddle:
    """The row of the huddle, made by the first thing that is noted at it. Raises Finished.

    It is held until the transaction ends: what two note at once comes one after the other, and nothing after its end.
    """
    wanted = select(Huddle).where(Huddle.team_id == meeting.team_id, Huddle.held_on == meeting.day)
    wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(wanted)
    if found is None:
        made = Huddle(team_id=meeting.team_id, neighbourhood_id=meeting.neighbourhood_id, held_on=meeting.day)
        try:
            with db.session.begin_nested():
                db.session.add(made)
        except IntegrityError:  # somebody else began it at this moment
            found = db.session.scalars(wanted).one()
        else:
            audit.record("huddle.begun", made, by=by)
            return made
    if found.finished_at is not None:
        raise Finished(_("This huddle was finished while you were writing. Open the next one to go on."))
    return found


def set_here(meeting: Meeting, member_ids: Set[UUID], *, seen: Set[UUID] = frozenset(), by: Viewer) -> None:
    """Say who is there, by their ids. Raises Finished.

    `seen`: who was ticked on the page. Only what differs from it changes: ticks that others set meanwhile stay.
    """
    huddle = begin(meeting, by=by)
    here = HuddleAttendance.huddle_id == huddle.id
    db.session.execute(delete(HuddleAttendance).where(here, HuddleAttendance.member_id.in_(seen - member_ids)))
    standing = set(db.session.scalars(select(HuddleAttendance.member_id).where(here)))
    new = member_ids - seen - standing
    db.session.add_all(HuddleAttendance(huddle_id=huddle.id, member_id=one) for one in new)
    audit.record("huddle.attended", huddle, by=by, details={"count": len(standing | new)})


def add_case(
    meeting: Meeting, person_id: UUID, *, why: str, lead_id: UUID | None, has_safety: bool, form_key: str, by: Viewer,
    introduction_id: UUID | None = None,
) -> HuddleCase:  # fmt: skip
    """Put somebody on the board. The same form sent twice puts them on it once. Raises AlreadyThere, Finished."""
    told = {
        "team_id": meeting.team_id, "person_id": person_id, "why": why, "lead_id": lead_id, "has_safety": has_safety,
    }  # fmt: skip
    if (known := sent_before(HuddleCase, form_key, told)) is not None:
        return known
    begin(meeting, by=by)
    try:
        made, is_new = made_once(HuddleCase, form_key, told, introduction_id=introduction_id, added_by_id=by.id)
    except IntegrityError as clash:
        raise AlreadyThere(_("This person is on the board already.")) from clash
    if is_new:
        audit.record("huddle.case_added", ("person", person_id), by=by, details={"case": str(made.id)})
    return made


def write(meeting: Meeting, opened: OpenCase, texts: Mapping[str, str | None], *, seen: int, by: Viewer) -> bool:
    """Keep what stands about a case at a huddle. False where nothing changed. Raises NoteClash, Finished.

    `seen`: the version that the writer had before them; 0 where nothing was noted at this huddle yet.
    """
    huddle = begin(meeting, by=by)
    standing = note_at(opened.case.id, meeting.day, huddle.id)
    if seen != standing.version:
        if all((texts[name] or "") == words for name, words in standing.texts.items()):
            return False
        raise NoteClash(standing)
    if all((texts[name] or "") == words for name, words in standing.texts.items()):
        return False
    if standing.version == 0:
        _first_note(meeting, opened, huddle, texts, by=by)
    else:
        of_case = (HuddleNote.huddle_id == huddle.id) & (HuddleNote.case_id == opened.case.id)
        row = db.session.scalars(select(HuddleNote).where(of_case).with_for_update()).one()
        if row.version != seen:
            raise NoteClash(note_at(opened.case.id, meeting.day, huddle.id))
        _put(row, texts, by=by)
        row.version += 1
    opened.case.moved_on = clock.today()
    audit.record("huddle.noted", ("person", opened.case.person_id), by=by, details={"case": str(opened.case.id)})
    return True


def add_action(
    meeting: Meeting, opened: OpenCase, what: str, *, owner: tuple[UUID | None, str | None], due_on: date, form_key: str,
    by: Viewer,
) -> HuddleAction:  # fmt: skip
    """Agree on something that is to be done. The same form sent twice agrees on it once. Raises Finished."""
    told = {
        "case_id": opened.case.id, "what": what, "owner_id": owner[0], "owner_kind": owner[1], "due_on": due_on,
    }  # fmt: skip
    if (known := sent_before(HuddleAction, form_key, told)) is not None:
        return known
    huddle = begin(meeting, by=by)
    beside = {"huddle_id": huddle.id, "person_id": opened.case.person_id, "added_by_id": by.id}
    made, is_new = made_once(HuddleAction, form_key, told, **beside)
    if is_new:
        opened.case.moved_on = clock.today()
        _note_action("huddle.action_added", made, by=by)
    return made


def end_action(meeting: Meeting, opened: OpenCase, action: HuddleAction, how: str, *, by: Viewer) -> None:
    """Say that it is done, or needed no more. Said twice, it is said once. Raises Finished."""
    begin(meeting, by=by)
    _end(opened, action, how, by=by)


def change_action(
    meeting: Meeting, action: HuddleAction, what: str, *, owner: tuple[UUID | None, str | None], due_on: date, seen: int,
    by: Viewer,
) -> None:  # fmt: skip
    """Give it to somebody else, put it off or say it better. Raises Overtaken, Finished."""
    begin(meeting, by=by)
    db.session.refresh(action, with_for_update=True)
    if action.version != seen or action.ended_on is not None:
        raise overtaken(action.version)
    if (action.what, action.owner_id, action.owner_kind, action.due_on) != (what, *owner, due_on):
        keep_action(action, meeting.team_id)
    action.what, action.due_on = what, due_on
    action.owner_id, action.owner_kind = owner
    action.version += 1
    _note_action("huddle.action_changed", action, by=by)


def change_case(meeting: Meeting, opened: OpenCase, told: Mapping[str, Any], *, seen: int, by: Viewer) -> None:
    """Change why somebody is on the board, who leads, when to look again, and whether it is about safety.

    Raises Overtaken, Finished.
    """
    begin(meeting, by=by)
    hold_version(opened.case, seen)
    if told.get("why", opened.case.why) != opened.case.why:
        keep_case(opened.case)
    for name, value in told.items():
        setattr(opened.case, name, value)
    opened.case.version += 1
    _note_case("huddle.case_changed", opened.case, by=by, facts=sorted(told))


def close_case(meeting: Meeting, opened: OpenCase, how: str, *, drops: bool, seen: int, by: Viewer) -> None:
    """Take somebody off the board. What was still to be done for them stays to be done, unless it `drops`.

    Raises Overtaken, Finished.
    """
    begin(meeting, by=by)
    hold_version(opened.case, seen)
    opened.case.closed_on, opened.case.closed_as, opened.case.closed_by_id = clock.today(), how, by.id
    opened.case.version += 1
    if drops:
        for action in open_actions(opened):
            _end(opened, action, "dropped", by=by)
    _note_case("huddle.case_closed", opened.case, by=by, how=how)


def _end(opened: OpenCase, action: HuddleAction, how: str, *, by: Viewer) -> None:
    if action.ended_on is not None:
        return
    action.ended_on, action.ended_as, action.ended_by_id = clock.today(), how, by.id
    action.version += 1
    opened.case.moved_on = clock.today()
    _note_action(f"huddle.action_{how}", action, by=by)


def _first_note(
    meeting: Meeting, opened: OpenCase, huddle: Huddle, texts: Mapping[str, str | None], *, by: Viewer
) -> None:
    row = HuddleNote(huddle_id=huddle.id, case_id=opened.case.id, person_id=opened.case.person_id)
    _put(row, texts, by=by)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as clash:  # somebody else was quicker by a moment
        raise NoteClash(note_at(opened.case.id, meeting.day, huddle.id)) from clash


def _put(row: HuddleNote, texts: Mapping[str, str | None], *, by: Viewer) -> None:
    for name, words in texts.items():
        setattr(row, name, words)
    row.changed_at, row.changed_by_id = clock.now(), by.id


def _note_action(act: str, action: HuddleAction, *, by: Viewer) -> None:
    audit.record(act, ("person", action.person_id), by=by, details={"action": str(action.id)})


def _note_case(act: str, case: HuddleCase, *, by: Viewer, **details: Any) -> None:
    audit.record(act, ("person", case.person_id), by=by, details={"case": str(case.id), **details})
