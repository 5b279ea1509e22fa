"""The feed is the same for everybody: no answer hangs on who asks, and any website may read it."""

from flask import Flask, Response, request

from portal.core.cookieless import WithoutCookies
from portal.feed.params import BASE

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
BEFORE_ASKING = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "public, max-age=86400",
}
"""For OPTIONS: a browser that asks whether it may send If-None-Match from another site."""


def init_app(app: Flask) -> None:
    """Put it around the application."""
    app.after_request(_open)
    app.wsgi_app = WithoutCookies(app.wsgi_app, _is_of_feed)  # type: ignore[method-assign]


def _is_of_feed(path: str) -> bool:
    return path == BASE or path.startswith(f"{BASE}/")


def _open(response: Response) -> Response:
    if not _is_of_feed(request.path):
        return response
    told = HEADERS | (BEFORE_ASKING if request.method == "OPTIONS" else {})
    for name, value in told.items():
        response.headers[name] = value
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
