"""One's own account: name, password, devices, and what happened lately."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import devices, passwords
from portal.accounts.models import User, UserSession
from portal.core import clock
from portal.core.extensions import db
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import browser_as

GOOD, BETTER = "purple kettle lawn", "eleven quiet tractors"
EMAIL = "sam@people.example.org"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def sam(active_app: Flask, make: Make) -> User:
    organisation = make.organisation("Larkfield Circle")
    return make.user("editor", organisation=organisation, email=EMAIL, password_hash=passwords.hashed(GOOD))


def test_the_account_says_who_one_is_and_what_one_may(sqlite_app: Flask, sam: User) -> None:
    page = browser_as(sqlite_app, sam, is_strong=False).get("/account")
    for words in ("Sam Okafor", EMAIL, "English", "Editor", "Larkfield Circle", "You are signed in on 1 device."):
        assert words in page.main


def test_name_and_language_are_changed(sqlite_app: Flask, sam: User) -> None:
    browser = browser_as(sqlite_app, sam, is_strong=False)
    page = browser.post("/account/details", {"name": "  ", "locale": "cy"}, expect=422)
    assert page.select(".error-summary a[href='#name']")
    browser.post("/account/details", {"name": "نور الهدى <b>", "locale": "xx"}, expect=422)
    page = browser.follow(browser.post("/account/details", {"name": "نور الهدى <b>", "locale": "cy"}, expect=303))
    assert "نور الهدى <b>" in page.main and "Cymraeg" in page.main
    assert (db.session.get_one(User, sam.id).name, db.session.get_one(User, sam.id).locale) == ("نور الهدى <b>", "cy")


def test_a_new_password_ends_all_other_sessions_and_is_told(sqlite_app: Flask, mailbox: Mailbox, sam: User) -> None:
    here, there = browser_as(sqlite_app, sam, is_strong=False), browser_as(sqlite_app, sam, is_strong=False)
    page = here.get("/account/password")
    assert page.one("#new_password")["autocomplete"] == "new-password"
    here.post("/account/password", {"old_password": "wrong wrong wrong", "new_password": BETTER}, expect=422)
    for easy in ("short", "password1234", "larkfieldcircle1", GOOD):
        here.post("/account/password", {"old_password": GOOD, "new_password": easy}, expect=422)
    here.post("/account/password", {"old_password": GOOD, "new_password": BETTER}, expect=303)
    assert "Your password is changed" in here.get("/account").main
    there.get("/account", expect=303)
    assert [one.subject for one in mailbox.to(EMAIL)] == ["Your password was changed"]
    Browser(sqlite_app).post("/sign-in", {"email": EMAIL, "password": GOOD}, expect=422)
    Browser(sqlite_app).post("/sign-in", {"email": EMAIL, "password": BETTER}, expect=303)


def test_who_has_no_password_must_have_shown_who_they_are_to_set_one(sqlite_app: Flask, make: Make) -> None:
    user = make.user("editor", organisation=make.organisation())
    browser = browser_as(sqlite_app, user, is_strong=False)
    with clock.freeze(MONDAY + timedelta(minutes=11)):
        led = browser.post("/account/password", {"new_password": BETTER}, expect=303)
        assert led.headers["Location"] == "/account/prove?next=/account/password"
        assert "Get a new link by e-mail" in browser.follow(led).main
    browser = browser_as(sqlite_app, user, is_strong=False)
    browser.post("/account/password", {"new_password": BETTER}, expect=303)


def test_devices_are_listed_by_name_and_ended_one_by_one_or_all(sqlite_app: Flask, make: Make, sam: User) -> None:
    here = browser_as(sqlite_app, sam, is_strong=False)
    phone = Browser(sqlite_app)
    told = {"email": EMAIL, "password": GOOD, "csrf_token": phone.csrf_token()}
    assert phone.client.post("/sign-in", data=told, headers={"User-Agent": ANDROID}).status_code == 303
    page = here.get("/account/devices")
    assert page.words(".sheet__row strong")[0] == "An unknown browser" and "This device" in page.main
    assert "Chrome on Android" in page.main and "192.0.2" not in page.html and "127.0.0.1" not in page.main
    end = page.one("form[action$='/end']")["action"]
    stranger = browser_as(sqlite_app, make.user("editor", organisation=make.organisation()), is_strong=False)
    stranger.post(str(end), expect=404)
    here.post(str(end), expect=303)
    phone.get("/account", expect=303)
    third = browser_as(sqlite_app, sam, is_strong=False)
    here.post("/account/devices/end-others", expect=303)
    third.get("/account", expect=303)
    assert "Signed out" in here.get("/account/devices").main


def test_the_device_in_hand_was_last_used_now_and_a_page_asks_for_that_once(
    app: Flask, sam: User, count_statements: Callable[[], Any]
) -> None:
    here = browser_as(app, sam, is_strong=False)
    later = clock.now() + timedelta(minutes=25)
    with clock.freeze(later), count_statements() as seen:
        page = here.get("/account/devices")
    assert f"Last used {clock.local(later):%-I.%M}" in page.main.replace(":", ".")
    assert db.session.scalars(select(UserSession.seen_at)).one() == later
    assert sum("token_hash = " in one or "user_session.id = " in one for one in seen if "SELECT" in one) == 1


def test_no_address_of_a_network_is_kept(sqlite_app: Flask, sam: User) -> None:
    browser = Browser(sqlite_app)
    told = {"email": EMAIL, "password": GOOD, "csrf_token": browser.csrf_token()}
    browser.client.post(
        "/sign-in", data=told, environ_base={"REMOTE_ADDR": "203.0.113.77"}, headers={"User-Agent": ANDROID}
    )
    row = db.session.scalars(select(UserSession)).one()
    assert row.device == "Chrome|Android"
    assert "203.0.113.77" not in repr(vars(row))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
         "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
         "Samsung Internet on Android"),
        ("curl/8.5", "An unknown browser"),
        ("", "An unknown browser"),
        ("<script>" * 50, "An unknown browser"),
    ],
)  # fmt: skip
def test_browsers_have_the_names_that_people_know(sqlite_app: Flask, agent: str, name: str) -> None:
    with sqlite_app.test_request_context():
        assert devices.shown(devices.browser_name(agent)) == name


def test_what_happened_lately_is_ones_own(sqlite_app: Flask, make: Make, sam: User) -> None:
    Browser(sqlite_app).post("/sign-in", {"email": EMAIL, "password": "wrong wrong wrong"}, expect=422)
    Browser(sqlite_app).post("/sign-in", {"email": "who@people.example.org", "password": GOOD}, expect=422)
    browser = Browser(sqlite_app)
    browser.post("/sign-in", {"email": EMAIL, "password": GOOD}, expect=303)
    lately = browser.get("/account/devices").words(".sheet__list p:first-child")
    assert lately == ["Signed in", "Somebody tried to sign in and was not let in"]


def test_a_passkey_of_somebody_else_is_not_there(sqlite_app: Flask, make: Make, sam: User) -> None:
    browser = browser_as(sqlite_app, sam, is_strong=False)
    other = "7c3d8a5e-0000-4000-8000-000000000000"
    browser.get(f"/account/second-factor/passkeys/{other}", expect=404)
    browser.post(f"/account/second-factor/passkeys/{other}/remove", expect=404)
    browser.post(f"/account/devices/{other}/end", expect=404)
