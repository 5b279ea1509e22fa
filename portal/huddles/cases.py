"""One case of a huddle, for who may see it: what stands about it, carried over from the last time it was talked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from flask_babel import get_locale
from sqlalchemy import ScalarSelect, Select, select

from portal.core import clock, wording, working_days
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.references import read_reference
from portal.core.viewer import Viewer
from portal.huddles import days
from portal.huddles.meeting import Meeting, Member
from portal.huddles.models import Huddle, HuddleAction, HuddleCase, HuddleNote
from portal.huddles.sharing import Shared, eyes_of, shared
from portal.people.models import Person
from portal.teams.kinds import kind_label

LONGEST = 2_000
LONGEST_DONE = 8_000
TEXTS = ("situation", "done_so_far", "this_week", "next_steps")
MEMBER, KIND = "member:", "role:"
DAYS_AHEAD = 10
HUDDLES_AHEAD = 4


@dataclass(frozen=True)
class Note:
    """What stands about a case at a huddle. `version` is 0 where nobody has noted anything at this one yet."""

    situation: str = ""
    done_so_far: str = ""
    this_week: str = ""
    next_steps: str = ""
    version: int = 0
    changed_at: datetime | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The four texts by the names of their fields."""
        return {name: getattr(self, name) for name in TEXTS}


@dataclass(frozen=True)
class OpenCase:
    """A case that the viewer may see today, with the members of its team."""

    case: HuddleCase
    reference: str
    shared: Shared
    members: Sequence[Member]

    @property
    def may_see(self) -> list[Member]:
        """Members of today who may see it too."""
        return [one for one in self.members if one.is_now and self.shared.is_with([one.organization_id])]


def case_for(viewer: Viewer, meeting: Meeting, reference: str, *, of_action: UUID | None = None) -> OpenCase:
    """The open case of a team with this reference. One that is not shared with the viewer is not found. Raises NotFound.

    `of_action`: the case of this action instead, also one that was taken off the board, for what is still to do for it.
    """
    known = read_reference(reference)
    of_reference = HuddleCase.person_id.in_(select(Person.id).where(Person.reference == known))
    is_open = HuddleCase.closed_on.is_(None)
    is_it = is_open if of_action is None else HuddleCase.id.in_(_case_of(of_action))
    found = shared(HuddleCase.team_id == meeting.team_id, is_it, of_reference) if known else {}
    eyes = eyes_of(viewer, meeting.members)
    for case_id, one in found.items():
        if eyes.see(one):
            return OpenCase(db.session.get_one(HuddleCase, case_id), str(known), one, meeting.members)
    raise NotFound(_("There is no such case here, or it is not shared with you. Nothing was kept."))


def _case_of(action_id: UUID) -> Select[UUID]:
    return select(HuddleAction.case_id).where(HuddleAction.id == action_id)


def note_at(case_id: UUID, day: date, huddle_id: UUID | None) -> Note:
    """What stands about a case at a huddle: what was noted there, else what was noted last, carried over. One statement."""
    wanted = select(HuddleNote, Huddle.held_on).join(Huddle, Huddle.id == HuddleNote.huddle_id)
    wanted = wanted.where(HuddleNote.id == last_note(case_id, day))
    found = db.session.execute(wanted).first()
    return note_of(*found, huddle_id) if found is not None else Note()


def last_note(case_id: UUID, day: date) -> ScalarSelect[UUID]:
    """The id of the newest note about a case up to a day."""
    wanted = select(HuddleNote.id).join(Huddle, Huddle.id == HuddleNote.huddle_id)
    wanted = wanted.where(HuddleNote.case_id == case_id, Huddle.held_on <= day)
    return wanted.order_by(Huddle.held_on.desc()).limit(1).scalar_subquery()


def note_of(one: HuddleNote, held_on: date, huddle_id: UUID | None) -> Note:
    """What the newest note, of a huddle on a day, means at a huddle: itself at its own, and carried over at a later one."""
    if one.huddle_id == huddle_id:
        texts = (one.situation or "", one.done_so_far or "", one.this_week or "", one.next_steps or "")
        return Note(*texts, version=one.version, changed_at=one.changed_at)
    done = folded(one.done_so_far or "", held_on, one.this_week or "")
    return Note(one.situation or "", done, "", one.next_steps or "")


