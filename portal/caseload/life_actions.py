"""Closing a record with what stood open at its referrals, and the areas whose coordinator can be told."""

from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.people import actions
from portal.people.models import Person
from portal.referrals import ending
from portal.referrals.actors import acting
from portal.referrals.models import Introduction, Referral


class StillOpen(DomainError):
    """Introductions are open: the record cannot be closed."""

    status = 409


def close(person: Person, introductions: list[Introduction], *, reason: str, by: Viewer) -> None:
    """Take a person off the caseload. Referrals that waited for the next step are closed too. Raises StillOpen."""
    if any(one.is_open for one in introductions):
        raise StillOpen(_("A referral is still open. End it first, or wait until it has ended."))
    referrals: dict[object, tuple[Referral, Introduction]] = {}
    for one in introductions:
        referrals[one.referral_id] = (one.referral, one)
    for referral, one in referrals.values():
        actor = acting(by, one, "close")
        if referral.status == "active" and actor is not None:
            ending.close(referral, by=actor, reason=reason)
    actions.close(person, by=by, reason=reason)
