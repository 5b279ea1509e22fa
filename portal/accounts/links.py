"""Links that are sent to people: each for one purpose, for a time, used once. The database holds the hash of the token alone."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import AccountToken, User, plain_email
from portal.core import clock
from portal.core.blind_index import blind, blinds
from portal.core.errors import DomainError
from portal.core.extensions import db, settings
from portal.core.tokens import hash_of, new_token

LASTS = {
    "invite": timedelta(days=7),
    "join": timedelta(days=7),
    "sign-in": timedelta(minutes=15),
    "reset": timedelta(hours=1),
    "email": timedelta(days=1),
    "email-undo": timedelta(days=7),
}
"""How long a link of each purpose may be used."""


class LinkGone(DomainError):
    """A link that is not ours, was used, or is too old."""

    status = 410


def issue(
    purpose: str,
    *,
    email: str,
    user_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
    by: UUID | None = None,
    form_key: str | None = None,
) -> tuple[AccountToken, str | None]:
    """A new link to an address; gives its row and its token.

    `form_key`: the one-time key of the form that asks for it. The token follows from it, so that of two that come with the
    same key one is made: the other is given its row without a token, since its link is on its way already.
    """
    token = _sealed(purpose, form_key) if form_key else new_token()[0]
    now = clock.now()
    row = AccountToken(
        purpose=purpose,
        token_hash=hash_of(token),
        user_id=user_id,
        email=email.strip(),
        email_key=blind(plain_email(email)),
        payload=payload or {},
        created_by_id=by,
        created_at=now,
        expires_at=now + LASTS[purpose],
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        known = db.session.scalars(select(AccountToken).where(AccountToken.token_hash == hash_of(token))).one()
        return known, None
    return row, token


def find(purpose: str, token: str) -> AccountToken:
    """The row of a link that may be used now. Raises LinkGone, in the same words for each reason."""
    found = db.session.scalar(
        select(AccountToken).where(AccountToken.token_hash == hash_of(token), AccountToken.purpose == purpose)
    )
    if found is None or found.used_at is not None or found.expires_at <= clock.now():
        raise LinkGone(_("This link was used already, or is too old. Ask for a new one."))
    return found


def spend(row: AccountToken) -> None:
    """Use a link up. Of two that come at once one may go on. Raises LinkGone for the other."""
    spent = db.session.execute(
        update(AccountToken)
        .where(AccountToken.id == row.id, AccountToken.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkGone(_("This link was used already, or is too old. Ask for a new one."))


def spend_all(
    purpose: str, *, user: User | None = None, email: str | None = None, since: datetime | None = None
) -> None:
    """Use up every link of a purpose that went to a user, or to an address; `since`: of those made from then on."""
    question = update(AccountToken).where(AccountToken.purpose == purpose, AccountToken.used_at.is_(None))
    if user is not None:
        question = question.where(AccountToken.user_id == user.id)
    if since is not None:
        question = question.where(AccountToken.created_at >= since)
    if email is not None:
        question = question.where(AccountToken.email_key.in_(blinds(plain_email(email))))
    db.session.execute(question.values(used_at=clock.now()).execution_options(synchronize_session=False))


def _sealed(purpose: str, form_key: str) -> str:
    """A token of 256 bits that follows from a form's key; nobody without the secret key can tell it."""
    sealed = hmac.new(settings().secret_key.encode(), f"{purpose}:{form_key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
