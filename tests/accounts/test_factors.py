"""The second factor: who must have one, how it is set up and asked for, and what stands in for it."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import factors, passwords, recovery_codes
from portal.accounts.models import RecoveryCode, User, UserSession
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser, Page
from tests.support.people import browser_as

GOOD = "purple kettle lawn"
EMAIL = "mo@people.example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.freeze(NOON):
        yield


def _moderator(make: Make, **columns: object) -> User:
    return make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), **columns)


def _code(secret: str = SECRET, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + 30 * steps)


def _password(browser: Browser) -> Page:
    return browser.post("/sign-in", {"email": EMAIL, "password": GOOD}, expect=303)


def test_a_password_alone_opens_nothing_for_who_has_a_second_factor(app: Flask, browser: Browser, make: Make) -> None:
    _moderator(make, totp_secret=SECRET)
    assert _password(browser).headers["Location"] == "/sign-in/second-step"
    assert browser.client.get_cookie("session") is None
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert browser.get("/account", expect=303).headers["Location"].startswith("/sign-in?")
    page = browser.get("/sign-in/second-step")
    assert page.one("#code")["autocomplete"] == "one-time-code"
    browser.post("/sign-in/second-step", {"code": f"{_code()[:3]} {_code()[3:]}"}, expect=303)
    browser.get("/account")
    row = db.session.scalars(select(UserSession)).one()
    assert (row.factor, row.is_strong) == ("password+totp", True)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_codes_of_three_steps_are_taken(browser: Browser, make: Make, steps: int, *, is_taken: bool) -> None:
    _moderator(make, totp_secret=SECRET)
    _password(browser)
    browser.post("/sign-in/second-step", {"code": _code(steps=steps)}, expect=303 if is_taken else 422)


def test_a_code_works_once_and_older_ones_with_it(app: Flask, make: Make) -> None:
    _moderator(make, totp_secret=SECRET)
    for steps, expect in ((0, 303), (0, 422), (-1, 422), (1, 303)):
        browser = Browser(app)
        _password(browser)
        browser.post("/sign-in/second-step", {"code": _code(steps=steps)}, expect=expect)


def test_a_step_leads_in_once_and_for_ten_minutes(app: Flask, browser: Browser, make: Make) -> None:
    _moderator(make, totp_secret=SECRET)
    _password(browser)
    step = browser.client.get_cookie("step")
    assert step is not None
    browser.post("/sign-in/second-step", {"code": _code()}, expect=303)
    other = Browser(app)
    other.client.set_cookie("step", step.value)
    assert other.get("/sign-in/second-step", expect=303).headers["Location"] == "/sign-in"
    third = Browser(app)
    with clock.freeze(NOON + timedelta(minutes=1)):
        _password(third)
    with clock.freeze(NOON + timedelta(minutes=11, seconds=5)):
        third.get("/sign-in/second-step", expect=303)


def test_guessing_codes_is_slowed(browser: Browser, make: Make) -> None:
    _moderator(make, totp_secret=SECRET)
    _password(browser)
    for _number in range(5):
        browser.post("/sign-in/second-step", {"code": "000000"}, expect=422)
    page = browser.post("/sign-in/second-step", {"code": _code()}, expect=429)
    assert int(page.headers["Retry-After"]) <= 300
    with clock.freeze(NOON + timedelta(minutes=5, seconds=1)):
        browser.post("/sign-in/second-step", {"code": _code()}, expect=303)


def test_a_role_that_needs_a_second_factor_is_led_to_set_one_up(app: Flask, browser: Browser, make: Make) -> None:
    """With an app, without script: the code has to be right before anything counts. Then ten codes, shown once."""
    _moderator(make)
    browser.post("/sign-in", {"email": EMAIL, "password": GOOD, "next": "/account/devices"}, expect=303)
    first = browser.client.get_cookie("session")
    assert browser.get("/account", expect=303).headers["Location"] == "/account/second-factor"
    browser.get("/account/second-factor")
    page = browser.get("/account/second-factor/app")
    secret = page.one(".account-key").get_text().replace(" ", "")
    setup = str(page.one("input[name=setup]")["value"])
    assert page.one(".square svg") and secret not in page.one(".square").decode()
    wrong = browser.post("/account/second-factor/app", {"code": "000000", "setup": setup}, expect=422)
    assert wrong.one(".account-key").get_text().replace(" ", "") == secret
    assert db.session.scalars(select(User.totp_secret)).one() is None
    done = browser.post("/account/second-factor/app", {"code": _code(secret), "setup": setup}, expect=303)
    second = browser.client.get_cookie("session")
    assert first and second and first.value != second.value
    codes = browser.follow(done)
    assert len(codes.select(".account-codes li")) == 10
    assert (
        browser.post("/account/second-factor/recovery-codes/kept", expect=303).headers["Location"] == "/account/devices"
    )
    assert not browser.get("/account/second-factor/recovery-codes").select(".account-codes")
    browser.get("/account")


def test_a_setup_of_somebody_else_or_of_yesterday_is_not_taken(app: Flask, make: Make) -> None:
    user, other = _moderator(make), make.user("moderator")
    browser = browser_as(app, user, is_strong=False)
    with app.test_request_context():
        setup, secret = factors.new_setup(other)
    browser.post("/account/second-factor/app", {"code": _code(secret), "setup": setup}, expect=422)
    browser.post("/account/second-factor/app", {"code": _code(secret), "setup": "forged"}, expect=422)
    assert db.session.get_one(User, user.id).totp_secret is None


def test_a_weak_session_reaches_only_what_sets_a_factor_up(app: Flask, make: Make) -> None:
    browser = browser_as(app, _moderator(make), is_strong=False)
    for path in ("/account", "/account/details", "/account/password", "/account/devices"):
        assert browser.get(path, expect=303).headers["Location"] == "/account/second-factor"


def test_a_weak_session_cannot_change_the_factor_of_who_has_one(app: Flask, make: Make) -> None:
    user = _moderator(make)
    browser = browser_as(app, user, is_strong=False)
    user = db.session.get_one(User, user.id)
    user.totp_secret = SECRET
    db.session.commit()
    assert browser.get("/account/second-factor/app", expect=303).headers["Location"].startswith("/sign-in")
    browser.post("/account/second-factor/recovery-codes", expect=303)
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_an_editor_may_choose_a_second_factor_and_is_then_asked_for_it(
    app: Flask, make: Make, mailbox: Mailbox
) -> None:
    user = make.user("editor", organisation=make.organisation(), email=EMAIL, password_hash=passwords.hashed(GOOD))
    browser, elsewhere = browser_as(app, user, is_strong=False), browser_as(app, user, is_strong=False)
    page = browser.get("/account/second-factor/app")
    secret = page.one(".account-key").get_text().replace(" ", "")
    told = {"code": _code(secret), "setup": str(page.one("input[name=setup]")["value"])}
    browser.post("/account/second-factor/app", told, expect=303)
    browser.get("/account")
    elsewhere.get("/account", expect=303)
    assert [one.subject for one in mailbox.to(EMAIL)] == ["The second step of your account was changed"]
    assert _password(Browser(app)).headers["Location"] == "/sign-in/second-step"


def test_a_recovery_code_works_once_and_its_owner_is_told(app: Flask, make: Make, mailbox: Mailbox) -> None:
    user_id = _moderator(make, totp_secret=SECRET).id
    with unit():
        user = db.session.get_one(User, user_id)
        codes = recovery_codes.make(user)
    assert len(set(codes)) == 10 and all(len(one) == 19 for one in codes)
    assert not set(codes) & set(db.session.scalars(select(RecoveryCode.code_hash)))
    browser = Browser(app)
    _password(browser)
    browser.get("/sign-in/recovery-code")
    browser.post("/sign-in/recovery-code", {"code": "aaaa-bbbb-cccc-dddd"}, expect=422)
    browser.post("/sign-in/recovery-code", {"code": codes[0].upper().replace("-", " ")}, expect=303)
    browser.get("/account")
    assert mailbox.to(EMAIL)[0].subject == "The second step of your account was changed"
    assert "recovery code" in mailbox.to(EMAIL)[0].text
    again = Browser(app)
    _password(again)
    again.post("/sign-in/recovery-code", {"code": codes[0]}, expect=422)


def test_it_is_said_when_few_recovery_codes_are_left(app: Flask, make: Make) -> None:
    user_id = _moderator(make, totp_secret=SECRET).id
    with unit():
        user = db.session.get_one(User, user_id)
        codes = recovery_codes.make(user)
        db.session.flush()
        for one in user.recovery_codes[4:]:
            db.session.delete(one)
    browser = Browser(app)
    kept = {recovery_codes._hash(one) for one in codes} & set(db.session.scalars(select(RecoveryCode.code_hash)))
    mine = next(one for one in codes if recovery_codes._hash(one) in kept)
    _password(browser)
    page = browser.follow(browser.post("/sign-in/recovery-code", {"code": mine}, expect=303))
    page = browser.follow(page) if page.status == 303 else page
    assert "You have 3 recovery codes left. Make new ones" in page.main


def test_the_last_factor_of_a_role_that_needs_one_stays(app: Flask, make: Make) -> None:
    moderator = browser_as(app, _moderator(make, totp_secret=SECRET))
    page = moderator.post("/account/second-factor/app/remove", expect=422)
    assert "Set up another one first" in page.main
    editor = make.user("editor", organisation=make.organisation(), totp_secret=SECRET)
    browser_as(app, editor).post("/account/second-factor/app/remove", expect=303)
    assert db.session.get_one(User, editor.id).totp_secret is None


def test_somebody_who_manages_accounts_can_reset_a_lost_factor(app: Flask, make: Make, mailbox: Mailbox) -> None:
    """All sessions end, sign-ins that are half done too; the next one leads to setting up another."""
    user, chief = _moderator(make, totp_secret=SECRET), make.user("administrator")
    signed_in, half = browser_as(app, user), Browser(app)
    _password(half)
    user_id, chief_id = user.id, chief.id
    with unit():
        factors.reset(db.session.get_one(User, user_id), by=db.session.get_one(User, chief_id))
    signed_in.get("/account", expect=303)
    assert half.get("/sign-in/second-step", expect=303).headers["Location"] == "/sign-in"
    assert "taken away" in mailbox.to(EMAIL)[0].text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "factor.reset")).one()
    assert (entry.actor_id, entry.subject_id) == (str(chief_id), str(user_id))
    assert browser_path(app) == "/account/second-factor"


def test_a_sign_in_that_is_half_done_ends_when_the_password_changes(app: Flask, browser: Browser, make: Make) -> None:
    user = _moderator(make, totp_secret=SECRET)
    owner = browser_as(app, user)
    _password(browser)
    owner.post("/account/password", {"old_password": GOOD, "new_password": "eleven quiet tractors"}, expect=303)
    assert browser.post("/sign-in/second-step", {"code": _code()}, expect=303).headers["Location"] == "/sign-in"


def test_a_weak_session_of_who_has_a_factor_by_now_can_sign_in_again(app: Flask, make: Make) -> None:
    user = _moderator(make)
    browser = browser_as(app, user, is_strong=False)
    db.session.get_one(User, user.id).totp_secret = SECRET
    db.session.commit()
    page = browser.follow(browser.get("/account/second-factor/app", expect=303))
    assert page.select("#password")


def browser_path(app: Flask) -> str:
    """Where the user is led who signs in with the password."""
    browser = Browser(app)
    _password(browser)
    return str(browser.get("/account", expect=303).headers["Location"])


def test_changing_factors_asks_once_more_who_it_is(app: Flask, make: Make) -> None:
    user = _moderator(make, totp_secret=SECRET)
    browser = browser_as(app, user)
    with clock.freeze(NOON + timedelta(minutes=11)):
        asked = browser.get("/account/second-factor/app", expect=303)
        assert asked.headers["Location"] == "/account/prove?next=/account/second-factor/app"
        browser.follow(asked)
        told = {"password": "wrong wrong wrong", "next": "/account/second-factor/app"}
        browser.post("/account/prove", told, expect=422)
        assert (
            browser.post("/account/prove", {**told, "password": GOOD}, expect=303).headers["Location"] == told["next"]
        )
        browser.get("/account/second-factor/app")
