"""Addresses that messages come back from. Whoever keeps listings true puts a function into `BOUNCE_LISTENERS`."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.jobs import Job, job
from portal.notifications.models import Bounce, OutboxMessage

BOUNCE_LISTENERS: list[Callable[[Bounce], None]] = []
"""Each is called once a bounce by the worker, in a transaction that it may change things in, and must be safe to repeat."""

OTHERS: list[Callable[[UUID, str], None]] = []
"""Each is called with the id and the kind of what came back and is no message of the outbox; must be safe to repeat."""


def note(
    session: Session,
    message: OutboxMessage,
    *,
    kind: Literal["hard", "soft", "complaint"],
    reason: str,
    source_id: str,
) -> bool:
    """Note that a message came back; whom it concerns is told by a job. False where this event is known already."""
    if session.scalar(select(Bounce.id).where(Bounce.source_id == source_id)) is not None:
        return False
    bounce = Bounce(
        id=new_id(),
        source_id=source_id,
        kind=kind,
        channel=message.channel,
        recipient_key=message.recipient_key,
        user_id=message.user_id,
        message_id=message.id,
        reason=reason[:80],
    )
    try:
        with session.begin_nested():
            session.add(bounce)
    except IntegrityError:  # told twice at the same moment
        return False
    session.add(Job(name=tell.name, payload={"bounce_id": str(bounce.id)}))
    return True


@job("notifications.bounced")
def tell(bounce_id: str) -> None:
    """Tell all who asked to know."""
    bounce = db.session.get(Bounce, UUID(bounce_id))
    if bounce is None:
        return
    for listener in BOUNCE_LISTENERS:
        listener(bounce)
