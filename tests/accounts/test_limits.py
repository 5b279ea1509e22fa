"""Guessing is slowed, and nobody can be shut out of their own account by somebody else's guessing."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts import limits, passwords
from portal.accounts.models import User
from portal.core import clock
from portal.core.errors import TooManyRequests
from tests.factories import MONDAY, Make
from tests.support.page import Browser

GOOD = "purple kettle lawn"
EMAIL = "sam@people.example.org"


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def sam(active_app: Flask, make: Make) -> User:
    return make.user("editor", organisation=make.organisation(), email=EMAIL, password_hash=passwords.hashed(GOOD))


def _try(
    browser: Browser, password: str = "wrong wrong wrong", *, email: str = EMAIL, address: str = "192.0.2.1"
) -> int:
    token = browser.csrf_token()
    told = {"email": email, "password": password, "csrf_token": token}
    return browser.client.post("/sign-in", data=told, environ_base={"REMOTE_ADDR": address}).status_code


def _sign_out(browser: Browser) -> None:
    browser.post("/sign-out", expect=303)


@pytest.mark.parametrize("email", [EMAIL, "who@people.example.org"])
def test_one_account_is_tried_ten_times_in_a_quarter_of_an_hour_from_anywhere(
    app: Flask, sam: User, email: str
) -> None:
    """The same for an address without an account, so that the limit tells nothing."""
    answers = [_try(Browser(app), email=email, address=f"198.51.100.{number}") for number in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_a_hundred_tries_from_one_address_and_from_many_do_not_lock_the_owner_out(app: Flask, sam: User) -> None:
    """The owner signs in on a device where they have done so before, all the while, from the attacker's address too."""
    owner, attacker = Browser(app), Browser(app)
    assert _try(owner, GOOD, address="203.0.113.7") == 303
    _sign_out(owner)
    one = [_try(attacker, address="192.0.2.66") for _number in range(100)]
    assert one.count(422) == 9 and one.count(429) == 91, "the owner's first sign-in was the tenth"
    assert _try(owner, GOOD, address="192.0.2.66") == 303
    _sign_out(owner)
    many = [_try(Browser(app), address=f"198.51.{number}.1") for number in range(100)]
    assert set(many) == {429}
    assert _try(owner, GOOD, address="203.0.113.7") == 303


def test_somebody_on_a_new_device_waits_a_quarter_of_an_hour_at_most(app: Flask, sam: User) -> None:
    for _number in range(30):
        _try(Browser(app))
    assert _try(Browser(app), GOOD) == 429
    with clock.freeze(MONDAY + timedelta(minutes=15, seconds=1)):
        assert _try(Browser(app), GOOD) == 303


def test_the_sign_of_a_known_device_is_of_no_use_for_another_account_or_when_forged(
    app: Flask, make: Make, sam: User
) -> None:
    other = make.user(
        "editor", organisation=make.organisation(), email="eve@people.example.org", password_hash=passwords.hashed(GOOD)
    )
    assert other.id
    eve = Browser(app)
    assert _try(eve, GOOD, email="eve@people.example.org") == 303
    _sign_out(eve)
    assert [_try(eve) for _number in range(11)] == [422] * 10 + [429]
    forged = Browser(app)
    forged.client.set_cookie("device", "eyJuIjoiYWFhYSIsInUiOltdfQ.forged.forged")
    assert _try(forged) == 429


def test_a_known_device_guesses_ten_times_too(app: Flask, sam: User) -> None:
    thief = Browser(app)
    assert _try(thief, GOOD) == 303
    _sign_out(thief)
    assert [_try(thief) for _number in range(11)] == [422] * 10 + [429]


def test_one_place_tries_a_hundred_times_whatever_the_accounts(app: Flask) -> None:
    for number in range(100):
        limits.password_tried(f"{number}@people.example.org", address="192.0.2.9", device=None)
    with pytest.raises(TooManyRequests):
        limits.password_tried("new@people.example.org", address="192.0.2.9", device=None)
    limits.password_tried("new@people.example.org", address="192.0.2.10", device=None)


def test_all_together_try_a_thousand_times_in_five_minutes(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.LIMITS["everybody"] == limits.Limit(1_000, 300)
    monkeypatch.setitem(limits.LIMITS, "everybody", limits.Limit(5, 300))
    for number in range(5):
        limits.password_tried(f"{number}@people.example.org", address=f"192.0.2.{number}", device=None)
    with pytest.raises(TooManyRequests):
        limits.password_tried("new@people.example.org", address="192.0.2.50", device=None)
    limits.password_tried("known@people.example.org", address="192.0.2.50", device="abcd")


def test_the_figures_are_those_that_are_promised() -> None:
    told = {name: (one.most, one.seconds) for name, one in limits.LIMITS.items()}
    assert told["user"] == told["device"] == (10, 900)
    assert told["address"] == (100, 900) and told["everybody"] == (1_000, 300)
    assert told["code"] == (5, 300) and told["reset"] == told["link"] == (5, 86_400)
