"""Another e-mail address: confirmed at the new one, told to the old one, which can undo it for 7 days."""

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from portal.accounts import links, resetting, sessions, steps, taken_over
from portal.accounts.models import AccountToken, User, plain_email
from portal.accounts.people_notifications import AccountChanged, ConfirmEmail, EmailChanging
from portal.accounts.queries import user_by_email
from portal.core import audit, clock, throttle
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

MOST_A_DAY = 5
OPENS = ("reset", "sign-in")
"""Purposes of links that went to the address of before, and let in who reads them."""
BEGAN = "began"
"""When the change was asked for that a link undoes, where that was before the link was made."""


class AddressTaken(DomainError):
    """The address belongs to another account, which only its reader is told."""

    status = 409


def ask(user: User, email: str) -> None:
    """Send a link to a new address, and one to undo it to the present one. Raises TooManyRequests."""
    throttle.hit("email change", str(user.id), limit=MOST_A_DAY, seconds=24 * 3600)
    links.spend_all("email", user=user)
    _row, undo_token = links.issue("email-undo", email=user.email, user_id=user.id)
    row, token = links.issue("email", email=email, user_id=user.id)
    notify(
        ConfirmEmail(token=str(token)),
        to=Recipient(email=email.strip(), locale=user.locale),
        key=f"confirm-email:{row.id}",
    )
    _tell_old(user.email, user, str(undo_token), key=f"email-changing:{row.id}", is_done=False)
    audit.record("email.change_asked", user, by=user)


def confirm(token: str) -> User:
    """Let the new address hold, by the link that went to it. Ends every session. Raises LinkGone, AddressTaken."""
    row = links.find("email", token)
    user = _user_of(row)
    other = user_by_email(row.email or "")
    if other is not None and other.id != user.id:
        raise AddressTaken(_("This e-mail address belongs to another account."))
    links.spend(row)
    old = user.email
    user.set_email(row.email or "")
    user.email_confirmed_at = clock.now()
    for purpose in OPENS:
        links.spend_all(purpose, user=user)
    steps.end_all(user.id)
    sessions.end_all(user.id)
    began = {BEGAN: row.created_at.isoformat()}
    _row, undo_token = links.issue("email-undo", email=old, user_id=user.id, payload=began)
    _tell_old(old, user, str(undo_token), key=f"email-changed:{row.id}", is_done=True)
    notify(
        AccountChanged(what="email"),
        to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
        key=f"email-changed-new:{row.id}",
    )
    audit.record("email.changed", user, by="person")
    return user


def undo(token: str) -> tuple[str, taken_over.Taken]:
    """Put the old address back, by the link that went to it: "this was not me". Raises LinkGone.

    What was added to the account since the change was asked for goes as well, with the password, whoever knows it. Gives the
    token of a link to set a new one, for whom the link has shown to read the old address, and what went. Links that undo
    earlier changes still hold: whoever took an account over cannot use them up by another change.
    """
    row = links.find("email-undo", token)
    user = _user_of(row)
    other = user_by_email(row.email or "")
    if other is not None and other.id != user.id:
        raise AddressTaken(_("This e-mail address belongs to another account."))
    links.spend(row)
    links.spend_all("email-undo", user=user, since=row.created_at)
    links.spend_all("email-undo", user=user, email=row.email)
    if plain_email(user.email) != plain_email(row.email or ""):
        user.set_email(row.email or "")
        user.email_confirmed_at = clock.now()
    began = row.payload.get(BEGAN)
    taken = taken_over.give_back(user, since=datetime.fromisoformat(began) if began else row.created_at)
    audit.record("email.change_undone", user, by="person")
    return resetting.start(user, by="person"), taken


def _user_of(row: AccountToken) -> User:
    user = db.session.get(User, row.user_id) if isinstance(row.user_id, UUID) else None
    if user is None or not user.is_active:
        raise links.LinkGone(_("This link was used already, or is too old. Ask for a new one."))
    return user


def _tell_old(old: str, user: User, token: str, *, key: str, is_done: bool) -> None:
    notify(EmailChanging(token=token, is_done=is_done), to=Recipient(email=old, locale=user.locale), key=key)
