"""What somebody typed when their session ended comes back filled in, for them alone, and is never sent by itself."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.accounts import passwords, tidying
from portal.accounts.models import HeldForm, User
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import MONDAY, Make
from tests.support.page import Browser, Page
from tests.support.people import browser_as, session_of

GOOD = "purple kettle lawn"
LATER = MONDAY + timedelta(hours=13)
TYPED = {"name": "Samira Okafor-Larkfield", "locale": "cy"}


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def sam(active_app: Flask, make: Make) -> User:
    organisation = make.organisation()
    return make.user(
        "editor", organisation=organisation, email="sam@people.example.org", password_hash=passwords.hashed(GOOD)
    )


def _sign_in(browser: Browser, email: str = "sam@people.example.org", **more: str) -> Page:
    return browser.post("/sign-in", {"email": email, "password": GOOD, **more}, expect=303)


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(HeldForm)) or 0


def test_a_form_comes_back_filled_in_after_signing_in_and_is_not_sent(app: Flask, sam: User) -> None:
    browser = browser_as(app, sam, is_strong=False)
    with clock.freeze(LATER):
        led = browser.post("/account/details", TYPED, expect=303)
        page = browser.follow(led)
        assert page.one("h1").get_text() == "You have been signed out to keep information safe"
        assert "kept for 30 minutes" in page.main
        next_page = page.form("/sign-in")["next"]
        assert next_page == "/account/details"
        back = browser.follow(_sign_in(browser, next=next_page))
        assert back.one("#name")["value"] == TYPED["name"]
        assert back.one("#locale option[selected]")["value"] == "cy"
        assert "Nothing has been sent yet" in back.main and not back.select(".error-summary")
        assert db.session.get_one(User, sam.id).name == "Sam Okafor"
        browser.get("/account/password"), browser.get("/account")
        browser.post("/account/details", TYPED, expect=303)
        assert db.session.get_one(User, sam.id).name == TYPED["name"]
        assert _count() == 0
        assert "Nothing has been sent yet" not in browser.get("/account/details").main


def test_nobody_else_gets_it_on_the_same_device(app: Flask, make: Make, sam: User) -> None:
    make.user(
        "editor", organisation=make.organisation(), email="eve@people.example.org", password_hash=passwords.hashed(GOOD)
    )
    browser = browser_as(app, sam, is_strong=False)
    with clock.freeze(LATER):
        browser.post("/account/details", TYPED, expect=303)
        _sign_in(browser, "eve@people.example.org")
        page = browser.get("/account/details")
        assert TYPED["name"] not in page.html and "Nothing has been sent yet" not in page.main
        browser.post("/sign-out", expect=303)
        _sign_in(browser)
        assert browser.get("/account/details").one("#name")["value"] == TYPED["name"]


def test_it_is_gone_after_half_an_hour(app: Flask, sam: User) -> None:
    browser = browser_as(app, sam, is_strong=False)
    with clock.freeze(LATER):
        browser.post("/account/details", TYPED, expect=303)
    with clock.freeze(LATER + timedelta(minutes=30, seconds=1)):
        _sign_in(browser)
        assert browser.get("/account/details").one("#name")["value"] == "Sam Okafor"
        with unit():
            tidying.tidy()
        assert _count() == 0


def test_it_lies_encrypted_and_without_passwords_codes_and_tokens(app: Flask, sam: User) -> None:
    browser = browser_as(app, sam, is_strong=False)
    with clock.freeze(LATER):
        told = {"old_password": GOOD, "new_password": "another long one", "code": "123456", "words": "kept words"}
        browser.post("/account/password", told, expect=303)
        row = db.session.scalars(select(HeldForm)).one()
        assert row.body == '[["words", "kept words"]]'
        raw = "".join(str(one) for one in db.session.execute(text("select path, body from held_form")).one())
        assert "kept words" not in raw and "/account" not in raw


def test_strangers_and_forged_sessions_and_forms_of_other_sites_keep_nothing(app: Flask, sam: User) -> None:
    for browser in (Browser(app), Browser(app)):
        browser.post("/account/details", TYPED, expect=303)
        browser.client.set_cookie("session", "forged")
    _name, token = session_of(app, sam)
    with clock.freeze(LATER):
        forged = Browser(app)
        forged.client.set_cookie("session", token)
        answer = forged.client.post("/account/details", data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert _count() == 0


def test_a_user_who_was_shut_out_leaves_nothing_behind(app: Flask, sam: User) -> None:
    browser = browser_as(app, sam, is_strong=False)
    sam = db.session.get_one(User, sam.id)
    sam.deactivated_at = clock.now()
    db.session.commit()
    browser.post("/account/details", TYPED, expect=303)
    assert _count() == 0


def test_the_newest_form_of_a_page_counts_and_few_are_kept(app: Flask, sam: User) -> None:
    browser = browser_as(app, sam, is_strong=False)
    with clock.freeze(LATER):
        for number in range(3):
            browser.post("/account/details", {"name": f"Number {number}", "locale": "en"}, expect=303)
        assert _count() == 1
        huge = {"name": "x" * 250_000, "locale": "en"}
        assert "out=1" in browser.post("/account/prove", huge, expect=303).headers["Location"]
        _sign_in(browser)
        assert browser.get("/account/details").one("#name")["value"] == "Number 2"


def test_asking_once_more_who_it_is_gives_back_what_was_typed(app: Flask, sam: User, make: Make) -> None:
    """The same where the session goes on, but its proof is old."""
    browser = browser_as(
        app, make.user("moderator", password_hash=passwords.hashed(GOOD), totp_secret="JBSWY3DPEHPK3PXP")
    )
    page = browser.get("/account/second-factor/app")
    told = {"code": "12", "setup": str(page.one("input[name=setup]")["value"]), "note": "kept"}
    with clock.freeze(MONDAY + timedelta(minutes=11)):
        led = browser.post("/account/second-factor/app", told, expect=303)
        assert led.headers["Location"] == "/account/prove?next=/account/second-factor/app"
        assert db.session.scalars(select(HeldForm.expires_at)).one() == clock.now() + timedelta(minutes=30)


def test_a_form_with_many_parts_comes_back_whole(app: Flask, sam: User) -> None:
    """Ticks, lists of parts and repeated names are filled too, in a form of any feature."""
    from flask import request
    from flask_wtf import FlaskForm
    from wtforms import BooleanField, FieldList, SelectMultipleField, StringField
    from wtforms.fields.choices import SelectChoice

    from portal.core.access import signed_in
    from tests.conftest import _application

    class Form(FlaskForm):
        days = SelectMultipleField(choices=[SelectChoice(day, day) for day in ("mo", "tu", "we")])
        is_open = BooleanField(default=True)
        dates = FieldList(StringField(), min_entries=1)

    class Other(FlaskForm):
        elsewhere = StringField(default="untouched")

    def view() -> dict[str, object]:
        form, other = Form(), Other()
        return {"sent": request.method == "POST", "days": form.days.data, "is_open": form.is_open.data,
                "dates": form.dates.data, "other": other.elsewhere.data, "ok": form.validate_on_submit()}  # fmt: skip

    fresh = _application(app.extensions["portal.settings"])
    fresh.add_url_rule("/parts", "parts", signed_in()(view), methods=["GET", "POST"])
    browser = browser_as(fresh, sam, is_strong=False)
    with clock.freeze(LATER):
        browser.post("/parts", {"days": ["mo", "we"], "dates-0": "1 May", "dates-1": "2 May"}, expect=303)
        _sign_in(browser)
        told = browser.client.get("/parts").get_json()
    assert told == {"sent": False, "days": ["mo", "we"], "is_open": False, "dates": ["1 May", "2 May"],
                    "other": "untouched", "ok": False}  # fmt: skip
