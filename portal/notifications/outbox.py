"""`notify`: the one way to write to people. It only notes what to send, in the transaction that causes it."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.blind_index import blind, blinds
from portal.core.extensions import db
from portal.core.i18n import LOCALES, default_locale
from portal.notifications.delivering import send
from portal.notifications.models import OutboxMessage
from portal.notifications.notification import Notification, Recipient, packed
from portal.notifications.stopping import is_stopped


def notify(notification: Notification, *, to: Recipient, key: str) -> OutboxMessage | None:
    """Send this once the transaction in hand has committed. The same key to the same recipient sends once.

    `key` names the occasion, without personal data: "reset:<id of the request>". Gives the row, the earlier one where there is
    one, or None where the recipient has stopped this topic. Nothing is sent, and nobody waits for a mail server, in a request.
    """
    if is_stopped(notification, to):
        return None
    who = [str(to.user_id)] if to.user_id else [] if notification.forgets else list(blinds(to.address))
    onces = [f"{key}|{to.channel}|{one}" for one in who] or [f"{key}|{to.channel}"]
    if (known := _known(onces)) is not None:
        return known
    message = OutboxMessage(
        name=notification.name,
        channel=to.channel,
        locale=to.locale if to.locale in LOCALES else default_locale().code,
        once=onces[0],
        user_id=to.user_id,
        recipient=to.email.strip() if to.email is not None else to.phone,
        recipient_key=None if notification.forgets else blind(to.address),
        fields=packed(notification),
        useful_until=clock.now() + notification.useful_for,
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:  # another request sent it at the same moment
        return _known(onces)
    send.later(channel=to.channel)
    return message


def take_back(*prefixes: str) -> None:
    """Send none of what was asked for under keys that begin so, and let nobody send it again. What is gone is gone.

    It holds with the transaction in hand. A message that a worker has in its hand at this moment still goes.
    """
    now = clock.now()
    for prefix in prefixes:
        asked = OutboxMessage.once.startswith(prefix, autoescape=True)
        waits = update(OutboxMessage).where(OutboxMessage.state == "waiting", asked)
        db.session.execute(waits.values(state="taken_back", recipient=None, fields=None, ended_at=now))
        given_up = update(OutboxMessage).where(OutboxMessage.state.in_(("failed", "bounced")), asked)
        db.session.execute(given_up.values(recipient=None, fields=None))


def _known(onces: list[str]) -> OutboxMessage | None:
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.once.in_(onces)))
