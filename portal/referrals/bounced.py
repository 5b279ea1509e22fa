"""An e-mail to a group that comes back: whoever asked hears of it at once, and need not wait for seven working days."""

from uuid import UUID

from portal.core.extensions import db
from portal.notifications.models import Bounce, OutboxMessage
from portal.referrals import telling
from portal.referrals.models import Introduction
from portal.referrals.states import TO_ANSWER, State

COMES_BACK = frozenset({"hard", "complaint"})


def hear(bounce: Bounce) -> None:
    """Tell the referrer once an introduction that nobody has answered. Safe to repeat."""
    message = db.session.get(OutboxMessage, bounce.message_id) if bounce.message_id is not None else None
    if message is None or bounce.kind not in COMES_BACK:
        return
    kind, _colon, rest = message.once.partition(":")
    about, _colon, whom = rest.partition(":")
    if kind != "introduction" or not whom.startswith("group:"):
        return
    one = db.session.get(Introduction, UUID(about))
    if one is not None and State(one.state) in TO_ANSWER and one.referral.route != "clinician":
        telling.to_referrer(one, "unreachable", "bounced")