def folded(done: str, held_on: date, words: str) -> str:
    """What was done so far, with what was new at the last huddle under its day. Where it grows too long, the oldest lines go:
    they stand in the minutes of earlier huddles.
    """
    if not words:
        return done
    told = _("%(day)s: %(words)s", day=wording.short_date(held_on), words=words)
    lines = [*done.splitlines(), *told.splitlines()]
    while lines and sum(len(one) + 1 for one in lines) > LONGEST_DONE:
        lines.pop(0)
    return "\n".join(lines)


def action_for(opened: OpenCase, action_id: UUID) -> HuddleAction:
    """One action of a case. Raises NotFound."""
    wanted = select(HuddleAction).where(HuddleAction.id == action_id, HuddleAction.case_id == opened.case.id)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no such action here."))
    return found


def owners_of(members: Sequence[Member], shared: Shared) -> dict[str, str]:
    """Who may be given an action of a case, by the value of the form: members who may see it, then their roles."""
    may = [one for one in members if one.is_now and shared.is_with([one.organization_id])]
    named = {f"{MEMBER}{one.id}": _owner_label(one, may) for one in may}
    kinds = dict.fromkeys(one.kind for one in may)
    return named | {f"{KIND}{kind}": _("%(role)s, whoever is free", role=kind_label(kind)) for kind in kinds}


def _owner_label(one: Member, may: Sequence[Member]) -> str:
    """As short as it tells them from the others, since it stands in a narrow box: the role, with a name if several have it."""
    alike = [other for other in may if other.kind == one.kind]
    if len(alike) == 1:
        return kind_label(one.kind)
    is_named_once = sum(other.name == one.name for other in alike) == 1
    return _("%(role)s, %(name)s", role=kind_label(one.kind), name=one.name) if is_named_once else one.label


def owner_value(owner_id: UUID | None, owner_kind: str | None) -> str:
    """The value of the form for an owner that stands."""
    if owner_id is not None:
        return f"{MEMBER}{owner_id}"
    return f"{KIND}{owner_kind}" if owner_kind else ""


def owner_in(value: str) -> tuple[UUID | None, str | None]:
    """The member or the role that a value of the form names, which was looked at before."""
    if value.startswith(MEMBER):
        return UUID(value.removeprefix(MEMBER)), None
    return None, value.removeprefix(KIND)


def first_owner(viewer: Viewer, lead_id: UUID | None, choices: Mapping[str, str], members: Sequence[Member]) -> str:
    """Who is chosen at first: who leads the case, else the viewer, else nobody."""
    mine = [one.id for one in members if one.is_now and one.user_id == viewer.id]
    wanted = [f"{MEMBER}{one}" for one in (lead_id, *mine)]
    return next((one for one in wanted if one in choices), "")


def due_days(meeting: Meeting) -> dict[str, str]:
    """Days by which something can be due, with their words: working days to come, and the huddles after this one."""
    huddles, day = [], max(meeting.day, clock.today() - days.ONE_DAY)
    for _number in range(HUDDLES_AHEAD):
        day = days.usual_after(day, meeting.weekday)
        huddles.append(days.working_from(day, meeting.nation))
    soon = [clock.today()]
    while len(soon) < DAYS_AHEAD:
        soon.append(working_days.later(soon[-1], 1, meeting.nation))
    return {
        one.isoformat(): _("%(day)s, next huddle", day=_short_day(one)) if one == huddles[0] else _short_day(one)
        for one in sorted({*soon, *huddles})
    }


def _short_day(day: date) -> str:
    """ "Tue 8 Dec"."""
    return str(format_date(day, "EEE d MMM", locale=get_locale() or "en"))


def next_huddle_after(meeting: Meeting) -> date:
    """The day of the next huddle as it is known, or as it is usual."""
    return meeting.next_on or days.proposed_after(meeting.day, meeting.weekday, meeting.nation)[1]


def as_kept(texts: Mapping[str, Any]) -> dict[str, str | None]:
    """Texts of the form as they are kept."""
    return {name: texts[name] or None for name in TEXTS}


def open_actions(opened: OpenCase) -> Sequence[HuddleAction]:
    """What is still to be done for a case, due first first."""
    wanted = select(HuddleAction).where(HuddleAction.case_id == opened.case.id, HuddleAction.ended_on.is_(None))
    return db.session.scalars(wanted.order_by(HuddleAction.due_on, HuddleAction.id)).all()
