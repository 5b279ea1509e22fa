"""Who asks, through so many proxies as are trusted, and no word of what visitors claim."""

import re
from dataclasses import replace

import pytest
from flask import Flask, request

from portal.app import create_app
from portal.core.settings import Settings
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

CLAIMED = "198.51.100.66, 203.0.113.5, 192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "told", "seen"),
    [
        (0, CLAIMED, "127.0.0.1"),
        (1, CLAIMED, "192.0.2.1"),
        (2, CLAIMED, "203.0.113.5"),
        (2, "203.0.113.5", "127.0.0.1"),
        (1, "198.51.100.66, 2001:db8::7", "2001:db8::7"),
    ],
)
def test_an_address_is_the_one_that_the_outermost_trusted_proxy_saw(
    sqlite_app: Flask, settings: Settings, proxies: int, told: str, seen: str
) -> None:
    app = create_app(replace(settings, trusted_proxies=proxies))
    found: list[str | None] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: found.append(request.remote_addr))
    app.test_client().get("/privacy", headers={"X-Forwarded-For": told, "Forwarded": "for=198.51.100.66"})
    assert found == [seen]


def test_a_host_that_a_visitor_claims_is_refused_or_passed_over(sqlite_app: Flask, settings: Settings) -> None:
    names = ("X-Forwarded-Host", "X-Host", "X-Original-Host")
    direct = create_app(replace(settings, trusted_proxies=0)).test_client()
    for name in names:
        page = direct.get("/", headers={name: "evil.example", "X-Forwarded-Prefix": "/evil"})
        assert page.status_code == 200 and "evil" not in page.get_data(as_text=True)
    behind = create_app(replace(settings, trusted_proxies=1)).test_client()
    assert behind.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400


def test_a_link_in_a_mail_leads_to_our_address_whatever_host_was_asked(
    sqlite_app: Flask, make: Make, mailbox: Mailbox
) -> None:
    make.user("editor", organisation=make.organisation(), email="sam@people.example.org")
    browser = Browser(sqlite_app)
    told = {"email": "sam@people.example.org", "csrf_token": browser.csrf_token()}
    asked = browser.client.post(
        "/sign-in/link", data=told, base_url="http://localhost:6666", headers={"X-Forwarded-Host": "evil.example"}
    )
    assert asked.status_code == 303
    assert set(re.findall(r"https?://[^/\s]+", mailbox.one.text)) == {"http://127.0.0.1:8000"}
