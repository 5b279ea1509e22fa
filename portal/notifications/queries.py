"""Questions about messages: what failed, what may be stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from itsdangerous import BadSignature
from sqlalchemy import func, select

from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.notifications.models import Channel, OutboxMessage, StoppedTopic
from portal.notifications.notification import KINDS
from portal.notifications.stopping import signer


@dataclass(frozen=True)
class FailedMessage:
    """A message that was given up, without whom it was for. `can_resend`: all that it needs is still there."""

    id: UUID
    name: str
    channel: str
    user_id: UUID | None
    reason: str
    attempts: int
    created_at: datetime
    failed_at: datetime
    can_resend: bool


def failed_messages(limit: int = 200) -> list[FailedMessage]:
    """What was given up or came back, newest first."""
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state.in_(("failed", "bounced")))
        .order_by(OutboxMessage.ended_at.desc(), OutboxMessage.id)
        .limit(limit)
    )
    return [
        FailedMessage(
            id=row.id,
            name=row.name,
            channel=row.channel,
            user_id=row.user_id,
            reason=row.last_error or "",
            attempts=row.attempts,
            created_at=row.created_at,
            failed_at=row.ended_at or row.created_at,
            can_resend=row.recipient is not None and row.name in KINDS,
        )
        for row in rows
    ]


def count_by_state() -> dict[str, int]:
    """How many messages stand in each state."""
    counted = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return {state: count for state, count in db.session.execute(counted)}


def channels() -> Sequence[Channel]:
    """How each way out stands, those alone that were ever in trouble."""
    return db.session.scalars(select(Channel).order_by(Channel.name)).all()


def message_to_stop(token: str) -> OutboxMessage:
    """The message that a link for stopping stood in. Raises NotFound where it is not ours, or cannot be stopped."""
    try:
        message = db.session.get(OutboxMessage, UUID(signer().loads(token)))
    except (BadSignature, ValueError, TypeError):
        message = None
    kind = KINDS.get(message.name) if message is not None else None
    if message is None or kind is None or kind.topic is None:
        raise NotFound(_("This link stops nothing that we send. Use the link in the newest message."))
    return message


def is_topic_stopped(message: OutboxMessage) -> bool:
    """Whether whom this message went to has stopped its topic."""
    return db.session.get(StoppedTopic, who_and_topic(message)) is not None


def who_and_topic(message: OutboxMessage) -> tuple[str, str]:
    """Whom a message went to, as a user's id or the blind index of the address, and its topic."""
    return str(message.user_id or message.recipient_key), str(KINDS[message.name].topic)
