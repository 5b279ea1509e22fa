"""Handing deliveries over, one at a time for each receiver: a short transaction claims it, none is open while it travels, a short
one notes what was answered. So a kill sends one message twice at most, with the same id.

Each subscription has a job of its own, which sends for some seconds and asks for the next: a slow receiver holds up itself alone.
"""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.connecting import Posted
from portal.core.encryption import CannotDecrypt
from portal.core.extensions import db
from portal.core.fetching import FetchProblem, fetcher, seconds_of
from portal.core.jobs import CLOCKS_APART, job
from portal.core.leases import renewed
from portal.core.transactions import insist, short
from portal.webhooks import telling, waiting
from portal.webhooks.models import WebhookDelivery, WebhookSubscription
from portal.webhooks.signing import signed
from portal.webhooks.words import word_of

log = structlog.get_logger()

LANE = "webhooks"
"""A thread of its own in the worker: receivers may be slow, and mail must not wait for them."""
SECONDS = 10.0
"""How long one attempt may take in all."""
HELD = timedelta(seconds=15)
"""How long a claim holds; it is renewed while the message travels. A killed worker's message is taken up again this soon."""
A_TURN_SECONDS = 5.0
MOST_ANSWER = 65_536
"""Bytes of an answer that are read, and thrown away."""
MEDIA_TYPE = "application/json"
TEST = "webhook.test"
NO_MORE = 410
BUSY = frozenset({429, 503})
"""Answers that may say when to come again. Source: RFC 9110, 10.2.3; RFC 6585, 4."""


@dataclass(frozen=True)
class Attempt:
    """What is sent, where, and signed with which secrets."""

    address: str
    message_id: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What was answered, or the word for why nothing was; `asked` is how long the receiver wants to be left alone."""

    status: int | None = None
    problem: str | None = None
    asked: timedelta = timedelta(0)

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.problem is None


@job("webhooks.send", reads_only=True, lane=LANE)
def send(subscription: str) -> None:
    """Send what waits for one subscription, for some seconds, and ask for the next turn."""
    subscription_id, began = UUID(subscription), time.monotonic()
    while time.monotonic() - began < A_TURN_SECONDS and (claimed := _claim(subscription_id)) is not None:
        _one(claimed)
    _look_again(subscription_id)


def _one(delivery_id: UUID) -> None:
    with _held(delivery_id):
        outcome = _tried(delivery_id)
        insist(lambda session: _note(session, delivery_id, outcome))


@job("webhooks.sweep")
def sweep() -> None:
    """Ask for what waits, whatever became of the jobs that should have sent it."""
    for one in db.session.scalars(
        select(WebhookDelivery.subscription_id).where(WebhookDelivery.state == "waiting").distinct()
    ):
        send.later(_key=str(one), subscription=str(one))


def _claim(subscription_id: UUID) -> UUID | None:
    """Take the message that is due longest. Gives its id. Of a receiver in trouble, one at a time, and only when it is time."""
    now = clock.now()
    with short() as session:
        subscription = session.get(WebhookSubscription, subscription_id)
        if subscription is None:
            return None
        due = select(WebhookDelivery).where(
            WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == "waiting", _is_free(now)
        )
        if not _is_open(subscription, now):
            due = due.where(WebhookDelivery.kind == TEST)
        elif subscription.failures < waiting.FAILURES_IN_A_ROW:
            next_try = WebhookDelivery.next_try_at
            due = due.where(or_(next_try <= now, next_try > now + waiting.LONGEST))
        delivery = session.scalars(
            due.order_by(WebhookDelivery.next_try_at, WebhookDelivery.created_at, WebhookDelivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.tried_at, delivery.sending_until = now, now + HELD
        return delivery.id


def _is_open(subscription: WebhookSubscription, now: datetime) -> bool:
    """Whether more than tests may go to it now."""
    closed = subscription.closed_until
    is_left_alone = closed is not None and now < closed <= now + waiting.LONGEST
    return subscription.state == "active" and not is_left_alone


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Those that no worker has in hand. A claim that lasts longer than any does was made while the clock was wrong."""
    held = WebhookDelivery.sending_until
    return or_(held.is_(None), held < now, held > now + HELD + CLOCKS_APART)


def _tried(delivery_id: UUID) -> Outcome:
    """Send it once."""
    try:
        attempt = _attempt(delivery_id)
    except CannotDecrypt:
        return Outcome(problem="address")
    headers = signed(attempt.message_id, clock.now(), attempt.body, attempt.secrets)
    posted = Posted(attempt.body.encode(), MEDIA_TYPE, headers)
    with fetcher(SECONDS) as there:
        try:
            answered = there.post(attempt.address, posted, most=MOST_ANSWER)
        except FetchProblem as problem:
            return Outcome(problem.status, word_of(problem))
    if 200 <= answered.status < 300:
        return Outcome(answered.status)
    asked = waiting.asked_for(seconds_of(answered.retry_after, 0.0)) if answered.status in BUSY else timedelta(0)
    return Outcome(answered.status, "gone" if answered.status == NO_MORE else "refused", asked)


