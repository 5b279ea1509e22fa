"""What somebody had typed when their session ended comes back as a filled form once they have signed in. Source: journeys.md 15.

It is kept encrypted for 30 minutes, for that user alone, and never sent by itself. Works for every page whose form is a
`FlaskForm` and is shown at its own address, or at the one that it was sent from: a form that is made for a GET takes what is
held for that page as if it were typed. A page that fills its form afterwards, or reads what was sent by itself, asks `typed`.
Files, passwords and codes are never kept.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, g, has_request_context, request, session
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.accounts.models import HeldForm, UserSession
from portal.accounts.person import user_or_none
from portal.core import clock
from portal.core.extensions import db
from portal.core.sent_again import is_secret
from portal.core.tokens import hash_of
from portal.core.transactions import SAFE_METHODS
from portal.core.viewer import session_cookie

LASTS = timedelta(minutes=30)
KNOWN_FOR = timedelta(days=7)
"""How long after its last request an ended session still tells whose it was."""
LARGEST = 200_000
"""Letters of one form; what is longer is not kept."""
MOST = 5
"""Forms of one user."""
MARK = "held"
"""In the signed cookie: something may be held for who signed in here, so that nobody else's pages ask the database."""

_sent = FlaskForm.Meta.wrap_formdata


def init_app(app: Flask) -> None:
    """Let forms take what is held for their page, and forget it once it was sent."""
    FlaskForm.Meta.wrap_formdata = _sent_or_held
    app.after_request(_forget_sent)
    app.jinja_env.globals["is_refilled"] = lambda: bool(g.get("is_refilled"))


def owner_of_ended() -> UUID | None:
    """Whose session this browser had, where it is over."""
    token = request.cookies.get(session_cookie(), "")
    found = db.session.scalar(select(UserSession).where(UserSession.token_hash == hash_of(token))) if token else None
    if found is None or not found.user.is_active or found.seen_at + KNOWN_FOR < clock.now():
        return None
    return found.user_id


def page_of_form() -> str | None:
    """The path of the page that shows the form which this request sends, without its language; None where nobody can tell."""
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.path
    parts = urlsplit(request.referrer or "")
    return parts.path.removeprefix(request.script_root) or None if parts.netloc == request.host else None


def hold(user_id: UUID) -> bool:
    """Keep what this request typed for its user. False where there is nothing to keep, or too much."""
    path = page_of_form()
    body = json.dumps([[name, value] for name, value in request.form.items(multi=True) if not is_secret(name)])
    if path is None or body == "[]" or len(body) > LARGEST:
        return False
    before = _all_of(user_id)
    for number, one in enumerate(before):
        if one.path == path or number >= MOST - 1:
            db.session.delete(one)
    now = clock.now()
    db.session.add(HeldForm(user_id=user_id, path=path, body=body, created_at=now, expires_at=now + LASTS))
    return True


def typed() -> MultiDict[str, str] | None:
    """What the page in hand has to show as typed: what is being sent, or on a GET what is held for it. None: what stands."""
    if request.method not in SAFE_METHODS:
        return request.form
    held = _of_page()
    g.is_refilled = held is not None or g.get("is_refilled", False)
    return held


def typed_as(name: str) -> str | None:
    """What is typed under one name, or None."""
    values = typed()
    return values.get(name) if values is not None else None


def announce(user_id: UUID) -> None:
    """Note in the cookie of who just signed in that something is held for them."""
    if _all_of(user_id):
        session[MARK] = True


def _all_of(user_id: UUID) -> list[HeldForm]:
    question = select(HeldForm).where(HeldForm.user_id == user_id, HeldForm.expires_at > clock.now())
    return list(db.session.scalars(question.order_by(HeldForm.created_at.desc(), HeldForm.id)))


def _sent_or_held(meta: Any, form: Any, formdata: Any) -> Any:
    given = _sent(meta, form, formdata)
    if given is not None or formdata is not _Auto or not has_request_context() or request.method != "GET":
        return given
    held = _of_page()
    if held is None or not {name.partition("-")[0] for name in held} & set(form._fields):
        return None
    g.is_refilled = True
    return held


def _of_page() -> MultiDict[str, str] | None:
    """What is held for the page in hand, asked for once a request."""
    if "held_form" not in g:
        g.held_form = None
        if session.get(MARK) and (user := user_or_none()) is not None:
            body = next((one.body for one in _all_of(user.id) if one.path == request.path), None)
            g.held_form = MultiDict([(name, value) for name, value in json.loads(body)]) if body else None
    held: MultiDict[str, str] | None = g.held_form
    return held


def _forget_sent(response: Response) -> Response:
    """Once a form was taken, what was held for it goes."""
    if request.method in SAFE_METHODS or response.status_code >= 400 or not session.get(MARK):
        return response
    user, path = user_or_none(), page_of_form()
    if user is not None and not g.get("was_held"):
        rows = _all_of(user.id)
        for one in rows:
            if one.path == path:
                db.session.delete(one)
    return response
