"""Somebody at the pages of a real server, over HTTP: keeps cookies, reads forms, and comes from another address each time."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import Cookie, CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

Typed = dict[str, Any]
AWAY = (URLError, HTTPException, OSError)
"""What is raised while nobody answers, or where an answer ends early."""


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_told: object) -> None:
        return None


class _Form(HTMLParser):
    """A form: each field with what a browser would send of it."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Typed = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name")
        if tag == "input" and name and (told.get("type") not in {"checkbox", "radio"} or "checked" in told):
            self._put(name, told.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            self.told[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in told or self._select not in self.told):
            self.told[self._select] = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.told[self._area] += data

    def _put(self, name: str, value: str) -> None:
        before = self.told.get(name)
        several = [*before, value] if isinstance(before, list) else [before, value]
        self.told[name] = value if before is None else several


@dataclass(frozen=True)
class Answer:
    """One answer. `path`: where it leads to, or where it came from."""

    status: int
    path: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def form(self, action: str) -> Typed | None:
        """What the form with this action would send as it stands; None where there is none."""
        found = re.search(rf'(?s)<form[^>]*\baction="{re.escape(escape(action))}".*?</form>', self.html)
        if found is None:
            return None
        read = _Form()
        read.feed(found[0])
        return read.told

    @property
    def words(self) -> str:
        """The words of the main part."""
        main = re.search(r"(?s)<main.*?</main>", self.html)
        return " ".join(re.sub("<[^>]+>", " ", main[0] if main else self.html).split())


class Visitor:
    """One browser."""

    def __init__(self, site: str, cookie: tuple[str, str] | None = None, *, patience: float = 30.0) -> None:
        self.site, self.patience = site, patience
        self.jar = CookieJar()
        if cookie is not None:
            name, value = cookie
            self.jar.set_cookie(
                Cookie(0, name, value, None, False, "127.0.0.1", True, False, "/", True, False, None, False, None, None, {})
            )  # fmt: skip
        self._opener = build_opener(HTTPCookieProcessor(self.jar), _Stay)

    def get(self, path: str) -> Answer:
        """Ask for a page. Raises one of AWAY where nobody answers."""
        return self.open(path)

    def post(self, path: str, typed: Typed) -> Answer:
        """Send a form. Raises one of AWAY where nobody answers: it may have been taken all the same."""
        return self.open(path, typed)

    def open(self, path: str, typed: Typed | None = None) -> Answer:
        """The answer; redirects are not followed."""
        asked = Request(self.site + path, urlencode(typed, doseq=True).encode() if typed is not None else None)
        asked.add_header("Origin", self.site)
        asked.add_header("X-Forwarded-For", f"198.51.{secrets.randbelow(250)}.{secrets.randbelow(250) + 1}")
        try:
            with self._opener.open(asked, timeout=self.patience) as answer:
                return Answer(answer.status, path, answer.read().decode(), dict(answer.headers))
        except HTTPError as error:
            there = error.headers.get("Location")
            parts = urlsplit(there or path)
            leads_to = parts.path + (f"?{parts.query}" if parts.query else "")
            return Answer(error.code, leads_to, error.read().decode(), dict(error.headers))
