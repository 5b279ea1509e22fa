"""Stopping messages by the link that each of them carries, and hearing of those that came back.

GET shows, POST acts, since mail scanners open every link.
"""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.extensions import csrf, settings
from portal.core.pages import page
from portal.notifications import actions, forms, queries

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


@bp.post("/notifications/bounces")
@public()
@csrf.exempt  # type: ignore[untyped-decorator]
def bounces() -> ResponseReturnValue:
    """What a mail provider tells of messages that came back. Only who knows PORTAL_BOUNCE_TOKEN is heard."""
    if not settings().bounce_token:
        abort(404)
    request.max_content_length = forms.LARGEST_BYTES + 1  # whether its length is told or not
    body = request.get_data(cache=False)
    if len(body) > forms.LARGEST_BYTES:
        abort(413)
    if not forms.is_signed(dict(request.headers), body, settings().bounce_token):
        actions.refuse_teller(request.remote_addr or "")
        return "", 401
    actions.take_bounces(forms.events_in(body))
    return "", 204
