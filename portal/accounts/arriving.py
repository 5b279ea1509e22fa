"""What follows once somebody has shown who they are: the second step, or a session of their own."""

from flask import flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from portal.accounts import devices, held_forms, sessions, steps
from portal.accounts.models import AccountToken, User
from portal.accounts.places import places_of
from portal.accounts.sign_in_notifications import NewDevice
from portal.core import audit
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.returning import own_path
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

SECOND_STEP = steps.SECOND
AFTER = "after"
"""Where to go once a second factor is set up, kept in the signed cookie."""


def recipient(user: User) -> Recipient:
    """How a user is written to."""
    return Recipient(email=user.email, locale=user.locale, user_id=user.id)


def home_of(user: User) -> str:
    """Where somebody goes who did not ask for a page: the first of their places, or their account."""
    places = places_of(user)
    return url_for(places[0].endpoint if places else "accounts.home")


def wanted() -> str:
    """The page of ours that this request wants to go on to, or nothing."""
    path = own_path(request.values.get("next"), "")
    return "" if path.startswith(("/sign-in", "/sign-out")) else path


def arrive(user: User, *, factor: str, is_strong: bool, to: str = "") -> Response:
    """Go on after a first factor, or after both (`is_strong`). `to`: a page of ours, or nothing.

    Who has a second factor is asked for it before anything opens. The session that this browser had ends.
    """
    if not is_strong and user.has_second_factor:
        token = steps.begin(SECOND_STEP, user=user, factor=factor, next=to)
        response = redirect(url_for("accounts.second_step"), 303)
        steps.put_cookie(response, token)
        return response
    is_new = devices.known_device(user.email) is None and user.signed_in_at is not None
    response = _signed_in(user, factor=factor, is_strong=is_strong, to=to)
    if is_new:
        notify(NewDevice(), to=recipient(user), key=f"new-device:{new_id()}")
    return response


def arrive_by_step(step: AccountToken, user: User, *, factor: str, to: str = "") -> Response:
    """Go on after the second factor. Of two requests with the same step one may."""
    if not steps.spend(step):
        return redirect(url_for("accounts.sign_in"), 303)
    before = str(step.payload.get("factor") or "")
    whole = f"{before}+{factor}" if before else factor
    response = arrive(user, factor=whole, is_strong=True, to=to or str(step.payload.get("next") or ""))
    steps.drop_cookie(response)
    return response


def strengthen(user: User, response: Response) -> None:
    """Put a new, strong session in place of the weak one in which a second factor was set up."""
    before = sessions.current()
    if before is None or before.is_strong:
        return
    after = session.get(AFTER)
    _begin(user, response, factor=before.factor, is_strong=True)
    if after:
        session[AFTER] = after


def leave() -> Response:
    """Sign out: the session ends, and the browser forgets what it kept of these pages.

    Cookies are dropped by name: to clear all would take those of neighbouring sites, and the sign that this device is known.
    """
    if (current := sessions.current()) is not None:
        sessions.end([current.id])
        audit.record("session.ended", ("user_session", current.id), by=current.user)
    session.clear()
    flash(_("You have signed out."), "done")
    response = redirect(url_for("accounts.sign_in"), 303)
    sessions.drop_cookie(response)
    steps.drop_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _signed_in(user: User, *, factor: str, is_strong: bool, to: str) -> Response:
    response = redirect(to or home_of(user), 303)
    _begin(user, response, factor=factor, is_strong=is_strong)
    devices.remember(response, user)
    if not is_strong and user.needs_second_factor:
        session[AFTER] = to
    held_forms.announce(user.id)
    return response


def _begin(user: User, response: Response, *, factor: str, is_strong: bool) -> None:
    """A session under a new token; the one that this browser had ends, and so does all that its cookies held."""
    if (old := sessions.current()) is not None:
        sessions.end([old.id])
    named = devices.browser_name(request.headers.get("User-Agent", ""))
    token = sessions.begin(user, factor=factor, is_strong=is_strong, device=named)
    audit.record("session.began", user, by=user, details={"factor": factor, "is_strong": is_strong})
    session.clear()
    sessions.put_cookie(response, token)
