"""Making an account for whom a link went to, which confirms the address."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.accounts import passwords
from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db


class AlreadyThere(DomainError):
    """The address has got an account meanwhile."""

    status = 409


def make(email: str, *, name: str, password: str, locale: str, details: dict[str, Any]) -> User:
    """A new account. `details` say in the audit chain by which link. Raises EasyPassword, AlreadyThere."""
    user = User(name=name, locale=locale, email_confirmed_at=clock.now(), password_hash=passwords.hashed(password))
    user.set_email(email)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise AlreadyThere(
            _("There is an account with this e-mail address. Sign in, then open the link again.")
        ) from None
    audit.record("account.made", user, by=user, details=details)
    return user
