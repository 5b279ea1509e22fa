"""What is done about one introduction when its day has come. Each is a job: it looks again under the lock, and may run twice."""

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock, working_days
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.working_days import Nation
from portal.directory.models import Service
from portal.directory.space import space_of
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.people.models import Consent
from portal.referrals import clocks, events, guards, links, recipients, telling, withdrawing
from portal.referrals.actors import SYSTEM
from portal.referrals.guards import Given
from portal.referrals.models import Appointment, Introduction, IntroductionEvent, SpaceWish
from portal.referrals.moving import lock, move
from portal.referrals.notifications import OwnVisit, ReferralEnding, ReferralVisit, SpaceAgain
from portal.referrals.states import SAID_YES, State

WAITS = frozenset({State.SENT, State.IN_REVIEW})
REMIND_FIRST, REMIND_LAST, TELL_REFERRER, EXPIRE = range(4)
LOOK_AGAIN = {State.WAITING_LIST: timedelta(weeks=4), State.PAUSED: timedelta(weeks=2)}
"""After a day of review has passed with nothing done: when the group is asked the next time."""
CLOSED = frozenset({"inactive", "defunct"})
"""Of a listing. One that is closed for a while keeps what it has; what it does not answer expires."""


@job("referrals.mark")
def mark(about: str) -> None:
    """The clock has reached a mark: the group is reminded, the referrer told, or it closes as not answered."""
    one = _held(about)
    if one is None or not _is_due(one.clock_on):
        return
    if State(one.state) not in WAITS:
        clocks.stop(one)
        return
    passed = clocks.pass_marks(one)
    if EXPIRE in passed:
        move(one, "expire", by=SYSTEM, given=Given(reason="no-answer"), details={"working_days": clocks.waited(one)})
        return
    if passed:
        details = {"working_days": clocks.waited(one), "marks": passed}
        events.add(one, "reminded", by=SYSTEM, before=one.state, details=details, version_before=one.version)
    if passed and passed[0] <= REMIND_LAST:
        telling.to_group(one, "last" if REMIND_LAST in passed else "again", f"mark-{passed[-1]}")
    if TELL_REFERRER in passed and one.referral.route != "clinician":
        telling.to_referrer(one, "unanswered", "mark")


@job("referrals.ask")
def ask(about: str) -> None:
    """Ask for what is due: an answer to a question, whether somebody came, whether it has ended."""
    one = _held(about)
    if one is None or not _is_due(one.ask_on):
        return
    day, one.ask_on = one.ask_on, None
    state = State(one.state)
    if state is State.INFO_REQUESTED:
        _ask_for_answer(one)
    elif one.kind == "service" and state is State.IN_PROGRESS:
        for to in recipients.of_group(one):
            token = links.new_link(one, "ending", email=to.email, user_id=to.user_id)
            told = ReferralEnding(one.shown_reference, one.to_what, token)
            notify(told, to=to, key=f"{telling.prefix_of(one, 'group')}ending:{day}")
    elif one.kind == "service" and state in SAID_YES:
        for to in recipients.of_group(one):
            token = links.new_link(one, "attendance", email=to.email, user_id=to.user_id)
            came = ReferralVisit(one.shown_reference, one.to_what, token)
            notify(came, to=to, key=f"{telling.prefix_of(one, 'group')}visit:{day}")


def _ask_for_answer(one: Introduction) -> None:
    """Remind whoever is to answer; after some working days tell the group that it need not wait any more."""
    rule, nation, today = clocks.clocks(), cast("Nation", one.nation), clock.today()
    last = select(func.max(IntroductionEvent.at)).where(
        IntroductionEvent.introduction_id == one.id, IntroductionEvent.verb == "ask"
    )
    asked_at = db.session.scalar(last)
    asked_on = clock.local(asked_at).date() if asked_at is not None else one.changed_at.date()
    ends_on = working_days.later(asked_on, rule.question_ends, nation)
    if today >= ends_on:
        telling.to_group(one, "unanswered", ends_on.isoformat())
        return
    one.ask_on = min(working_days.later(today, rule.question_reminds, nation), ends_on)
    telling.to_referrer(one, "question", today.isoformat())
    if one.referral.organization_id is None:
        telling.to_person(one, "asked", f"question:{today.isoformat()}")


@job("referrals.review")
def review(about: str) -> None:
    """Ask the group to look again at whom it has on its waiting list, or on hold, and tell whoever asked."""
    one = _held(about)
    if one is None or not _is_due(one.review_on):
        return
    day, state = one.review_on, State(one.state)
    one.review_on = clock.today() + LOOK_AGAIN[state] if state in LOOK_AGAIN else None
    if state in LOOK_AGAIN:
        telling.to_group(one, "waiting" if state is State.WAITING_LIST else "paused", f"review-{day}")
    if state is State.WAITING_LIST and one.referral.route != "clinician":
        telling.to_referrer(one, "review", f"{day}")


