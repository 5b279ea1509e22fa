"""Asking once more who somebody is before something that matters: a password, a factor, an address, an export."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.accounts import held_forms, sessions
from portal.accounts.models import User
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.transactions import SAFE_METHODS

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
LATELY = timedelta(minutes=10)
BUTTON = "button-not-taken"
"""In the session: a button that stands on another page led here, so nothing comes back that shows that it was not taken."""


def proved_lately(view: View) -> View:
    """Mark a view that asks who it is, where that was not shown within 10 minutes. Stands below the mark of access.

    What was typed comes back afterwards, filled in and not sent.
    """

    @wraps(view)
    def asked(*args: Any, **values: Any) -> ResponseReturnValue:
        return led_to_proof() or view(*args, **values)

    return asked  # type: ignore[return-value]


def led_to_proof() -> Response | None:
    """Where somebody is led who has to show once more who they are. None where they may go on."""
    current = sessions.current()
    if current is None:
        return redirect(url_for("accounts.sign_in"), 303)
    if current.user.has_second_factor and not current.is_strong:
        return redirect(url_for("accounts.sign_in", again=1), 303)
    if current.proved_at + LATELY > clock.now():
        return None
    page = request.path
    if request.method not in SAFE_METHODS:
        if held_forms.hold(current.user_id):
            session[held_forms.MARK] = g.was_held = True
        page = held_forms.page_of_form() or "/account"
        session[BUTTON] = page != request.path
    return redirect(url_for("accounts.prove", next=f"{request.script_root}{page}"), 303)


def proved() -> None:
    """They have shown it now. Whoever pressed a button before is told to press it again."""
    if (current := sessions.current()) is not None:
        current.proved_at = clock.now()
    if session.pop(BUTTON, False):
        flash(_("Thank you. Nothing was done yet: press the button again."), "note")


def ways_of(user: User) -> list[str]:
    """How a user can show who they are: "password", "code", "passkey"; where they have none of these, "link"."""
    ways = [
        way
        for way, is_there in (
            ("password", user.password_hash is not None),
            ("code", user.password_hash is None and user.totp_secret is not None),
            ("passkey", bool(user.passkeys)),
        )
        if is_there
    ]
    return ways or ["link"]
