"""Signing in with a password: the same work and the same answer whether there is an account or not."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import factors, limits, passwords
from portal.accounts.models import User, plain_email
from portal.core import audit
from portal.core.blind_index import blinds
from portal.core.database import reading
from portal.core.extensions import db


class _Known(NamedTuple):
    id: UUID
    password_hash: str | None


def with_password(email: str, password: str, *, address: str, device: str | None) -> User | None:
    """The user with this address and password, or None. Hashes anew where the parameters have changed.

    `address` is a network address, for the limits only; `device` the number of one that is known for this e-mail address.
    No lock is held while the password is checked. Raises TooManyRequests, and Busy.
    """
    plain = plain_email(email)
    with passwords.admitted(is_known=device is not None):
        limits.password_tried(plain, address=address, device=device)
        known = _known(plain)
        checked = passwords.check(password, known.password_hash if known else None)
        if known is None or not checked.is_right:
            refused(known.id if known else None)
            return None
    user = db.session.get_one(User, known.id)
    if checked.renewed is not None:
        user.password_hash = checked.renewed
    return user


def password_is_right(user: User, password: str, *, device: str | None) -> bool:
    """Whether a signed-in user types their own password, for what asks again. Raises TooManyRequests, and Busy.

    Must come before the request changes anything.
    """
    user_id, kept = user.id, user.password_hash
    limits.hit("device", f"{device or ''} again {user_id}")
    is_right = passwords.check(password, kept).is_right
    if not is_right:
        refused(user_id)
    return is_right


def code_is_right(user: User, code: str, *, device: str | None) -> bool:
    """The same with a code of the app. Raises TooManyRequests."""
    user_id = user.id
    limits.code_tried(user_id, device=device)
    if factors.use_code(user, code):
        return True
    refused(user_id)
    return False


def refused(user_id: UUID | None) -> None:
    """Note that somebody was not let in, whatever becomes of the request."""
    audit.record_now("sign-in.refused", ("account", user_id) if user_id else None, by="nobody")


def _known(plain: str) -> _Known | None:
    """One question, the same for every address, in a reading of its own."""
    question = select(User.id, User.password_hash).where(
        User.email_key.in_(blinds(plain)), User.deactivated_at.is_(None)
    )
    with reading(), Session(db.engine) as session:
        row = session.execute(question).first()
    return _Known(row.id, row.password_hash) if row else None
