"""Handing messages over. A worker takes one at a time: a short transaction claims it, none is open while it travels, and a short
one says that it is gone, right after the provider has taken it. So a kill sends one message twice at most, with the same id.
"""

import time
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session, load_only

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import CLOCKS_APART, job
from portal.core.leases import renewed
from portal.core.transactions import insist, short
from portal.notifications import bouncing, waiting
from portal.notifications.addresses import address
from portal.notifications.models import Channel, OutboxMessage
from portal.notifications.notification import Channel as ChannelName
from portal.notifications.notification import unpacked
from portal.notifications.rendering import written
from portal.notifications.senders.current import sender_of
from portal.notifications.senders.port import NotSent, Outgoing, Refused, Sender, ServerTrouble
from portal.notifications.stopping import stop_token

log = structlog.get_logger()

HELD = timedelta(seconds=15)
"""How long a claim holds; it is renewed while the message travels. A killed worker's message is taken up again this soon."""
A_TURN_SECONDS = 5.0
"""How long one job sends before another may run."""
MOST_BATCH = 100


@job("notifications.send", batch=MOST_BATCH, reads_only=True, lane="post")
def send(asked: list[dict[str, ChannelName]]) -> None:
    """Hand over what waits, channel by channel. Every message asks for one; the first to run serves all."""
    for channel in dict.fromkeys(one["channel"] for one in asked):
        _send_waiting(channel)


@job("notifications.sweep")
def sweep() -> None:
    """Ask for what waits on every channel, whatever became of the jobs that should have sent it."""
    for channel in db.session.scalars(select(OutboxMessage.channel).where(OutboxMessage.state == "waiting").distinct()):
        send.later(channel=channel)


def _send_waiting(channel: ChannelName) -> None:
    sender = sender_of(channel)
    if sender is None:
        return
    began = time.monotonic()
    try:
        while time.monotonic() - began < A_TURN_SECONDS and (claimed := _claim(channel)) is not None:
            _one(*claimed, channel, sender)
    finally:
        sender.close()
    _look_again(channel)


def _claim(channel: ChannelName) -> tuple[UUID, bool] | None:
    """Take the message that was tried least. Gives its id, and whether it may have gone already.

    Where the channel is in trouble one is taken before its time, to find out whether the trouble is over.
    """
    now = clock.now()
    with short() as session:
        way = session.get(Channel, channel)
        if waiting.is_closed(way):
            return None
        free = _free(channel)
        if way is None or way.closed_until is None:
            touched = func.coalesce(OutboxMessage.tried_at, OutboxMessage.created_at)
            free = free.where(or_(OutboxMessage.next_try_at <= now, touched > now + CLOCKS_APART))
        message = session.scalars(
            free.order_by(OutboxMessage.attempts, OutboxMessage.next_try_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .options(load_only(OutboxMessage.attempts, OutboxMessage.may_have_gone))
        ).first()
        if message is None:
            return None
        before = message.may_have_gone
        message.attempts += 1
        message.tried_at, message.sending_until, message.may_have_gone = now, now + HELD, True
        return message.id, before


def _one(message_id: UUID, may_have_gone: bool, channel: ChannelName, sender: Sender) -> None:
    try:
        outgoing = _written(message_id, may_have_gone)
    except Exception as error:  # one that cannot be put into words must not hold up the others
        log.error("notification.not_written", error=type(error).__name__, kind=channel)
        reason = f"not written: {type(error).__name__}"
        return insist(lambda session: _end(session, message_id, "failed", reason))
    if outgoing is None:
        return insist(lambda session: _end(session, message_id, "failed", "too late"))
    with _held(message_id):
        try:
            provider_id = sender.send(outgoing)
        except NotSent as problem:
            kept = problem
            insist(lambda session: _not_sent(session, message_id, channel, kept))
        else:
            insist(lambda session: _gone(session, message_id, channel, provider_id))


def _written(message_id: UUID, may_have_gone: bool) -> Outgoing | None:
    """The message in words, or None where it is not worth sending any more, or was taken back."""
    try:
        message = db.session.get_one(OutboxMessage, message_id)
        if message.state != "waiting" or message.useful_until <= clock.now():
            return None
        notification = unpacked(message.name, message.fields or "")
        stop = None
        headers = {}
        if notification.topic is not None:
            stop = address("notifications.stop", token=stop_token(message))
            headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        words = written(notification, channel=cast("ChannelName", message.channel), locale=message.locale, stop=stop)
        return Outgoing(
            id=message.id,
            channel=cast("ChannelName", message.channel),
            to=str(message.recipient),
            subject=words.subject,
            text=words.text,
            html=words.html,
            locale=message.locale,
            sender_name=words.sender_name,
            headers=headers,
            may_have_gone=may_have_gone,
        )
    finally:
        db.session.rollback()


def _gone(session: Session, message_id: UUID, channel: ChannelName, provider_id: str | None) -> None:
    """It is handed over: who it was for and what it held are wiped."""
    _end(session, message_id, "handed_over", None)
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(recipient=None, fields=None, provider_id=provider_id)
    )
    _open_again(session, channel)


