"""Who may enter. A view without a mark is shut to all: deny is the default.

`tests/house/access_table.py` lists every endpoint with its mark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit
from portal.core.errors import NotAllowed
from portal.core.extensions import settings
from portal.core.permissions import Permission
from portal.core.viewer import viewer

View = TypeVar("View", bound=Callable[..., object])
STRANGER = "portal.access.stranger"


@dataclass(frozen=True)
class Mark:
    """What a view says of itself. `cacheable`: the page holds nothing about its viewer.

    `signed_in`: a user alone may enter; `permission`: one who may do this somewhere. `even_before`: also while the user has
    something to deal with first, such as a second factor to set up. `instead`: a permission, and the endpoint of the page to
    which those are led on who lack the first and have this one.
    """

    who: str
    cacheable: bool = False
    operator: bool = False
    signed_in: bool = False
    permission: Permission | None = None
    even_before: bool = False
    instead: tuple[Permission, str] | None = None


def public(*, cacheable: bool = False) -> Callable[[View], View]:
    """Everyone may see this view."""
    return _marking(Mark("public", cacheable=cacheable))


def operator_only() -> Callable[[View], View]:
    """Only the machine itself, or a bearer of the metrics token, may see this view."""
    return _marking(Mark("operator", operator=True))


def signed_in(*, even_before: bool = False) -> Callable[[View], View]:
    """Any user may see this view. A stranger is asked to sign in."""
    return _marking(Mark("signed in", signed_in=True, even_before=even_before))


def requires(permission: Permission, instead: tuple[Permission, str] | None = None) -> Callable[[View], View]:
    """A user who has this permission somewhere may see this view. Where exactly is for the query, which takes the viewer.

    `instead`: as in `Mark`.
    """
    return _marking(Mark(permission.value, signed_in=True, permission=permission, instead=instead))


def writes_on_get(view: View) -> View:
    """A GET of this view may save. Rare; `tests/house/access_table.py` lists those that may."""
    view._writes_on_get = True  # type: ignore[attr-defined]
    return view


def mark_of(view: object) -> Mark | None:
    """The mark of a view function, or None where it bears none."""
    return getattr(view, "_access", None)


def current_mark() -> Mark | None:
    """The mark of the view that the request is for."""
    return mark_of(current_app.view_functions.get(request.endpoint or ""))


def guard() -> ResponseReturnValue | None:
    """Before every request: shut what bears no mark, and what the viewer may not see.

    No address of ours holds a NUL byte. It leads nowhere: PostgreSQL can be asked for nothing with one in it.
    """
    if request.endpoint is None:
        return None
    if "\0" in request.path:
        abort(404)
    mark = current_mark()
    if mark is None:
        abort(404)
    if mark.operator and not _is_operator():
        abort(404)
    return _look_at_viewer(mark) if mark.signed_in else None


def init_app(app: Flask) -> None:
    """Put the guard before every view. What becomes of strangers is for `on_stranger`: refused until somebody says."""
    app.extensions[STRANGER] = lambda: abort(404)
    app.before_request(guard)


def on_stranger(app: Flask, answer: Callable[[], ResponseReturnValue]) -> None:
    """Say what to answer when somebody without a session asks for a page that needs one."""
    app.extensions[STRANGER] = answer


def _look_at_viewer(mark: Mark) -> ResponseReturnValue | None:
    who = viewer()
    if not who.is_authenticated:
        answer: Callable[[], ResponseReturnValue] = current_app.extensions[STRANGER]
        return answer()
    if who.must_first is not None and not mark.even_before:
        return redirect(who.must_first, 303)
    if mark.permission is not None and not who.can(mark.permission):
        if mark.instead is not None and who.can(mark.instead[0]):
            return redirect(url_for(mark.instead[1]), 303)
        audit.record_now("access.refused", ("endpoint", request.endpoint), by=who)
        raise NotAllowed(_("Your role does not open this page. If it should, ask the lead of your organisation."))
    return None


def _is_operator() -> bool:
    token = settings().metrics_token
    if token:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    is_here = request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    # Behind a proxy on this machine everybody would seem to be here.
    return settings().is_local and is_here


def _marking(mark: Mark) -> Callable[[View], View]:
    def put(view: View) -> View:
        view._access = mark  # type: ignore[attr-defined]
        return view

    return put