@job("referrals.closed")
def closed(about: str) -> None:
    """Its service has closed. What was merged into another listing of the same group goes on there; all else ends."""
    one = _held(about)
    if one is None or not one.is_open or one.service is None or not is_closed(one.service):
        return
    target = _merged_into(one.service)
    if is_closed(target) or target.organization_id != one.organization_id:
        withdrawing.service_closed([one])
        return
    before, one.service_id = one.service_id, target.id
    if one.open_key is not None and guards.not_twice(one, SYSTEM, Given()) is not None:
        one.service_id = before
        withdrawing.withdraw(one, by=SYSTEM, given=Given(reason="duplicate"))
        return
    one.open_key = guards.open_key_of(one) if one.open_key is not None else None
    one.version += 1
    one.changed_at = clock.now()
    details = {"from_service": str(before), "to_service": str(target.id)}
    events.add(one, "followed", by=SYSTEM, before=one.state, details=details, version_before=one.version - 1)


@job("referrals.agreement_over")
def agreement_over(about: str) -> None:
    """The time of an agreement is over, and with it what stood under it."""
    consent = db.session.get(Consent, UUID(about))
    if consent is not None:
        withdrawing.lapse_one(consent)


@job("referrals.visit_tomorrow")
def visit_tomorrow(about: str) -> None:
    """Remind the person of their first visit, by the way that they said is safe."""
    visit = db.session.get(Appointment, UUID(about), with_for_update=True)
    if visit is None or visit.is_reminded or visit.status != "booked":
        return
    one, at = introduction_of(visit), clock.local(visit.starts_at)
    if State(one.state) is State.BOOKED and at.date() == tomorrow():
        visit.is_reminded = True
        remind(one, at.date(), at.strftime("%H:%M"), str(visit.id))


@job("referrals.first_tomorrow")
def first_tomorrow(about: str) -> None:
    """The same for a first date without a time."""
    one = _held(about)
    if one is None or one.is_date_reminded:
        return
    if State(one.state) is State.ACCEPTED and one.first_date == tomorrow():
        one.is_date_reminded = True
        remind(one, one.first_date, None, one.first_date.isoformat())


@job("referrals.space_again")
def space_again(about: str) -> None:
    """Tell somebody once that a service has space again, and forget their address."""
    wish = db.session.get(SpaceWish, UUID(about), with_for_update=True)
    service = db.session.get(Service, wish.service_id) if wish is not None else None
    if wish is None or service is None or wish.told_at is not None or space_of(service).state != "space":
        return
    told = SpaceAgain(str(service.id))
    if (user := recipients.active_user(wish.user_id)) is not None:
        notify(told, to=recipients.of_user(user), key=f"space-again:{wish.id}")
    elif wish.email:
        notify(told, to=Recipient(email=wish.email, locale=wish.locale), key=f"space-again:{wish.id}")
    wish.told_at, wish.email, wish.user_id = clock.now(), None, None


def remind(one: Introduction, day: date, at: str | None, occasion: str) -> None:
    """Write to the person that a first visit is tomorrow."""
    to, referral = recipients.of_person(one.person), one.referral
    if to is not None:
        told = OwnVisit(
            referral.reference, referral.shown_reference, recipients.is_sensitive(referral, [one]),
            introduction_id=str(one.id), day=day.isoformat(), time=at,
        )  # fmt: skip
        notify(told, to=to, key=f"{telling.prefix_of(one, 'person')}tomorrow:{occasion}")


def is_closed(service: Service) -> bool:
    """Whether a listing is gone for good."""
    return service.status in CLOSED or service.withdrawn_at is not None or service.merged_into_id is not None


def introduction_of(visit: Appointment) -> Introduction:
    """What a visit belongs to."""
    return db.session.get_one(Introduction, visit.introduction_id)


def tomorrow() -> date:
    """By the date in the United Kingdom."""
    return clock.today() + timedelta(days=1)


def _merged_into(service: Service) -> Service:
    seen = {service.id}
    while service.merged_into_id is not None and service.merged_into_id not in seen:
        service = db.session.get_one(Service, service.merged_into_id)
        seen.add(service.id)
    return service


def _held(about: str) -> Introduction | None:
    one = db.session.get(Introduction, UUID(about))
    if one is not None:
        lock(one)
    return one


def _is_due(day: date | None) -> bool:
    return day is not None and day <= clock.today()
