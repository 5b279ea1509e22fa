"""What lies between two pages of signing in: a row that a short-lived cookie points to, spent once.

Holds who has shown a password and still owes a second factor, and the challenge that a passkey has to sign. It is no session:
it opens nothing.
"""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from werkzeug.wrappers import Response

from portal.accounts.models import AccountToken, User
from portal.core import clock, cookies
from portal.core.extensions import db
from portal.core.tokens import hash_of, new_token

COOKIE = "step"
LASTS = timedelta(minutes=10)
SECOND = "second-step"
"""The purpose of a step between the password and the second factor."""


def begin(purpose: str, *, user: User | None = None, **payload: Any) -> str:
    """A new step; gives the token for its cookie. `payload` is plain JSON without personal data."""
    token, hashed = new_token()
    db.session.add(
        AccountToken(
            purpose=purpose,
            token_hash=hashed,
            user_id=user.id if user else None,
            payload=payload,
            expires_at=clock.now() + LASTS,
        )
    )
    return token


def current(*purposes: str) -> AccountToken | None:
    """The step that this browser is in, if it is of one of these purposes and not over."""
    token = cookies.told(COOKIE)
    if not token:
        return None
    return db.session.scalar(
        select(AccountToken).where(
            AccountToken.token_hash == hash_of(token),
            AccountToken.purpose.in_(purposes),
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > clock.now(),
        )
    )


def put(step: AccountToken, name: str, value: Any) -> None:
    """Keep something more with a step."""
    step.payload = {**step.payload, name: value}


def spend(step: AccountToken) -> bool:
    """Use a step or a link up. False where another request was first."""
    spent = db.session.execute(
        update(AccountToken)
        .where(AccountToken.id == step.id, AccountToken.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", spent).rowcount == 1


def end_all(user_id: UUID, *, but: UUID | None = None) -> None:
    """Nobody goes on with a sign-in of this user that is half done, but perhaps with one: what it rests on has changed."""
    question = update(AccountToken).where(
        AccountToken.user_id == user_id, AccountToken.purpose == SECOND, AccountToken.used_at.is_(None)
    )
    if but is not None:
        question = question.where(AccountToken.id != but)
    db.session.execute(question.values(used_at=clock.now()).execution_options(synchronize_session=False))


def put_cookie(response: Response, token: str) -> None:
    """Give the browser the token of its step."""
    cookies.put(response, COOKIE, token, lasts=LASTS)


def drop_cookie(response: Response) -> None:
    """The step is over."""
    cookies.drop(response, COOKIE)
