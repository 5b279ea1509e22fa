"""A new password for who forgot theirs: a link for an hour, used once. It never skips the second factor.

What a request does is the same whether there is an account or not: it notes the address and asks for a job, which looks.
"""

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete

from portal.accounts import links, sessions
from portal.accounts.limits import mail_asked_for
from portal.accounts.models import AccountToken, User, plain_email
from portal.accounts.passwords import set_password
from portal.accounts.people_notifications import NewPassword, PasswordReset
from portal.accounts.queries import user_by_email
from portal.core import audit, clock
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.tokens import new_token
from portal.core.viewer import Viewer
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

ASKED = "reset-asked"
KEPT_FOR = timedelta(days=30)
"""How long the rows of old links stay."""


def ask(email: str, *, asked_by: str, locale: str) -> None:
    """Send a link to this address if there is an account. `asked_by` is a network address, for the limit only.

    Raises TooManyRequests, equally for addresses with and without an account.
    """
    mail_asked_for("reset", plain_email(email), address=asked_by)
    row = _noted(email, locale)
    send_link.later(request_id=str(row.id))


def start(user: User, *, by: Viewer | str) -> str:
    """A link for a user whom somebody helps; gives its token. Links of before are of no use any more. It is not sent."""
    links.spend_all("reset", user=user)
    row, token = links.issue("reset", email=user.email, user_id=user.id)
    audit.record("password.link_made", user, by=by, details={"link": str(row.id)})
    return str(token)


def send(user: User, token: str, *, key: str) -> None:
    """Send a link that was made by `start`."""
    notify(NewPassword(token=token), to=Recipient(email=user.email, locale=user.locale, user_id=user.id), key=key)


@job("accounts.send_reset")
def send_link(request_id: str) -> None:
    """Make the link that somebody asked for, and send it. Runs twice as once: what was asked for is turned into it."""
    asked = db.session.get(AccountToken, UUID(request_id), with_for_update=True)
    if asked is None or asked.purpose != ASKED:
        return
    user = user_by_email(asked.email or "")
    db.session.delete(asked)
    if user is None or not user.is_active:
        return
    send(user, start(user, by="person"), key=f"reset:{request_id}")


def set_new(token: str, password: str) -> User:
    """Set a new password by a link. Ends every session. Raises LinkGone, and what `set_password` raises."""
    row = links.find("reset", token)
    links.spend(row)
    user = db.session.get(User, row.user_id) if row.user_id else None
    if user is None or not user.is_active:
        raise links.LinkGone(_("This link was used already, or is too old. Ask for a new one."))
    set_password(user, password)
    user.email_confirmed_at = user.email_confirmed_at or clock.now()
    links.spend_all("reset", user=user)
    sessions.end_all(user.id)
    audit.record("password.reset", user, by="person")
    notify(
        PasswordReset(),
        to=Recipient(email=user.email, locale=user.locale, user_id=user.id),
        key=f"password-reset:{row.id}",
    )
    return user


@job("accounts.tidy_links")
def tidy() -> None:
    """Forget links that ran out a month ago, and what was asked for and never looked at."""
    now = clock.now()
    db.session.execute(delete(AccountToken).where(AccountToken.expires_at < now - KEPT_FOR))
    db.session.execute(
        delete(AccountToken).where(AccountToken.purpose == ASKED, AccountToken.created_at < now - timedelta(days=1))
    )


def _noted(email: str, locale: str) -> AccountToken:
    now = clock.now()
    row = AccountToken(
        purpose=ASKED,
        token_hash=new_token()[1],
        email=email.strip(),
        email_key=blind(plain_email(email)),
        payload={"locale": locale},
        created_at=now,
        expires_at=now + links.LASTS["reset"],
    )
    db.session.add(row)
    db.session.flush()
    return row
