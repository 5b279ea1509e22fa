"""Signing in by a link, for who only edits public facts: no password, no second factor. The link is used once, for 15 minutes.

What a request does is the same whether there is an account or not: it notes the address and asks for a job, which looks.
"""

from datetime import timedelta
from uuid import UUID

from portal.accounts import limits, links
from portal.accounts.arriving import recipient
from portal.accounts.models import AccountToken, User, plain_email
from portal.accounts.queries import user_by_email
from portal.accounts.sign_in_notifications import SignInLink
from portal.core import audit, clock
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.jobs import job
from portal.core.tokens import new_token
from portal.notifications.outbox import notify

PURPOSE, ASKED = "sign-in", "sign-in-asked"
LOOKED_AT_WITHIN = timedelta(hours=1)


def may_use(user: User) -> bool:
    """Whether a link is enough for this user: no role of theirs needs a second factor, and none is set up."""
    return user.is_active and not user.needs_second_factor and not user.has_second_factor


def ask(email: str, *, address: str, to: str) -> None:
    """Send a link to this address if one is enough for its account. `address` is a network address, for the limits only.

    Raises TooManyRequests, equally for addresses with and without an account.
    """
    limits.mail_asked_for("link", plain_email(email), address=address)
    now = clock.now()
    row = AccountToken(
        purpose=ASKED,
        token_hash=new_token()[1],
        email=email,
        email_key=blind(plain_email(email)),
        payload={"next": to},
        created_at=now,
        expires_at=now + LOOKED_AT_WITHIN,
    )
    db.session.add(row)
    db.session.flush()
    send_link.later(request_id=str(row.id))


@job("accounts.send_sign_in_link")
def send_link(request_id: str) -> None:
    """Make the link that somebody asked for, and send it. Runs twice as once: what was asked for is turned into it."""
    asked = db.session.get(AccountToken, UUID(request_id), with_for_update=True)
    if asked is None or asked.purpose != ASKED:
        return
    user = user_by_email(asked.email or "")
    to = str(asked.payload.get("next") or "")
    db.session.delete(asked)
    if user is None or not may_use(user):
        return
    links.spend_all(PURPOSE, user=user)
    row, token = links.issue(PURPOSE, email=user.email, user_id=user.id, payload={"next": to})
    audit.record("sign-in.link_made", user, by="person", details={"link": str(row.id)})
    notify(SignInLink(token=str(token)), to=recipient(user), key=f"sign-in-link:{request_id}")


def owner(token: str) -> tuple[AccountToken, User]:
    """The row of a link and whom it signs in. Raises LinkGone: forged, used, too old, or no longer enough."""
    row = links.find(PURPOSE, token)
    user = db.session.get(User, row.user_id) if row.user_id else None
    if user is None or not may_use(user):
        raise links.LinkGone(_("This link was used already, or is too old. Ask for a new one."))
    return row, user
