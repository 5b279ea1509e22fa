"""What people do about messages: stop them, take that back, send a failed one again."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.core import audit, clock, throttle
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.notifications import bouncing
from portal.notifications.delivering import send
from portal.notifications.forms import Event
from portal.notifications.models import OutboxMessage, StoppedTopic
from portal.notifications.notification import KINDS, Recipient
from portal.notifications.notifications import SendingWorks
from portal.notifications.outbox import notify
from portal.notifications.queries import is_topic_stopped, who_and_topic

MOST_WRONG_TELLERS = 20
WRONG_TELLER_SECONDS = 15 * 60


class CannotResend(DomainError):
    """A message that cannot be sent again, and why."""


def stop(message: OutboxMessage) -> None:
    """Send no more of this message's topic to whom it went. Safe to repeat."""
    if not is_topic_stopped(message):
        who, topic = who_and_topic(message)
        db.session.add(StoppedTopic(who=who, topic=topic))


def start_again(message: OutboxMessage) -> None:
    """Take a stop back."""
    row = db.session.get(StoppedTopic, who_and_topic(message))
    if row is not None:
        db.session.delete(row)


def resend(message_id: UUID, *, by: Viewer | str) -> None:
    """Send a failed message again, with all its tries before it. Sending twice sends once.

    Raises NotFound, or CannotResend where it went after all, or where what it needs was wiped.
    """
    message = db.session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update())
    if message is None:
        raise NotFound(_("There is no such message."))
    if message.state not in {"failed", "bounced"}:
        raise CannotResend(_("This message is not waiting for you: it was sent, or is being sent now."))
    if message.recipient is None or message.name not in KINDS:
        raise CannotResend(_("This message is too old to send again. Start again from the page that it came from."))
    now = clock.now()
    message.state, message.attempts, message.next_try_at, message.ended_at = "waiting", 0, now, None
    message.useful_until, message.sending_until = now + KINDS[message.name].useful_for, None
    audit.record("message.resent", message, by=by, details={"name": message.name, "channel": message.channel})
    send.later(channel=message.channel)


def try_out(to: Recipient) -> str:
    """Send a message that only says that sending works. Gives the reference that stands in it."""
    reference = secrets.token_hex(3)
    notify(SendingWorks(reference=reference), to=to, key=f"sending-works:{reference}")
    return reference


def take_bounces(events: Iterable[Event]) -> None:
    """Note messages that came back. What is not ours, or known already, changes nothing."""
    for event in events:
        message = db.session.get(OutboxMessage, event.message_id)
        if message is None:
            for other in bouncing.OTHERS:
                other(event.message_id, event.kind)
            continue
        is_new = bouncing.note(db.session(), message, kind=event.kind, reason=event.reason, source_id=event.source_id)
        if is_new and event.kind == "hard" and message.state == "handed_over":
            message.state, message.last_error = "bounced", event.reason


def refuse_teller(asked_by: str) -> None:
    """Count somebody who does not know the secret. Raises TooManyRequests after 20 in a quarter of an hour."""
    throttle.hit("bounces", asked_by, limit=MOST_WRONG_TELLERS, seconds=WRONG_TELLER_SECONDS)
