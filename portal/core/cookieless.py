"""Addresses that are the same for everybody: what comes with a request tells nobody who asks, and no cookie is set.

Cookies are taken away before anything can read them, so that no answer can hang on one, every cache may keep it, and whoever is
signed in here gets what everybody gets.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MARKS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")


class WithoutCookies:
    """WSGI layer that takes marks of a visitor out of requests, and cookies out of what is answered.

    `is_open`: whether a path, with its language, is one of those addresses.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], is_open: Callable[[str], bool]) -> None:
        self.application = application
        self._is_open = is_open

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self._is_open(str(environ.get("PATH_INFO", ""))):
            return self.application(environ, start_response)
        for mark in MARKS:
            environ.pop(mark, None)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*_without_cookies(headers)], *rest)

        return self.application(environ, start)


def _without_cookies(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.lower() == "vary":
            kept = [one.strip() for one in value.split(",") if one.strip().lower() != "cookie"]
            if kept:
                yield name, ", ".join(kept)
        elif name.lower() != "set-cookie":
            yield name, value
