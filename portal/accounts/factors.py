"""The second factor by an app that shows codes, by passkeys and by recovery codes: what is set up, changed and taken away.

Every change ends the user's other sessions, is told by mail and stands in the audit chain. Source: RFC 6238 (TOTP).
"""

import hmac
import json
from datetime import timedelta
from typing import Any, cast

import pyotp
from cryptography.fernet import InvalidToken
from flask import current_app
from sqlalchemy import CursorResult, or_, update

from portal.accounts import sessions, steps
from portal.accounts.arriving import recipient
from portal.accounts.models import AccountToken, User
from portal.accounts.sign_in_notifications import FactorChanged
from portal.core import audit, clock
from portal.core.brand import Brand
from portal.core.encryption import box
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.notifications.outbox import notify

STEP_SECONDS = 30
WINDOW = (0, -1, 1)
"""Steps of time whose code is taken: this one, and those beside it for clocks that are wrong."""
SETUP_LASTS = timedelta(hours=1)


class StillNeeded(DomainError):
    """A factor may not go, or lacks what it stands in for."""


def new_setup(user: User) -> tuple[str, str]:
    """A new secret, sealed for this user, and itself, for the page that sets it up: nothing is saved before a code was right."""
    secret = pyotp.random_base32()
    return box().encrypt(json.dumps({"user": str(user.id), "secret": secret}).encode()).decode(), secret


def secret_of(setup: str, user: User) -> str | None:
    """The secret in a seal, or None where it is not for this user, not ours, or too old."""
    try:
        told = json.loads(box().decrypt(setup.encode(), ttl=int(SETUP_LASTS.total_seconds())))
    except (InvalidToken, ValueError):
        return None
    return str(told["secret"]) if told.get("user") == str(user.id) else None


def address_of(secret: str, user: User) -> str:
    """What the picture for the app holds. Source: the key URI format of otpauth."""
    brand: Brand = current_app.extensions["portal.brand"]
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=brand.name)


def step_of(secret: str, code: str) -> int | None:
    """The step of time that a code belongs to, if it is one of those taken now."""
    digits, now = code.replace(" ", ""), int(clock.now().timestamp()) // STEP_SECONDS
    codes = pyotp.TOTP(secret)
    for step in (now + one for one in WINDOW):
        if hmac.compare_digest(codes.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def use_code(user: User, code: str) -> bool:
    """Whether a code of the user's app is right and was not used before; then it is used up, and so are older ones."""
    step = step_of(user.totp_secret, code) if user.totp_secret else None
    if step is None:
        return False
    used = db.session.execute(
        update(User)
        .where(User.id == user.id, or_(User.totp_last.is_(None), User.totp_last < step))
        .values(totp_last=step)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", used).rowcount == 1


def put_app(user: User, secret: str, step: int) -> None:
    """Take codes of this secret from now on, in place of any other. `step`: that of the code that proved it."""
    user.totp_secret, user.totp_last = secret, step
    changed(user, "app-added", by=user)


def take_app(user: User) -> None:
    """Take codes no more. Raises StillNeeded."""
    if not user.passkeys:
        check_can_go(user)
    user.totp_secret = user.totp_last = None
    changed(user, "app-removed", by=user)


def check_is_set_up(user: User) -> None:
    """Raises StillNeeded where there is nothing that a recovery code could stand in for."""
    if not user.has_second_factor:
        raise StillNeeded(_("Set up an app or a passkey first."))


def check_can_go(user: User) -> None:
    """Raises StillNeeded where the last factor goes of who has a role that needs one."""
    if user.needs_second_factor:
        raise StillNeeded(_("Your role needs a second step. Set up another one first, then remove this one."))
    user.recovery_codes.clear()


def reset(user: User, *, by: Viewer | str, why: str | None = None) -> None:
    """Take every second factor away from who lost it, and end all sessions. They set up another at their next sign-in.

    Who may ask for this is for the caller. The user is told by mail.
    """
    user.totp_secret = user.totp_last = None
    user.passkeys.clear()
    user.recovery_codes.clear()
    sessions.end_all(user.id)
    changed(user, "reset", by=by, why=why)


def changed(
    user: User, what: str, *, by: Viewer | str, step: AccountToken | None = None, why: str | None = None
) -> None:
    """Note that a factor changed, end the user's other sessions, and tell them. `what`: as in FactorChanged.

    `step`: the sign-in that this is part of, which goes on; all others that are half done end.
    """
    current = sessions.current() if by is user else None
    sessions.end_all(user.id, but=current.id if current else None)
    steps.end_all(user.id, but=step.id if step else None)
    audit.record(f"factor.{what}", user, by=by, why=why)
    notify(FactorChanged(what), to=recipient(user), key=f"factor:{new_id()}")
