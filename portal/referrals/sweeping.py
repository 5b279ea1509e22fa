"""What the worker looks after by the clock: reminders, what closes by itself, who is asked how it went, what is forgotten.

A look finds by an index what is due, and asks for one job for each (`portal.referrals.due`), so that every introduction is a
transaction of its own. Payloads hold ids. Nobody is written to at night.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, or_, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Handler, Job, job
from portal.directory.models import Service
from portal.directory.space import HOLDS_DAYS
from portal.notifications.bouncing import BOUNCE_LISTENERS
from portal.people.models import Consent
from portal.referrals import bounced, due
from portal.referrals.models import Appointment, Introduction, IntroductionLink, KeptAnswers, SpaceWish
from portal.referrals.states import OPEN, State

A_BATCH = 200
"""So many of each kind in one look. The next look, some minutes later, finds the rest."""
DAY = (time(8), time(20))
"""From when until when people are written to, on a clock in the United Kingdom."""
LINKS_KEPT = timedelta(days=90)
"""After it has expired, a link still says that it is too old for so long; then nothing is known of it."""
WISHES_KEPT = timedelta(days=180)
OPEN_STATES = [state.value for state in OPEN]


@job("referrals.look")
def look() -> None:
    """Ask for all that is due now."""
    if not is_day():
        return
    for handler, wanted in LOOKS:
        _ask_for(handler, db.session.scalars(wanted().limit(A_BATCH)).all())


@job("referrals.tidy")
def tidy() -> None:
    """Forget answers of forms that nobody sent, links that are long over, and wishes that were told or are old."""
    now = clock.now()
    db.session.execute(delete(KeptAnswers).where(KeptAnswers.expires_at < now))
    db.session.execute(delete(IntroductionLink).where(IntroductionLink.expires_at < now - LINKS_KEPT))
    db.session.execute(
        delete(SpaceWish).where(or_(SpaceWish.at < now - WISHES_KEPT, SpaceWish.told_at < now - LINKS_KEPT))
    )


def is_day() -> bool:
    """Whether it is a time to write to people."""
    return DAY[0] <= clock.local(clock.now()).time() < DAY[1]


def marks_due() -> Select[UUID]:
    """Introductions whose clock has reached a mark."""
    return select(Introduction.id).where(Introduction.clock_on <= clock.today()).order_by(Introduction.clock_on)


def asks_due() -> Select[UUID]:
    """Introductions about which somebody is to be asked."""
    return select(Introduction.id).where(Introduction.ask_on <= clock.today()).order_by(Introduction.ask_on)


def reviews_due() -> Select[UUID]:
    """Introductions whose day of review has come."""
    return select(Introduction.id).where(Introduction.review_on <= clock.today()).order_by(Introduction.review_on)


def closed_due() -> Select[UUID]:
    """Open introductions whose service has closed, was withdrawn, or became part of another."""
    is_closed = or_(
        Service.status.in_(due.CLOSED), Service.withdrawn_at.is_not(None), Service.merged_into_id.is_not(None)
    )
    closed = select(Service.id).where(is_closed)
    still_open = Introduction.service_id.in_(closed) & Introduction.state.in_(OPEN_STATES)
    return select(Introduction.id).where(still_open).order_by(Introduction.id)


def agreements_due() -> Select[UUID]:
    """Agreements whose time is over."""
    over = (Consent.status == "active") & (Consent.expires_on < clock.today())
    return select(Consent.id).where(over).order_by(Consent.expires_on, Consent.id)


def visits_due() -> Select[UUID]:
    """First visits of tomorrow that nobody was reminded of."""
    begins = datetime.combine(due.tomorrow(), time(), clock.LONDON)
    ends = datetime.combine(due.tomorrow() + timedelta(days=1), time(), clock.LONDON)
    return (
        select(Appointment.id)
        .join(Introduction, Introduction.id == Appointment.introduction_id)
        .where(
            Appointment.status == "booked",
            Appointment.starts_at >= begins,
            Appointment.starts_at < ends,
            Appointment.is_reminded.is_(False),
            Introduction.state == State.BOOKED.value,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )


def first_dates_due() -> Select[UUID]:
    """First dates of tomorrow that have no time."""
    is_tomorrow = (Introduction.first_date == due.tomorrow()) & (Introduction.state == State.ACCEPTED.value)
    return (
        select(Introduction.id).where(is_tomorrow, Introduction.is_date_reminded.is_(False)).order_by(Introduction.id)
    )


def wishes_due() -> Select[UUID]:
    """Those who want to hear of a service that says it has space."""
    has_space = (Service.space_state == "space") & (Service.status == "active") & Service.withdrawn_at.is_(None)
    return (
        select(SpaceWish.id)
        .join(Service, Service.id == SpaceWish.service_id)
        .where(SpaceWish.told_at.is_(None), has_space, Service.space_said_at > clock.now() - timedelta(days=HOLDS_DAYS))
        .order_by(SpaceWish.at, SpaceWish.id)
    )


LOOKS: tuple[tuple[Handler, Callable[[], Select[UUID]]], ...] = (
    (due.mark, marks_due),
    (due.ask, asks_due),
    (due.review, reviews_due),
    (due.closed, closed_due),
    (due.agreement_over, agreements_due),
    (due.visit_tomorrow, visits_due),
    (due.first_tomorrow, first_dates_due),
    (due.space_again, wishes_due),
)
"""Each kind of thing that may be due: the job for one, and which. A new one is a row."""


def _ask_for(handler: Handler, ids: Sequence[UUID]) -> None:
    """One job for each that has none yet. One that failed for good is left to whoever looks after the portal."""
    keys = [str(one) for one in ids]
    asked = set(db.session.scalars(select(Job.key).where(Job.name == handler.name, Job.key.in_(keys))))
    for key in keys:
        if key not in asked:
            handler.later(_key=key, about=key)


BOUNCE_LISTENERS.append(bounced.hear)
