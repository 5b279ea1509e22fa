"""Stopping messages by the link that each of them carries. GET shows, POST acts, since mail scanners open every link."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.extensions import csrf
from portal.core.pages import page
from portal.notifications import actions, queries

bp = Blueprint("notifications", __name__)


@bp.get("/notifications/stop/<string:token>")
@public()
def stop(token: str) -> ResponseReturnValue:
    """What stops and what does not, with one button."""
    message = queries.message_to_stop(token)
    return page("notifications/stop.html", token=token, is_stopped=queries.is_topic_stopped(message))


@bp.post("/notifications/stop/<string:token>")
@public()
@csrf.exempt  # type: ignore[untyped-decorator]
def stop_now(token: str) -> ResponseReturnValue:
    """Stop, or take it back. A mail program asks with one click and no cookie (RFC 8058); the token alone entitles."""
    message = queries.message_to_stop(token)
    if request.form.get("again") == "yes":
        actions.start_again(message)
    else:
        actions.stop(message)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return "", 200
    return redirect(url_for(".stop", token=token), 303)
