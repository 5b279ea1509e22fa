"""Recovery codes: ten for who lost the app or the passkey. Each works once; the database holds their hashes alone."""

import json
import secrets
from datetime import timedelta
from typing import Any, cast

from cryptography.fernet import InvalidToken
from sqlalchemy import CursorResult, update

from portal.accounts import factors
from portal.accounts.models import AccountToken, RecoveryCode, User
from portal.core import clock
from portal.core.encryption import box
from portal.core.extensions import db
from portal.core.tokens import hash_of

MANY = 10
FEW = 3
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look like others."""
PARTS, LETTERS_A_PART = 4, 4
SHOWN_FOR = timedelta(minutes=15)
CODE = "recovery"


def make(user: User) -> list[str]:
    """Ten new codes, of about 79 bits each, in place of all others. They can be seen now and never again."""
    codes = ["-".join(_part() for _one in range(PARTS)) for _two in range(MANY)]
    user.recovery_codes = [RecoveryCode(code_hash=_hash(one)) for one in codes]
    return codes


def left(user: User) -> int:
    """How many may still be used."""
    return sum(1 for one in user.recovery_codes if one.used_at is None)


def use(user: User, code: str, *, step: AccountToken) -> bool:
    """Whether a code is one of theirs and was not used; then it is used up, and they are told. `step`: the sign-in it is for."""
    used = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(code), RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", used).rowcount != 1:
        return False
    db.session.expire(user, ["recovery_codes"])
    factors.changed(user, "code-used", by="person", step=step)
    return True


def sealed(codes: list[str]) -> str:
    """Codes for the cookie of who made them, unreadable to the browser, until the page with them was left."""
    return box().encrypt(json.dumps(codes).encode()).decode()


def unsealed(text: str) -> list[str] | None:
    """The same again, or None where they are no longer shown."""
    try:
        codes: list[str] = json.loads(box().decrypt(text.encode(), ttl=int(SHOWN_FOR.total_seconds())))
    except (InvalidToken, ValueError):
        return None
    return codes


def _part() -> str:
    return "".join(secrets.choice(LETTERS) for _one in range(LETTERS_A_PART))


def _hash(code: str) -> str:
    return hash_of("".join(one for one in code.casefold() if one.isalnum()))
