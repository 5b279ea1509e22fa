"""Signed-in devices: rows in the database, found by the hash of a random token in a cookie.

They end when left alone, after their longest time, at sign-out, and when a password, a factor or a role changes.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, Request, g, request
from flask_login import LoginManager
from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.wrappers import Response

from portal.accounts.models import User, UserSession
from portal.accounts.roles import CHARITY, ROLES, Role, Times
from portal.core import clock, cookies
from portal.core.database import is_reading, without_waiting
from portal.core.extensions import db
from portal.core.tokens import hash_of, new_token
from portal.core.transactions import beside, short
from portal.core.viewer import SESSION, Nobody, session_cookie

SEEN_EVERY = timedelta(minutes=1)
SET_UP_FACTOR = "/account/second-factor"
WITH_ROLES = joinedload(UserSession.user).joinedload(User.memberships)
OF_TOKEN = (
    select(UserSession)
    .where(UserSession.token_hash == bindparam("hashed"), UserSession.ended_at.is_(None))
    .options(WITH_ROLES)
)
"""Who looks and what they may: what every signed-in page asks first, put together once."""


def begin(user: User, *, factor: str, is_strong: bool, device: str | None = None) -> str:
    """Open a session; gives the token for the cookie. Sessions that this browser had are the caller's to end."""
    token, hashed = new_token()
    now = clock.now()
    db.session.add(
        UserSession(
            user_id=user.id,
            token_hash=hashed,
            factor=factor,
            is_strong=is_strong,
            device=device,
            created_at=now,
            seen_at=now,
            proved_at=now,
            ends_at=now + times_of(user).longest,
        )
    )
    user.signed_in_at = now
    return token


def end(session_ids: Sequence[UUID]) -> None:
    """End these sessions."""
    _end(UserSession.id.in_(list(session_ids)))


def end_all(user_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of a user, but perhaps the one they are in."""
    condition = UserSession.user_id == user_id
    _end(condition & (UserSession.id != but) if but else condition)


def current() -> UserSession | None:
    """The session of this request, or None."""
    _user_of(request)
    found: UserSession | None = g.get("user_session")
    return found


def times_of(user: User) -> Times:
    """The shortest times among the roles that a user holds."""
    held = [ROLES[Role(one.role)].times for one in user.held] or [CHARITY]
    return Times(min(one.idle for one in held), min(one.longest for one in held))


def put_cookie(response: Response, token: str) -> None:
    """Give the browser its token. It goes when the browser closes; the row says when it ends in any case."""
    cookies.put(response, SESSION, token)


def drop_cookie(response: Response) -> None:
    """Take the token away."""
    cookies.drop(response, SESSION)


def init_app(app: Flask) -> None:
    """Let Flask-Login find the user of a request by its cookie."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = Nobody
    manager.request_loader(_user_of)


def _user_of(asked: Request) -> User | None:
    token = asked.cookies.get(session_cookie(), "")
    if not token:
        return None
    if "user_session" not in g:
        g.user_session = _session_of(token)
    found: UserSession | None = g.user_session
    return found.user if found else None


def _session_of(token: str) -> UserSession | None:
    now = clock.now()
    found = db.session.scalars(OF_TOKEN, {"hashed": hash_of(token)}).unique().one_or_none()
    if found is None or found.ends_at <= now or not found.user.is_active:
        return None
    if found.seen_at + times_of(found.user).idle <= now:
        return None
    if found.seen_at + SEEN_EVERY <= now and not (db.session.new or db.session.dirty):
        found = _seen(found, now)
        if found is None:
            return None
    if found.user.needs_second_factor and not found.is_strong:
        found.user.must_first = SET_UP_FACTOR
    return found


def _seen(found: UserSession, now: datetime) -> UserSession | None:
    """Note that a session is in use. Gives it as it is then, which for a page that only reads needs no second question.

    Where somebody else holds the database, the next request notes it: pages are read meanwhile.
    """
    session_id, only_reads = found.id, is_reading()
    with suppress(OperationalError), without_waiting(), (beside if only_reads else short)() as session:
        session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now))
    if not only_reads:
        return db.session.get(UserSession, session_id)
    set_committed_value(found, "seen_at", now)
    return found


def _end(condition: ColumnElement[bool]) -> None:
    db.session.execute(
        update(UserSession)
        .where(condition, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )
