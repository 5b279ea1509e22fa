"""Two requests at the same moment: a code, a recovery code, a link and a step work once."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
from flask import Flask

from portal.accounts import links, passwords, recovery_codes
from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from tests.factories import MONDAY, Make
from tests.support.page import Browser

GOOD, EMAIL = "purple kettle lawn", "mo@people.example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _at_once(browsers: list[Browser], path: str, told: dict[str, str]) -> list[tuple[int, bool]]:
    """Status of each answer, and whether it signed in."""
    tokens = [one.csrf_token() for one in browsers]
    db.session.rollback()

    def send(number: int) -> tuple[int, bool]:
        answer = browsers[number].client.post(path, data={**told, "csrf_token": tokens[number]})
        return answer.status_code, browsers[number].client.get_cookie("session") is not None

    with ThreadPoolExecutor(len(browsers)) as several:
        return sorted(several.map(send, range(len(browsers))))


def _half_in(app: Flask) -> Browser:
    browser = Browser(app)
    browser.post("/sign-in", {"email": EMAIL, "password": GOOD}, expect=303)
    return browser


def _signed_in(answers: list[tuple[int, bool]]) -> int:
    return sum(is_in for _status, is_in in answers)


def test_of_two_with_the_same_code_of_an_app_one_gets_in(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), totp_secret=SECRET)
        browsers = [_half_in(app) for _number in range(3)]
        code = pyotp.TOTP(SECRET).at(int(MONDAY.timestamp()))
        assert _signed_in(_at_once(browsers, "/sign-in/second-step", {"code": code})) == 1


def test_of_two_with_the_same_recovery_code_one_gets_in(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        user_id = make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), totp_secret=SECRET).id
        with unit():
            code = recovery_codes.make(db.session.get_one(User, user_id))[0]
        browsers = [_half_in(app) for _number in range(3)]
        assert _signed_in(_at_once(browsers, "/sign-in/recovery-code", {"code": code})) == 1


def test_of_two_with_the_same_step_one_gets_in(app: Flask, make: Make) -> None:
    """One browser, one password, its button pressed twice with two codes that are both right."""
    with clock.freeze(MONDAY):
        make.user("moderator", email=EMAIL, password_hash=passwords.hashed(GOOD), totp_secret=SECRET)
        first, second = _half_in(app), Browser(app)
        step = first.client.get_cookie("step")
        assert step is not None
        second.client.set_cookie("step", step.value)
        codes = [pyotp.TOTP(SECRET).at(int(MONDAY.timestamp()) + steps) for steps in (0, 30)]
        first.post("/sign-in/second-step", {"code": codes[0]}, expect=303)
        assert second.post("/sign-in/second-step", {"code": codes[1]}, expect=303).headers["Location"] == "/sign-in"
        assert second.client.get_cookie("session") is None


def test_of_two_with_the_same_link_one_gets_in(app: Flask, make: Make) -> None:
    user_id = make.user("editor", organisation=make.organisation(), email=EMAIL).id
    with unit():
        _row, token = links.issue("sign-in", email=EMAIL, user_id=user_id)
    answers = _at_once([Browser(app) for _number in range(3)], f"/sign-in/link/{token}", {})
    assert _signed_in(answers) == 1
