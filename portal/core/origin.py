"""The second line against forged requests: unsafe ones must come from a page of ours, as the browser itself says."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request

from portal.core.transactions import SAFE_METHODS

OUR_OWN = frozenset({"same-origin", "none"})
HIDES = "_hides_referrer"
View = TypeVar("View", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    """Check unsafe requests before the token is looked at."""
    app.before_request(check)


def check() -> None:
    """Refuse an unsafe request that a page of another site sent."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OUR_OWN:
        abort(403)
    origin = request.headers.get("Origin")
    if origin == "null" and getattr(current_app.view_functions.get(request.endpoint or ""), HIDES, False):
        origin = None
    if site is None and origin is not None and _host_of(origin) != request.host:
        abort(403)


def hides_referrer(view: View) -> View:
    """A page of this view tells no site where it is, so older browsers send its forms from nowhere: the token alone decides."""
    setattr(view, HIDES, True)
    return view


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
