"""Signing in and out with a password: pages, cookies, sessions, and what strangers can learn."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import User, UserSession
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser, Page
from tests.support.people import browser_as

GOOD = "purple kettle lawn"
EMAIL = "sam@people.example.org"


@pytest.fixture
def sam(active_app: Flask, make: Make) -> User:
    """An editor with a password."""
    organisation = make.organisation()
    return make.user("editor", organisation=organisation, email=EMAIL, password_hash=passwords.hashed(GOOD))


def _try(browser: Browser, email: str = EMAIL, password: str = GOOD, *, expect: int = 303, **more: str) -> Page:
    return browser.post("/sign-in", {"email": email, "password": password, **more}, expect=expect)


def _cookies(page: Page) -> dict[str, str]:
    return {one.partition("=")[0]: one for one in page.headers.getlist("Set-Cookie")}


def test_a_password_signs_in_and_the_button_signs_out(app: Flask, browser: Browser, make: Make, sam: User) -> None:
    page = browser.get("/sign-in")
    assert page.one("#email")["autocomplete"] == "username"
    assert page.one("#password")["autocomplete"] == "current-password"
    _try(browser, email=" SAM@people.example.org ")
    assert "Sam Okafor" in browser.get("/account").main
    out = browser.post("/sign-out", expect=303)
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert re.search(r"session=;.*(Max-Age=0|1970)", _cookies(out)["session"])
    assert browser.get("/account", expect=303).headers["Location"].startswith("/sign-in?next=/account")
    row = db.session.scalars(select(UserSession)).one()
    assert row.ended_at is not None
    done = [one.action for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))]
    assert done == ["session.began", "session.ended"]


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(browser: Browser, sam: User) -> None:
    for name in ("session", "device"):
        flags = _cookies(_try(browser))[name]
        assert "HttpOnly" in flags and "SameSite=Lax" in flags and "Path=/" in flags and "Domain" not in flags
        browser.client.delete_cookie("session")


def test_every_sign_in_has_a_session_of_its_own_and_the_one_of_before_ends(
    app: Flask, browser: Browser, sam: User
) -> None:
    """Nothing that a browser held before goes on: no session that somebody else put there, no token of a form."""
    browser.client.set_cookie("session", "planted-by-somebody-else")
    csrf = browser.csrf_token()
    _try(browser)
    first = browser.client.get_cookie("session")
    assert first is not None and first.value != "planted-by-somebody-else"
    browser.post("/sign-out", {"csrf_token": csrf}, expect=400)
    _try(browser)
    second = browser.client.get_cookie("session")
    assert second is not None and second.value != first.value
    old, new = db.session.scalars(select(UserSession).order_by(UserSession.created_at)).all()
    assert old.ended_at is not None and new.ended_at is None


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_signing_in_and_out_need_a_token_and_a_page_of_ours(
    sqlite_app: Flask, browser: Browser, sam: User, path: str
) -> None:
    told = {"email": EMAIL, "password": GOOD}
    browser.post(path, told, csrf=False, expect=400)
    token = browser.csrf_token()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = browser.client.post(path, data={**told, "csrf_token": token}, headers=headers)
        assert answer.status_code == 403
    assert browser.client.get("/sign-out").status_code == 405


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "wrong wrong wrong"), ("nobody@people.example.org", GOOD), (EMAIL, ""), ("", GOOD)]
)
def test_a_wrong_try_says_so_and_keeps_the_address(browser: Browser, sam: User, email: str, password: str) -> None:
    page = _try(browser, email, password, expect=422)
    assert page.one("#email")["value"] == email
    assert page.one("#password").get("value") is None
    assert page.select(".error-summary a") and not browser.client.get_cookie("session")


def test_known_and_unknown_accounts_get_the_same_answer_by_the_same_work(
    app: Flask, browser: Browser, make: Make, sam: User, count_statements: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, words and length; as many statements, and one check of a password each, by the same parameters."""
    make.user(
        "moderator", email="off@people.example.org", password_hash=passwords.hashed(GOOD), deactivated_at=clock.now()
    )
    make.user("moderator", email="non@people.example.org")
    seen, work = [], []
    real = passwords._hasher(1)

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            work.append(kept.rpartition("$")[0].rpartition("$")[0])
            return real.verify(kept, password)

        check_needs_rehash = staticmethod(real.check_needs_rehash)

    passwords._of_nobody(1)
    monkeypatch.setattr(passwords, "_hasher", lambda _megabytes: Counting())
    _try(browser, "warm@people.example.org", expect=422)
    for name in ("sam", "off", "non", "who"):
        work.clear()
        with count_statements() as statements:  # type: ignore[operator]
            page = _try(browser, f"{name}@people.example.org", "wrong wrong wrong", expect=422)
        told = re.sub(r'value="[^"]{60,}"', "", page.html).replace(f"{name}@", "@")
        seen.append((told, len(page.html), [re.sub(r"\s+", " ", one)[:60] for one in statements], tuple(work)))
    assert len(seen[0][3]) == 1
    for one in seen[1:]:
        for told, first in zip(one, seen[0], strict=True):
            assert told == first


@pytest.mark.parametrize(
    "away",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aX: y", "javascript:alert(1)", "/sign-out"],
)
def test_going_on_stays_at_home(browser: Browser, sam: User, away: str) -> None:
    to = _try(browser, next=away).headers["Location"]
    assert to == "/account" or to.startswith("/group")


def test_going_on_leads_to_the_page_that_was_asked_for(browser: Browser, sam: User) -> None:
    asked = browser.get("/cy/account/devices?x=1", expect=303).headers["Location"]
    assert asked.startswith("/cy/sign-in?next=")
    page = browser.get(asked)
    told = page.form("/cy/sign-in")
    assert _try(browser, next=told["next"]).headers["Location"] == "/cy/account/devices?x=1"
    assert browser.get("/sign-in?next=/account/details", expect=303).headers["Location"] == "/account/details"


def test_pages_of_signing_in_are_kept_by_nobody(browser: Browser, sam: User) -> None:
    for path in ("/sign-in", "/sign-in/link", "/sign-in/link/sent"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_a_deactivated_user_does_not_come_in(browser: Browser, sam: User) -> None:
    sam.deactivated_at = clock.now()
    _try(browser, expect=422)


def test_a_password_of_older_parameters_is_hashed_anew_at_sign_in(browser: Browser, sam: User) -> None:
    from argon2 import PasswordHasher

    sam.password_hash = PasswordHasher(time_cost=1, memory_cost=512, parallelism=1).hash(GOOD)
    _try(browser)
    assert "m=1024" in str(db.session.get_one(User, sam.id).password_hash)


def test_a_new_device_is_told_and_a_known_one_is_not(app: Flask, browser: Browser, mailbox: Mailbox, sam: User) -> None:
    _try(browser)
    assert mailbox.all == []
    _try(Browser(app))
    assert [one.subject for one in mailbox.to(EMAIL)] == ["You signed in on a new device"]
    browser.post("/sign-out", expect=303)
    _try(browser)
    assert len(mailbox.all) == 1


def test_a_refusal_and_a_sign_in_stand_in_the_audit_chain(app: Flask, browser: Browser, sam: User) -> None:
    _try(browser, password="wrong wrong wrong", expect=422)
    _try(browser, "who@people.example.org", expect=422)
    _try(browser)
    told = [
        (one.action, one.subject_id, one.details)
        for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    ]
    assert told == [
        ("sign-in.refused", str(sam.id), {}),
        ("sign-in.refused", None, {}),
        ("session.began", str(sam.id), {"factor": "password", "is_strong": False}),
    ]


def test_a_busy_moment_is_said_with_a_time_and_no_password_is_put_on_the_page(
    browser: Browser, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    full = threading.BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(passwords, "_strangers", full)
    page = _try(browser, expect=503)
    assert page.headers["Retry-After"] == "5"
    assert GOOD not in page.html


def test_a_session_that_was_left_alone_is_over(app: Flask, make: Make) -> None:
    user = make.user("editor", organisation=make.organisation())
    browser = browser_as(app, user)
    with clock.freeze(clock.now() + timedelta(hours=13)):
        answer = browser.get("/account", expect=303)
        assert answer.headers["Location"] == "/sign-in?next=/account&out=1"
        assert "signed out to keep information safe" in browser.follow(answer).main


def test_in_production_every_cookie_is_for_https_and_this_host_alone(sqlite_app: Flask, make: Make, sam: User) -> None:
    from dataclasses import replace

    from tests.conftest import _application

    app = _application(replace(sqlite_app.extensions["portal.settings"], base_url="https://support.example.org"))
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://support.example.org")
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))[0]
    told = {"email": EMAIL, "password": GOOD, "csrf_token": token}
    headers = {"Referer": "https://support.example.org/sign-in"}
    answer = client.post("/sign-in", data=told, base_url="https://support.example.org", headers=headers)
    assert answer.status_code == 303
    cookies = {one.partition("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}
    assert {"__Host-session", "__Host-device"} <= set(cookies)
    for name, cookie in cookies.items():
        assert name.startswith("__Host-") and "Secure" in cookie and "HttpOnly" in cookie and "Domain" not in cookie
