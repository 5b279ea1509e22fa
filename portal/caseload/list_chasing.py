"""Several people at once: reminding the groups that have not answered, and moving what comes next to another day.

Both first say what will happen and what is left out, and why; the action looks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.caseload.list_page import Row, rows_of
from portal.caseload.list_rows import Intro, of_worker
from portal.caseload.list_steps import can_be_chased_on
from portal.core import clock, wording, working_days
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people.actions import lock as lock_person
from portal.people.actions import set_next_step
from portal.people.models import Person
from portal.referrals import events, telling
from portal.referrals.actors import Actor, acting
from portal.referrals.clocks import clocks
from portal.referrals.models import Introduction
from portal.referrals.moving import lock
from portal.referrals.queries import agrees, is_asked_by
from portal.referrals.states import State

MOST = 100
WAITS = frozenset({State.SENT, State.IN_REVIEW})


@dataclass(frozen=True)
class Line:
    """One thing on the page to check: `why` says what is done with it, or why it is left out."""

    row: Row
    why: str
    introduction: Intro | None = None


@dataclass(frozen=True)
class Plan:
    """What will happen, and what is left out."""

    will: Sequence[Line]
    left_out: Sequence[Line]

    @property
    def references(self) -> list[str]:
        """Of the people whom something will happen for."""
        return list(dict.fromkeys(line.row.case.reference for line in self.will))


def plan_of_chasing(viewer: Viewer, references: Sequence[str]) -> Plan:
    """Which groups would be reminded."""
    will, left_out, rule = [], [], clocks()
    for row in rows_of(viewer, references[:MOST]):
        waiting = [one for one in row.case.to_groups if one.state in WAITS]
        for one in waiting:
            day = can_be_chased_on(one, rule)
            if day <= clock.today():
                will.append(Line(row, _waits_since(one), one))
            else:
                left_out.append(Line(row, _not_yet(one, day), one))
        if not waiting:
            left_out.append(Line(row, _("No group owes an answer")))
    return Plan(will, left_out)


def chase(viewer: Viewer, references: Sequence[str]) -> int:
    """Remind the groups that may be reminded today. Gives how many were; the same sent twice reminds once."""
    done = 0
    for line in plan_of_chasing(viewer, references).will:
        if line.introduction is not None and _chased(viewer, line.introduction):
            done += 1
    return done


def next_chase() -> date:
    """When a group that is reminded today may be reminded again, by the bank holidays of England."""
    return working_days.later(clock.today(), clocks().chase_again)


def plan_of_moving(viewer: Viewer, references: Sequence[str]) -> Plan:
    """Whose next step can wait, and whose cannot."""
    will, left_out = [], []
    for row in rows_of(viewer, references[:MOST]):
        why = _why_not_moved(row)
        if why:
            left_out.append(Line(row, why))
        else:
            will.append(Line(row, row.step.words if row.step else _("No next step yet")))
    return Plan(will, left_out)


def move_to(viewer: Viewer, references: Sequence[str], day: date) -> int:
    """Put what comes next on another day. The words stay; the time of day goes. Gives how many were moved."""
    wanted = [line.row.case.id for line in plan_of_moving(viewer, references).will]
    people = db.session.scalars(
        select(Person).where(Person.id.in_(wanted), of_worker(viewer)).order_by(Person.id)
    ).all()
    for person in people:
        lock_person(person)
        set_next_step(person, person.next_step, day, None, by=viewer)
    return len(people)


def _waits_since(one: Intro) -> str:
    at = one.seen_at or one.sent_at or one.changed_at
    day = wording.short_date(clock.local(at).date())
    if one.state is State.SENT:
        return _("Sent %(date)s, not seen", date=day)
    return _("Seen %(date)s, no answer", date=day)


def _not_yet(one: Intro, day: date) -> str:
    if one.chased_at is not None:
        chased = wording.short_date(clock.local(one.chased_at).date())
        return _("Chased %(date)s. You can chase again on %(again)s", date=chased, again=wording.day(day))
    return _("They have until %(day)s before a reminder", day=wording.day(day))


def _why_not_moved(row: Row) -> str:
    step = row.step
    if step is not None and step.needs_you and step.introduction is not None:
        if step.introduction.state is State.INFO_REQUESTED:
            return _("A group waits for your answer")
        return _("It ended without a visit. Choose another group, or close it")
    is_planned_later = row.case.has_words and row.case.next_on is not None and row.case.next_on > clock.today()
    if is_planned_later and row.is_due:
        return _("Your own plan is set for %(day)s", day=wording.day(row.case.next_on or clock.today()))
    return ""


def _chased(viewer: Viewer, one: Intro) -> bool:
    wanted = select(Introduction).where(Introduction.id == one.id, is_asked_by(viewer))
    found = db.session.scalar(wanted.options(joinedload(Introduction.person), joinedload(Introduction.referral)))
    by = acting(viewer, found, "send") if found is not None else None
    if found is None or by is None:
        return False
    lock(found)
    if State(found.state) not in WAITS or found.chased_at != one.chased_at or not agrees(found):
        return False
    remind(found, by=by)
    return True


def remind(introduction: Introduction, *, by: Actor) -> None:
    """Remind one group. The introduction is locked and waits for its answer."""
    introduction.chased_at = clock.now()
    event = events.add(introduction, "chase", by=by, before=introduction.state, version_before=introduction.version)
    db.session.flush()
    telling.tell(introduction, "chase", ("group",), event=event, by=by)