def _attempt(delivery_id: UUID) -> Attempt:
    try:
        delivery = db.session.get_one(WebhookDelivery, delivery_id)
        subscription = delivery.subscription
        is_old_valid = subscription.old_until is not None and subscription.old_until > clock.now()
        old = subscription.old_secret if is_old_valid else None
        secrets = (subscription.secret, *([old] if old else []))
        return Attempt(subscription.address, delivery.message_id, delivery.body, secrets)
    finally:
        db.session.rollback()


def _note(session: Session, delivery_id: UUID, outcome: Outcome) -> None:
    """What came of an attempt, and what follows for the receiver. One that was removed meanwhile is left alone."""
    delivery = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None:
        return
    subscription = session.get_one(WebhookSubscription, delivery.subscription_id, with_for_update=True)
    delivery.sending_until, delivery.status, delivery.problem = None, outcome.status, outcome.problem
    if outcome.is_delivered:
        _end(delivery, "delivered")
        _worked(session, subscription)
        return
    log.warning("webhook.not_delivered", problem=outcome.problem, status=outcome.status, attempts=delivery.attempts)
    wait = None if delivery.kind == TEST else waiting.before_next(delivery.attempts)
    if wait is None or outcome.status == NO_MORE:
        _end(delivery, "failed")
    else:
        delivery.next_try_at = clock.now() + max(wait, outcome.asked)
    if delivery.kind != TEST or outcome.status == NO_MORE:
        _failed(session, subscription, outcome)


def _end(delivery: WebhookDelivery, state: str) -> None:
    delivery.state, delivery.ended_at = state, clock.now()  # type: ignore[assignment]


def _worked(session: Session, subscription: WebhookSubscription) -> None:
    """The receiver is well: what waited because it was not goes now."""
    was_closed = subscription.failures >= waiting.FAILURES_IN_A_ROW
    subscription.failures, subscription.failing_since, subscription.closed_until = 0, None, None
    if was_closed:
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.subscription_id == subscription.id, WebhookDelivery.state == "waiting")
            .values(next_try_at=clock.now())
        )


def _failed(session: Session, subscription: WebhookSubscription, outcome: Outcome) -> None:
    """One failure more in a row. One that wants no more, or has failed for days, is switched off and administrators are told."""
    now = clock.now()
    subscription.failures += 1
    since = subscription.failing_since
    subscription.failing_since = since = now if since is None or since > now + CLOCKS_APART else since
    if wait := max(waiting.before_probe(subscription.failures) or timedelta(0), outcome.asked):
        subscription.closed_until = now + wait
    is_lost = subscription.failures >= waiting.FAILURES_IN_A_ROW and now - since >= waiting.SWITCHED_OFF_AFTER
    if subscription.state == "active" and (is_lost or outcome.status == NO_MORE):
        subscription.state, subscription.why = "off", "gone" if outcome.status == NO_MORE else "failing"
        audit.record("webhook.switched_off", subscription, by=None, why=subscription.why, session=session)
        session.add(telling.asked_for(subscription.id))


def _look_again(subscription_id: UUID) -> None:
    """Ask for another turn when the next message is due, in one job a subscription."""
    with short() as session:
        subscription = session.get(WebhookSubscription, subscription_id)
        if subscription is None:
            return
        now = clock.now()
        waits = select(func.min(func.coalesce(WebhookDelivery.sending_until, WebhookDelivery.next_try_at))).where(
            WebhookDelivery.subscription_id == subscription_id, WebhookDelivery.state == "waiting"
        )
        if subscription.state != "active":
            waits = waits.where(WebhookDelivery.kind == TEST)
        soonest = session.scalar(waits)
        if soonest is None:
            return
        at = max(soonest, now)  # behind the turns of others that wait already
        if not _is_open(subscription, now):
            at = max(at, subscription.closed_until or at)
        send.by(session, at, key=f"again {subscription_id}", subscription=str(subscription_id))


def _held(delivery_id: UUID) -> AbstractContextManager[None]:
    """Keep the claim while the message travels, and while the database is too busy to note what came of it."""

    def renew(session: Session) -> None:
        held = update(WebhookDelivery).where(
            WebhookDelivery.id == delivery_id, WebhookDelivery.sending_until.is_not(None)
        )
        session.execute(held.values(sending_until=clock.now() + HELD))

    return renewed(renew, lease=HELD, trouble="webhook.claim_not_renewed")
