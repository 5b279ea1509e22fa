"""Cookies of ours. All go to this site alone, over TLS alone, and no script reads them; plain http is for this machine."""

from datetime import timedelta
from typing import TypedDict

from flask import request
from werkzeug.wrappers import Response

from portal.core.extensions import settings


class _Where(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


def named(name: str) -> str:
    """A cookie's name with the strictest prefix, but for plain http on this machine."""
    return name if settings().is_local else f"__Host-{name}"


def told(name: str) -> str:
    """What the browser brought under this name; nothing where it brought none."""
    return request.cookies.get(named(name), "")


def put(response: Response, name: str, value: str, *, lasts: timedelta | None = None) -> None:
    """Give the browser a cookie. Without `lasts` it goes when the browser closes."""
    response.set_cookie(named(name), value, max_age=lasts, **_where())


def drop(response: Response, name: str) -> None:
    """Take it away."""
    response.delete_cookie(named(name), **_where())


def _where() -> _Where:
    return {"path": "/", "secure": not settings().is_local, "httponly": True, "samesite": "Lax"}