def _not_sent(session: Session, message_id: UUID, channel: ChannelName, problem: NotSent) -> None:
    message = session.get_one(OutboxMessage, message_id)
    message.sending_until, message.may_have_gone = None, problem.may_have_gone
    message.last_error = problem.reason
    if message.state == "taken_back":
        return
    if isinstance(problem, Refused) and problem.kind == "hard":
        message.state, message.ended_at = "bounced" if problem.is_about_address else "failed", clock.now()
        if problem.is_about_address:
            bouncing.note(session, message, kind="hard", reason=problem.reason, source_id=f"smtp:{message.id}")
        _open_again(session, channel)
        return
    is_servers = isinstance(problem, ServerTrouble)
    waiting.failed(_row_of(session, channel), problem.reason, is_servers=is_servers)
    if not is_servers:
        message.next_try_at = clock.now() + waiting.before_retry(message.attempts)
    log.warning("notification.not_sent", kind=channel, error=problem.reason, attempts=message.attempts)


def _end(session: Session, message_id: UUID, state: str, reason: str | None) -> None:
    """What was taken back stays so, unless it went all the same."""
    is_as_claimed = [] if state == "handed_over" else [OutboxMessage.state == "waiting"]
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, *is_as_claimed)
        .values(state=state, last_error=reason, sending_until=None, may_have_gone=False, ended_at=clock.now())
    )


def _open_again(session: Session, channel: ChannelName) -> None:
    """After the provider took or judged a message: those that it refused while it was in trouble wait no longer."""
    row = session.get(Channel, channel)
    if row is None or (since := waiting.worked(row)) is None:
        return
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == "waiting",
            OutboxMessage.channel == channel,
            OutboxMessage.next_try_at > clock.now(),
            OutboxMessage.tried_at >= since - timedelta(minutes=1),
        )
        .values(next_try_at=clock.now())
    )


def _row_of(session: Session, channel: ChannelName) -> Channel:
    row = session.get(Channel, channel)
    if row is None:
        row = Channel(name=channel, failures=0)
        session.add(row)
    return row


def _look_again(channel: ChannelName) -> None:
    """Ask for another turn when the next message is due, in one job a channel."""
    with short() as session:
        due = func.coalesce(OutboxMessage.sending_until, OutboxMessage.next_try_at)
        soonest = session.scalar(_waiting(channel).with_only_columns(func.min(due)))
        if soonest is None:
            return
        way = session.get(Channel, channel)
        at = (way.closed_until if way is not None else None) or soonest
        send.by(session, at, key=f"{channel} again", channel=channel)


def _waiting(channel: ChannelName) -> Select[OutboxMessage]:
    return select(OutboxMessage).where(OutboxMessage.state == "waiting", OutboxMessage.channel == channel)


def _free(channel: ChannelName) -> Select[OutboxMessage]:
    """Those that no worker has in hand. A claim that lasts longer than any does was made while the clock was wrong."""
    now, until = clock.now(), OutboxMessage.sending_until
    return _waiting(channel).where(or_(until.is_(None), until < now, until > now + HELD + CLOCKS_APART))


def _held(message_id: UUID) -> AbstractContextManager[None]:
    """Keep the claim while the message travels, however long the provider takes."""

    def renew(session: Session) -> None:
        session.execute(
            update(OutboxMessage).where(OutboxMessage.id == message_id).values(sending_until=clock.now() + HELD)
        )

    return renewed(renew, lease=HELD, trouble="notification.claim_not_renewed")
