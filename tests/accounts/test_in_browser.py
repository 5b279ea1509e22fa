"""The pages of one's own account in a real browser: passkeys, with and without script, and what axe finds."""

import re
from collections.abc import Iterator
from datetime import timedelta
from os import environ
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.models import Passkey, User, UserSession
from portal.core import clock
from portal.core.extensions import db
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.people import session_of

GOOD = "purple kettle lawn"
EMAIL = "mo@people.example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PICTURES = environ.get("PORTAL_TEST_PICTURES")
"""A folder for pictures of the pages, for looking at them."""


@pytest.fixture
def mo(sqlite_app: Flask, make: Make) -> User:
    """A moderator with a password and no second factor yet."""
    return make.user("moderator", email=EMAIL, name="Mo Larkfield", password_hash=passwords.hashed(GOOD))


@pytest.fixture
def here(site: str) -> str:
    """The address of the site by name: a passkey cannot belong to a number."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def context(chromium: Chromium) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=SIZES["desk"])
    yield context
    context.close()


def _with_authenticator(page: Page) -> None:
    """A passkey device that says yes at once, as a finger would."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_in(page: Page, here: str) -> None:
    page.goto(f"{here}/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def test_a_passkey_is_set_up_and_signs_in_alone_and_as_the_second_step(
    sqlite_app: Flask, context: BrowserContext, here: str, mo: User
) -> None:
    page = context.new_page()
    _with_authenticator(page)
    _sign_in(page, here)
    expect(page).to_have_url(re.compile("/account/second-factor$"))
    page.get_by_label("A name for it").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("button", name="I have kept them. Go on").click()
    page.goto(f"{here}/account")
    expect(page.get_by_text("Passkey: Work laptop")).to_be_visible()
    _sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    _sign_out(page)
    _sign_in(page, here)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    db.session.rollback()
    told = db.session.execute(select(UserSession.factor, UserSession.is_strong).order_by(UserSession.created_at)).all()
    assert [tuple(one) for one in told] == [
        ("password", False), ("password", True), ("passkey", True), ("password+passkey", True),
    ]  # fmt: skip
    assert db.session.scalars(select(Passkey)).one().used_at is not None


def test_a_passkey_that_this_browser_does_not_have_is_said(context: BrowserContext, here: str, mo: User) -> None:
    page = context.new_page()
    page.goto(f"{here}/sign-in")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('no')); }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("Your browser did not use a passkey"))


def test_an_answer_to_an_old_challenge_or_of_another_user_is_no_sign_in(
    sqlite_app: Flask, context: BrowserContext, here: str, mo: User
) -> None:
    """What a passkey signed once is of no use again."""
    page = context.new_page()
    _with_authenticator(page)
    _sign_in(page, here)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    _sign_out(page)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.url.endswith("/sign-in/passkey") else None)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    _sign_out(page)
    page.evaluate(
        """(credential) => {
            const form = document.querySelector("form.passkey");
            form.elements.credential.value = credential;
            form.submit();
        }""",
        dict(part.split("=", 1) for part in sent[0].split("&"))["credential"].replace("%22", '"'),
    )
    expect(page.get_by_text("This passkey did not sign you in.")).to_be_visible()


def test_everything_but_a_passkey_works_without_script(
    sqlite_app: Flask, chromium: Chromium, here: str, mo: User
) -> None:
    context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=False)
    page = context.new_page()
    _sign_in(page, here)
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".account-key").inner_text().replace(" ", "")
    page.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".account-codes li")).to_have_count(10)
    code = page.locator(".account-codes li").first.inner_text()
    page.get_by_role("button", name="I have kept them. Go on").click()
    page.goto(f"{here}/account")
    _sign_out(page)
    _sign_in(page, here)
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{here}/account")
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    expect(page.get_by_role("button", name="Show")).to_have_count(0)
    context.close()


