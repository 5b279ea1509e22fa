"""What people do not want to be sent. Only what has a topic can be stopped; duties have none."""

from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from portal.core import signing
from portal.core.blind_index import blinds
from portal.core.extensions import db
from portal.notifications.models import OutboxMessage, StoppedTopic
from portal.notifications.notification import Notification, Recipient


def is_stopped(notification: Notification, to: Recipient) -> bool:
    """Whether this recipient has stopped what this is about."""
    if notification.topic is None:
        return False
    who = [*([str(to.user_id)] if to.user_id else []), *blinds(to.address)]
    asked = select(StoppedTopic.who).where(StoppedTopic.who.in_(who), StoppedTopic.topic == notification.topic)
    return db.session.scalar(asked.limit(1)) is not None


def stop_token(message: OutboxMessage) -> str:
    """What the link for stopping carries: the message that it stands in, signed. It never ages."""
    return str(signer().dumps(message.id.hex))


def signer() -> URLSafeSerializer:
    """Signs what links for stopping carry."""
    return signing.signer("portal.notifications.stop")
