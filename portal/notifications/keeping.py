"""How long what was sent is remembered, and that what is kept is encrypted with the newest key."""

from datetime import timedelta

from sqlalchemy import Text, delete, literal, or_, select, type_coerce, update

from portal.core import clock
from portal.core.encryption import CannotDecrypt, renewed
from portal.core.extensions import db, settings
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


@job("notifications.reencrypt")
def reencrypt() -> None:
    """Encrypt what waits or failed with the newest key. With one key alone there is nothing to do."""
    if len(settings().data_keys) == 1:
        return
    raw = {name: type_coerce(getattr(OutboxMessage, name), Text).label(name) for name in ("recipient", "fields")}
    kept = or_(OutboxMessage.recipient.is_not(None), OutboxMessage.fields.is_not(None))
    for row in db.session.execute(select(OutboxMessage.id, *raw.values()).where(kept)).all():
        try:
            values = {name: literal(renewed(row._mapping[name]), Text) for name in raw if row._mapping[name]}
        except CannotDecrypt:  # its key was taken away too early: it cannot be sent, and shows as failed
            continue
        db.session.execute(update(OutboxMessage).where(OutboxMessage.id == row.id).values(**values))
