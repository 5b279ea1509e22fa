"""What administrators do to accounts: deactivate, reactivate, take a lost second factor away. Each with a reason, each told."""

from flask_babel import gettext as _

from portal.accounts import factors, links, memberships, sessions
from portal.accounts.models import User
from portal.accounts.people_notifications import AccountChanged
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

REASONS = {
    "left": _l("They left"),
    "lost": _l("They lost a phone or a key, and we checked who they are"),
    "asked": _l("They asked for it, and we checked who they are"),
    "suspicious": _l("Something looked wrong"),
    "mistake": _l("It was a mistake"),
}
"""Why an account is changed: what the audit chain keeps. A choice, so that no one's story stands there."""


class NotYourself(DomainError):
    """An administrator cannot do this to their own account."""

    status = 403


def deactivate(user: User, *, by: User, why: str) -> None:
    """Shut an account. Its sessions and links end at once; its roles stay for when it is opened again.

    Raises NotYourself, LastOne.
    """
    _not_yourself(user, by)
    memberships.hold_still(None)
    db.session.refresh(user)
    if user.deactivated_at is not None:
        return
    for membership in user.held:
        if membership.organization_id is None:
            memberships.refuse_last(membership)
    user.deactivated_at = clock.now()
    for purpose in links.LASTS:
        links.spend_all(purpose, user=user)
    sessions.end_all(user.id)
    audit.record("account.deactivated", user, by=by, why=why)
    _tell(user, "deactivated")


def reactivate(user: User, *, by: User, why: str) -> None:
    """Open an account again. Raises NotYourself."""
    _not_yourself(user, by)
    if user.deactivated_at is None:
        return
    user.deactivated_at = None
    audit.record("account.reactivated", user, by=by, why=why)
    _tell(user, "reactivated")


def reset_factor(user: User, *, by: Viewer | str, why: str) -> None:
    """Take every second factor away, so that a new one is set up at the next sign-in. Raises NotYourself."""
    if not isinstance(by, str):
        _not_yourself(user, by)
    factors.reset(user, by=by, why=why)


def may_reset_factor(user: User, by: Viewer) -> bool:
    """Whether somebody may do that who manages people of organisations: every role of the user lies within those."""
    return (
        user.id != by.id
        and user.has_second_factor
        and all(
            one.organization_id is not None and by.can(Permission.PEOPLE_MANAGE, organisation_id=one.organization_id)
            for one in user.held
        )
    )


def _not_yourself(user: User, by: Viewer) -> None:
    if user.id == by.id:
        raise NotYourself(_("You cannot do this to your own account. Ask another administrator."))


def _tell(user: User, what: str) -> None:
    notify(
        AccountChanged(what=what),
        to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
        key=f"account-{what}:{user.id}:{clock.now().isoformat()}",
    )
