"""What comes with a request for a widget tells nobody who asks: its cookies are taken away before anything can read them.

So the pages are the same for who is signed in here and who is not, may be kept by caches, and need no notice about cookies on
the websites that show them.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FIRST = "widget"


class WithoutCookies:
    """WSGI layer that takes cookies and other marks of a visitor out of requests for widgets, in whatever language, and out of
    what is answered: no cookie is set, and caches are not told that an answer hangs on one.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], languages: tuple[str, ...]) -> None:
        self.application = application
        self.languages = frozenset(languages)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self._is_for_widget(str(environ.get("PATH_INFO", ""))):
            return self.application(environ, start_response)
        for told in ("HTTP_COOKIE", "HTTP_AUTHORIZATION"):
            environ.pop(told, None)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*_without_cookies(headers)], *rest)

        return self.application(environ, start)

    def _is_for_widget(self, path: str) -> bool:
        first, _, rest = path.removeprefix("/").partition("/")
        return FIRST in (first, rest.partition("/")[0] if first in self.languages else "")


def _without_cookies(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.lower() == "vary":
            kept = [one.strip() for one in value.split(",") if one.strip().lower() != "cookie"]
            if kept:
                yield name, ", ".join(kept)
        elif name.lower() != "set-cookie":
            yield name, value
