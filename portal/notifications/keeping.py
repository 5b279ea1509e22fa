"""How long what was sent is remembered."""

from datetime import timedelta

from sqlalchemy import delete, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import job
from portal.notifications.models import Bounce, OutboxMessage

CAN_RESEND_FOR = timedelta(days=30)
"""After this a failed message forgets whom it was for."""
KEPT_FOR = timedelta(days=400)
"""After this nothing is known of a message, and the link in it stops nothing. A year's digests are told apart until then."""


@job("notifications.tidy")
def tidy() -> None:
    """Forget recipients of what failed after a month, and everything after 400 days."""
    now = clock.now()
    ended = OutboxMessage.state != "waiting"
    db.session.execute(
        update(OutboxMessage)
        .where(ended, OutboxMessage.ended_at < now - CAN_RESEND_FOR, OutboxMessage.recipient.is_not(None))
        .values(recipient=None, fields=None)
    )
    db.session.execute(delete(OutboxMessage).where(ended, OutboxMessage.created_at < now - KEPT_FOR))
    db.session.execute(delete(Bounce).where(Bounce.at < now - KEPT_FOR))
