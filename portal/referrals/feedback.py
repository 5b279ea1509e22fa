"""What a clinician hears: twice a referral and no more. Once when it is answered, once when it begins or ends.

It is counted by the referral that they made: what is passed on or tried again counts with it. A question that a team asks them
is no news but a request, and is told at once: see `portal.referrals.telling`.
"""

from collections.abc import Mapping
from typing import Literal

from portal.core.extensions import db
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.referrals.models import Introduction, Referral
from portal.referrals.notifications import ReferralFeedback

Moment = Literal[1, 2]
MOMENTS: Mapping[str, tuple[Moment, str]] = {
    "accept": (1, "accepted"),
    "decline": (1, "declined"),
    "expire": (1, "expired"),
    "start_booked": (2, "started"),
    "start": (2, "started"),
    "complete": (2, "finished"),
    "end_early": (2, "ended-early"),
    "not_start": (2, "not-started"),
    "withdraw": (2, "withdrawn"),
    "refuse": (2, "refused"),
}
"""Which verb is which of the two moments, and what is said. Any other verb is told to no clinician."""
BEGINS = frozenset({"start", "start_booked"})
"""A first visit that came of a clinician's referral counts, to whichever group it is."""


def first_of(referral: Referral) -> Referral:
    """The referral that this one came of, however often it was passed on."""
    seen = {referral.id}
    while referral.based_on_id is not None and referral.based_on_id not in seen:
        before = db.session.get(Referral, referral.based_on_id)
        if before is None:
            break
        referral = before
        seen.add(referral.id)
    return referral


def is_clinicians(referral: Referral) -> bool:
    """Whether a clinician asked for it."""
    return referral.route == "clinician"


def tell(introduction: Introduction, verb: str, to: list[Recipient]) -> None:
    """Tell a clinician, where this is one of the two moments, they want to hear, and it has not come before."""
    referral = first_of(introduction.referral)
    if verb not in MOMENTS or not referral.wants_feedback:
        return
    number, what = MOMENTS[verb]
    for one in to:
        notification = ReferralFeedback(referral.shown_reference, what, referral.reference)
        notify(notification, to=one, key=f"feedback:{referral.id}:{number}")
