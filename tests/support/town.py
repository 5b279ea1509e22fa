"""The site as people meet it: a real browser for each who takes part, and a real mail server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.notifications.senders import current
from tests.support.chromium import SIZES
from tests.support.mail_server import Listener, listening, text_of
from tests.support.people import session_of


class Town:
    """The site, its mail, and one context of a browser for each who takes part."""

    def __init__(self, site: str, chromium: Chromium, mails: Listener, *, script: bool) -> None:
        self.site, self.chromium, self.mails, self.script = site, chromium, mails, script
        self.contexts: list[BrowserContext] = []

    def person(self) -> Page:
        context = self.chromium.new_context(viewport=SIZES["phone"], java_script_enabled=self.script)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    def work(self) -> None:
        """What the worker does: everything that waits."""
        db.session.remove()
        work_until_idle()
        db.session.remove()

    def mail_to(self, address: str, subject: str) -> str:
        """The newest mail of that subject, as text."""
        self.work()
        found = [
            text_of(mail)
            for mail, to in zip(self.mails.mails, self.mails.recipients, strict=True)
            if to == address and re.search(subject, str(mail["Subject"]))
        ]
        assert found, [str(mail["Subject"]) for mail in self.mails.mails]
        return found[-1]

    def link_in(self, text: str, path: str) -> str:
        found = re.search(rf"http://127\.0\.0\.1:8000({path}[\w/.-]+)", text)
        assert found, text
        return self.site + found[1]

    def signed_in(self, app: Flask, user: User, *, size: str = "desk") -> Page:
        """A page of somebody whose sign-in is not what is told here."""
        name, token = session_of(app, user)
        context = self.chromium.new_context(viewport=SIZES[size], java_script_enabled=self.script)
        context.add_cookies([{"name": name, "value": token, "url": self.site}])
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    def close(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            context.close()


@contextmanager
def mail_from(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A real mail server that takes what the site sends."""
    with listening() as listener:
        settings = replace(app.extensions["portal.settings"], mail_url=listener.url)
        monkeypatch.setitem(app.extensions, current.NAME, current.senders_of(settings))
        yield listener
