"""The feed is the same for everybody: what comes with a request is told to nobody, and any website may read what is answered.

Cookies are taken away before anything can read them, so that no answer can hang on one and every cache may keep it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from portal.feed.params import BASE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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
    app.wsgi_app = WithoutCookies(app.wsgi_app)  # type: ignore[method-assign]


class WithoutCookies:
    """WSGI layer that takes who asks out of requests for the feed, and cookies out of its answers."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not _is_of_feed(str(environ.get("PATH_INFO", ""))):
            return self.application(environ, start_response)
        for told in ("HTTP_COOKIE", "HTTP_AUTHORIZATION"):
            environ.pop(told, None)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*_without_cookies(headers)], *rest)

        return self.application(environ, start)


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


def _without_cookies(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.lower() == "vary":
            kept = [one.strip() for one in value.split(",") if one.strip().lower() != "cookie"]
            if kept:
                yield name, ", ".join(kept)
        elif name.lower() != "set-cookie":
            yield name, value
