"""The status of a referral: it follows from its introductions, and from its being closed. Never set by hand."""

from portal.core import clock
from portal.referrals.models import Introduction, Referral
from portal.referrals.states import STATES, ReferralStatus, State

OVER: frozenset[ReferralStatus] = frozenset({"completed", "revoked", "entered-in-error"})


def derive(referral: Referral) -> None:
    """Put the status that follows."""
    status = status_of(referral)
    if status == referral.status:
        return
    referral.status = status
    referral.version += 1
    if status != "draft" and referral.sent_at is None and any(one.sent_at for one in referral.introductions):
        referral.sent_at = clock.now()
    referral.ended_at = clock.now() if status in OVER else None


def status_of(referral: Referral) -> ReferralStatus:
    """What follows: active while one is open; else what the ends come to, once the referrer has closed it or they say so.

    An end after which the referrer chooses what comes next leaves it active until they close it.
    """
    rows = [one for one in referral.introductions if one.state != State.ENTERED_IN_ERROR]
    if not rows:
        return "entered-in-error" if referral.introductions else "draft"
    counted = [_counts_as(one) for one in rows]
    if any(one.is_open and STATES[State(one.state)].is_sent for one in rows):
        return "active"
    if any(one.is_open for one in rows):
        return "draft" if all(told == "draft" for told in counted) else "active"
    if referral.closed_reason is not None:
        return "completed" if "completed" in counted else "revoked"
    if "active" in counted:
        return "active"
    return "completed" if "completed" in counted else "revoked"


def _counts_as(introduction: Introduction) -> ReferralStatus:
    return STATES[State(introduction.state)].counts_as
