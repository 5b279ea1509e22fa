"""What referrer and group write to each other about an introduction: on the record, never by e-mail."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.referrals import events, telling
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, Message
from portal.referrals.states import WITH_GROUP, State
from portal.referrals.transitions import Tell

LONGEST = 20_000
"""Letters of one message: about 3,000 words."""


class NobodyThere(DomainError):
    """The introduction is not with the group, or the person no longer agrees: nothing can be written to them about it."""

    status = 409


def write(
    introduction: Introduction, words: str, *, side: str, by: Actor, kind: str = "message", form_key: str | None = None,
    is_told: bool = False,
) -> Message:  # fmt: skip
    """Write to the other side. Sending the same form twice writes once. `is_told`: the other side hears of it another way."""
    if form_key and (known := _of_key(form_key)) is not None:
        return known
    if State(introduction.state) not in WITH_GROUP:
        raise NobodyThere(_("This referral has ended, so nothing can be written about it any more."))
    message = Message(
        introduction_id=introduction.id, side=side, kind=kind, words=words, form_key=form_key, at=clock.now(),
        by_user_id=by.user.id if by.user is not None else None,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:
        known = _of_key(form_key or "")
        if known is None:
            raise
        return known
    if not is_told:
        event = events.add(
            introduction, "wrote", by=by, before=introduction.state, details={"message": str(message.id)}
        )
        other: Tell = "group" if side == "referrer" else "referrer"
        telling.tell(introduction, "wrote", (other,), event=event, by=by)
    return message


def read_by(introduction: Introduction, side: str) -> None:
    """Note that one side has read what the other wrote."""
    for message in of(introduction):
        if message.side != side and message.read_at is None:
            message.read_at = clock.now()


def of(introduction: Introduction) -> Sequence[Message]:
    """All that was written, oldest first."""
    wanted = select(Message).where(Message.introduction_id == introduction.id).order_by(Message.at, Message.id)
    return db.session.scalars(wanted).all()


def _of_key(form_key: str) -> Message | None:
    return db.session.scalar(select(Message).where(Message.form_key == form_key))