def test_a_form_comes_back_filled_in_with_and_without_script(
    sqlite_app: Flask, chromium: Chromium, here: str, make: Make
) -> None:
    make.user("editor", organisation=make.organisation(), email=EMAIL, password_hash=passwords.hashed(GOOD))
    db.session.commit()
    for has_script in (True, False):
        context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=has_script)
        page = context.new_page()
        _sign_in(page, here)
        expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
        page.goto(f"{here}/account/details")
        page.get_by_label("Your name").fill("Samira of Larkfield")
        db.session.rollback()
        db.session.query(UserSession).update({UserSession.seen_at: clock.now() - timedelta(hours=13)})
        db.session.commit()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out to keep information safe")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(GOOD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_label("Your name")).to_have_value("Samira of Larkfield")
        expect(page.get_by_text("Nothing has been sent yet")).to_be_visible()
        context.close()


def test_a_password_can_be_shown_and_pasted(context: BrowserContext, here: str) -> None:
    page = context.new_page()
    page.goto(f"{here}/sign-in")
    field = page.get_by_label("Password", exact=True)
    field.fill(GOOD)
    page.get_by_role("button", name="Show: Password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide: Password").click()
    expect(field).to_have_attribute("type", "password")
    assert page.evaluate("!document.querySelector('[onpaste], [autocomplete=off]')")


@pytest.mark.parametrize(("sizes", "prefix"), [(NARROW_AND_WIDE, ""), (("narrow",), "/ur")], ids=["en", "ur"])
def test_axe_finds_nothing_on_any_page_of_an_account(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make, sizes: tuple[str, ...], prefix: str
) -> None:
    bare = make.user("moderator", email=EMAIL, name="Mo Larkfield", password_hash=passwords.hashed(GOOD))
    lead = make.user(
        "lead", organisation=make.organisation("Larkfield Circle"), name="Samira Okafor-Larkfield",
        email="a-rather-long-address.of-somebody@people.example.org", totp_secret=SECRET,
        password_hash=passwords.hashed(GOOD),
        passkeys=[Passkey(credential_id="aaaa", public_key=b"k", name="Work laptop")],
    )  # fmt: skip
    cookies = [session_of(sqlite_app, bare, is_strong=False), session_of(sqlite_app, lead)]
    email, passkey = lead.email, lead.passkeys[0].id
    db.session.commit()
    context = chromium.new_context()
    page = context.new_page()
    seen = iter(range(100))

    def look(path: str) -> None:
        page.goto(f"{site}{prefix}{path}")
        check()

    def check() -> None:
        for size in sizes:
            check_at(page, [size])
            if PICTURES:
                picture(page, Path(PICTURES), f"account-{size}-{prefix.strip('/') or 'en'}-{next(seen):02}")

    for path in (
        "/sign-in",
        "/sign-in?out=kept&next=/account",
        "/sign-in/link",
        "/sign-in/link/sent",
        "/sign-in/link/forged",
    ):
        look(path)
    page.goto(f"{site}{prefix}/sign-in")
    page.locator("main form .button").first.click()
    page.locator(".error-summary").wait_for()
    check()
    page.locator("#email").fill(email)
    page.locator("#password").fill(GOOD)
    page.locator("main form .button").first.click()
    page.locator("#code").wait_for()
    check()
    look("/sign-in/recovery-code")
    for (name, token), paths in zip(cookies, (
        ("/account/second-factor", "/account/second-factor/app"),
        ("/account", "/account/details", "/account/password", "/account/devices", "/account/second-factor",
         "/account/second-factor/recovery-codes", "/account/prove?next=/account",
         f"/account/second-factor/passkeys/{passkey}"),
    ), strict=True):  # fmt: skip
        context.add_cookies([{"name": name, "value": token, "url": site}])
        for path in paths:
            look(path)
    page.goto(f"{site}{prefix}/account/second-factor")
    page.locator("section:has(#codes) button").click()
    page.locator(".account-codes").wait_for()
    check()
    context.close()
