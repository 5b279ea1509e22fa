"""Who may enter. A view without a mark is shut to all: deny is the default.

`tests/house/access_table.py` lists every endpoint with its mark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar

from flask import Flask, abort, current_app, request

from portal.core.extensions import settings

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Mark:
    """What a view says of itself. `cacheable`: the page holds nothing about its viewer."""

    who: str
    cacheable: bool = False
    operator: bool = False


def public(*, cacheable: bool = False) -> Callable[[View], View]:
    """Everyone may see this view."""
    return _marking(Mark("public", cacheable=cacheable))


def operator_only() -> Callable[[View], View]:
    """Only the machine itself, or a bearer of the metrics token, may see this view."""
    return _marking(Mark("operator", operator=True))


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


def guard() -> None:
    """Before every request: shut what bears no mark, and what the viewer may not see."""
    if request.endpoint is None:
        return
    mark = current_mark()
    if mark is None:
        abort(404)
    if mark.operator and not _is_operator():
        abort(404)


def init_app(app: Flask) -> None:
    """Put the guard before every view."""
    app.before_request(guard)


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
