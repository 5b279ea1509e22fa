"""The answers of a form of several pages while it is being filled in: encrypted on the server, found by a cookie's token.

The cookie holds a signed token and nothing else. Each form of one visitor has its own row, found by the hash of the token with
what the form is for. A row goes after a day (`portal.referrals.sweeping`). Once the form was sent it holds the reference and the
code alone, for half an hour.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from portal.core import clock, cookies
from portal.core.extensions import db
from portal.core.signing import timed_signer
from portal.core.tokens import hash_of, new_token
from portal.referrals.models import KeptAnswers

COOKIE = "answers"
LASTS = timedelta(days=1)
SHOWN_FOR = timedelta(minutes=30)
"""How long the page that says the code can be looked at again in the same browser."""


@dataclass(frozen=True)
class About:
    """What a form is for: "refer" with a service, or "link-worker"."""

    purpose: str
    service_id: UUID | None = None


@dataclass
class Kept:
    """What a visitor has told so far. `done`: the pages that were answered. `sent`: reference and code, once it was sent."""

    told: dict[str, Any] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    sent: dict[str, str] | None = None
    is_known: bool = False


def kept(about: About, *, is_to_be_sent: bool = False) -> Kept:
    """What this visitor told of this form; nothing where they told nothing, or a cookie is old, broken or not ours.

    `is_to_be_sent`: hold the row until the transaction ends, so that of several that send it at once each sees what the one
    before did.
    """
    token = _token()
    row = _row(token, about, is_held=is_to_be_sent) if token else None
    if row is None:
        return Kept()
    held = row.answers
    return Kept(dict(held.get("told", {})), list(held.get("done", [])), held.get("sent"), is_known=True)


def keep(response: Response, about: About, kept: Kept) -> None:
    """Keep what was told for another day."""
    token = _token()
    if token is None:
        token, _hash = new_token()
    cookies.put(response, COOKIE, str(_signer().dumps(token)), lasts=LASTS)
    lasts = SHOWN_FOR if kept.sent else LASTS
    row = _row(token, about, is_held=True, is_any=True) or _new_row(token, about)
    row.answers = {"told": {}, "sent": kept.sent} if kept.sent else {"told": kept.told, "done": kept.done}
    row.expires_at = clock.now() + lasts


def forget(about: About) -> None:
    """Keep nothing of this form any more."""
    token = _token()
    if token is not None:
        db.session.execute(delete(KeptAnswers).where(KeptAnswers.token_hash == _hashed(token, about)))


def _row(token: str, about: About, *, is_held: bool, is_any: bool = False) -> KeptAnswers | None:
    wanted = select(KeptAnswers).where(KeptAnswers.token_hash == _hashed(token, about))
    if not is_any:
        wanted = wanted.where(KeptAnswers.expires_at > clock.now())
    if is_held:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(wanted)


def _new_row(token: str, about: About) -> KeptAnswers:
    row = KeptAnswers(
        purpose=about.purpose, token_hash=_hashed(token, about), service_id=about.service_id, expires_at=clock.now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # the same browser sent the same page twice at once
        return _row(token, about, is_held=True, is_any=True) or row
    return row


def _token() -> str | None:
    try:
        told = _signer().loads(cookies.told(COOKIE), max_age=int(LASTS.total_seconds()))
    except BadData:
        return None
    return told if isinstance(told, str) else None


def _hashed(token: str, about: About) -> str:
    return hash_of(f"{about.purpose}:{about.service_id or ''}:{token}")


def _signer() -> URLSafeTimedSerializer:
    return timed_signer("portal.selfreferral.answers")
