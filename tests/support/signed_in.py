"""Pages of a real browser, each in a window of its own in which somebody is signed in, or nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, ViewportSize
from sqlalchemy import inspect

from portal.accounts.models import User
from portal.core.extensions import db
from tests.support.people import session_of

Pages = Callable[..., Page]


@contextmanager
def pages_of(app: Flask, chromium: Chromium, site: str) -> Iterator[Pages]:
    """`open_page(path, user, size=..., scripts=...)`: a page at a path of the site; without a path, an empty one.

    Each is of a session that began just now. All of them are closed in the end.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        path: str | None = None, user: User | None = None, *, size: ViewportSize | None = None, scripts: bool = True
    ) -> Page:
        options: dict[str, Any] = {"viewport": size} if size is not None else {}
        context = chromium.new_context(base_url=site, java_script_enabled=scripts, **options)
        contexts.append(context)
        if user is not None:
            anew = db.session.get_one(User, inspect(user).identity)  # whoever read them may be gone
            name, token = session_of(app, anew)
            context.add_cookies([{"name": name, "value": token, "url": site}])
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
