"""Visits: booked, moved, kept or missed, and the pauses between them. Attendance can be put right for thirty days."""

from datetime import date, datetime

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.referrals import events
from portal.referrals.actors import SYSTEM, Actor
from portal.referrals.clocks import ask_next, clocks
from portal.referrals.guards import Given, Refused
from portal.referrals.models import Appointment, Introduction
from portal.referrals.moving import lock, move
from portal.referrals.states import STARTED, State

CAME = frozenset({"attended", "late"})
MISSED = "did-not-attend"
CANCELLED = frozenset({"cancelled-by-person", "cancelled-by-provider"})


def book(
    introduction: Introduction, starts_at: datetime, *, by: Actor, mode: str = "visit", place: str | None = None,
    is_group: bool = True, version: int | None = None,
) -> Appointment:  # fmt: skip
    """Fix the first visit, or the next one where it has started already."""
    if starts_at <= clock.now():
        raise Refused("starts_at", _("Enter a date and time in the future"), about="starts_at")
    if State(introduction.state) in {State.ACCEPTED, State.WAITING_LIST}:
        move(introduction, "book", by=by, version=version, details={"starts_at": starts_at.isoformat()})
        introduction.first_date = clock.local(starts_at).date()
        ask_next(introduction)
    appointment = Appointment(
        introduction_id=introduction.id, starts_at=starts_at, mode=mode, place=place, is_group=is_group
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment


def attend(
    introduction: Introduction, status: str, *, by: Actor, reason: str | None = None, version: int | None = None
) -> None:
    """Say what became of the visit that was booked: they came, came late, or did not. Enough missed first visits end it.

    Once it has started, later visits are noted and it goes on.
    """
    if status not in {*CAME, MISSED}:
        raise Refused("status", _("Say whether they came"), about="status")
    visit = next_visit(introduction)
    if visit is not None and State(introduction.state) in STARTED:
        _note(introduction, visit, status, by=by, reason=reason)
        return
    if status in CAME:
        move(introduction, "start_booked", by=by, version=version, details={"visit": str(visit.id) if visit else None})
    else:
        move(introduction, "unbook", by=by, version=version, given=Given(words=reason), details={"missed": True})
    if visit is not None:
        visit.status, visit.recorded_at, visit.reason = status, clock.now(), reason
        db.session.flush()
    if status == MISSED and _missed(introduction) >= clocks().missed_visits:
        move(introduction, "not_start", by=SYSTEM, given=Given(reason="no-contact"))


def cancel(introduction: Introduction, *, by_person: bool, by: Actor, reason: str | None = None) -> None:
    """The visit that was booked does not happen."""
    visit = next_visit(introduction)
    move(introduction, "unbook", by=by, given=Given(words=reason), details={"by_person": by_person})
    if visit is not None:
        visit.status = "cancelled-by-person" if by_person else "cancelled-by-provider"
        visit.recorded_at, visit.reason = clock.now(), reason
    introduction.first_date = None


def put_off(introduction: Introduction, starts_at: datetime, *, by_person: bool, by: Actor) -> Appointment:
    """Another date in place of the visit that is booked; once it has started, it goes on meanwhile."""
    visit = next_visit(introduction)
    if State(introduction.state) in STARTED and visit is not None:
        status = "cancelled-by-person" if by_person else "cancelled-by-provider"
        _note(introduction, visit, status, by=by, reason=None)
    else:
        cancel(introduction, by_person=by_person, by=by)
    return book(introduction, starts_at, by=by)


def start(introduction: Introduction, *, by: Actor, started_on: date | None = None, version: int | None = None) -> None:
    """They came without a booking."""
    day = started_on or clock.today()
    if day > clock.today():
        raise Refused("started_on", _("Enter a date that is not in the future"), about="started_on")
    move(introduction, "start", by=by, version=version, details={"started_on": day.isoformat()})


def pause(introduction: Introduction, *, by: Actor, given: Given, version: int | None = None) -> None:
    """On hold, with a day on which to look again."""
    move(introduction, "pause", by=by, given=given, version=version)
    introduction.review_on = given.review_on


def resume(introduction: Introduction, *, by: Actor, version: int | None = None) -> None:
    """It goes on."""
    move(introduction, "resume", by=by, version=version)
    introduction.review_on = None


def correct(introduction: Introduction, visit: Appointment, status: str, *, by: Actor, words: str) -> None:
    """Put right what was recorded of a visit. The old value stays in the events."""
    if status not in {*CAME, MISSED, *CANCELLED} or visit.introduction_id != introduction.id:
        raise Refused("status", _("Say whether they came"), about="status")
    lock(introduction)
    old = visit.status
    move(
        introduction,
        "correct",
        by=by,
        given=Given(words=words),
        details={"visit": str(visit.id), "old": old, "new": status},
    )
    visit.status, visit.recorded_at = status, clock.now()


def next_visit(introduction: Introduction) -> Appointment | None:
    """The visit that is booked and not yet recorded, earliest first."""
    wanted = select(Appointment).where(Appointment.introduction_id == introduction.id, Appointment.status == "booked")
    return db.session.scalar(wanted.order_by(Appointment.starts_at, Appointment.id).limit(1))


def _note(introduction: Introduction, visit: Appointment, status: str, *, by: Actor, reason: str | None) -> None:
    lock(introduction)
    introduction.version += 1
    visit.status, visit.recorded_at, visit.reason = status, clock.now(), reason
    details = {"visit": str(visit.id), "status": status}
    events.add(introduction, "visited", by=by, before=introduction.state, details=details)
    db.session.flush()


def _missed(introduction: Introduction) -> int:
    wanted = select(Appointment.id).where(Appointment.introduction_id == introduction.id, Appointment.status == MISSED)
    return len(db.session.scalars(wanted).all())
