"""Signing in by a link from an e-mail: for editors of public facts alone, once, within 15 minutes, by a button."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import links
from portal.accounts.models import AccountToken, User, UserSession
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.core.transactions import unit
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser

EMAIL = "sam@people.example.org"


@pytest.fixture(autouse=True)
def _clock() -> object:
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def sam(active_app: Flask, make: Make) -> User:
    return make.user("editor", organisation=make.organisation(), email=EMAIL)


def _ask(browser: Browser, mailbox: Mailbox, email: str = EMAIL, **more: str) -> list[str]:
    """The links that came."""
    page = browser.post("/sign-in/link", {"email": email, **more}, expect=303)
    assert "on its way" in browser.follow(page).main
    return [path for one in mailbox.to(email) for path in paths_in(one) if path.startswith("/sign-in/link/")]


def test_a_link_signs_in_by_its_button_and_never_by_being_opened(
    app: Flask, browser: Browser, mailbox: Mailbox, sam: User
) -> None:
    """Mail scanners open links, often more than once."""
    browser.get("/sign-in/link")
    (link,) = _ask(browser, mailbox, next="/account/devices")
    for _number in range(3):
        Browser(app).get(link)
    assert db.session.scalars(select(UserSession)).all() == []
    page = browser.get(link)
    assert "Sign in as Sam Okafor" in page.main
    assert browser.post(link, expect=303).headers["Location"] == "/account/devices"
    assert "Sam Okafor" in browser.get("/account").main
    assert db.session.scalars(select(UserSession.factor)).one() == "link"
    browser.get(link, expect=410)
    Browser(app).post(link, expect=410)


def test_a_scanner_that_asks_for_the_head_alone_presses_no_button(app: Flask, browser: Browser, sam: User) -> None:
    user_id = sam.id
    for purpose, address in (("sign-in", "/sign-in/link"), ("email", "/account/email/confirm")):
        with unit():
            row, token = links.issue(purpose, email="new@people.example.org", user_id=user_id)
            row_id = row.id
        answer = browser.client.head(f"{address}/{token}")
        assert answer.status_code == 200 and not answer.data and int(answer.headers["Content-Length"]) > 1_000
        assert "session=" not in str(answer.headers)
        assert db.session.get_one(AccountToken, row_id).used_at is None


def test_a_link_ends_after_a_quarter_of_an_hour_or_with_the_next_one(
    browser: Browser, mailbox: Mailbox, sam: User
) -> None:
    (first,) = _ask(browser, mailbox)
    with clock.freeze(MONDAY + timedelta(minutes=14)):
        browser.get(first)
    with clock.freeze(MONDAY + timedelta(minutes=15, seconds=1)):
        browser.post(first, expect=410)
    with clock.freeze(MONDAY + timedelta(minutes=16)):
        _first, second = _ask(browser, mailbox)
        browser.get(second)
        assert len(_ask(browser, mailbox)) == 3
        browser.get(second, expect=410)
    browser.get("/sign-in/link/forged-by-somebody", expect=410)


def test_no_link_is_sent_where_a_second_factor_is_needed_or_set_up(
    app: Flask, browser: Browser, make: Make, mailbox: Mailbox
) -> None:
    """And the answer is the same as for an editor and for nobody."""
    organisation = make.organisation()
    make.user("moderator", email="mo@people.example.org")
    make.user("lead", organisation=organisation, email="li@people.example.org")
    make.user("editor", organisation=organisation, email="ed@people.example.org", totp_secret="JBSWY3DPEHPK3PXP")
    make.user("editor", organisation=organisation, email="ex@people.example.org", deactivated_at=clock.now())
    for name in ("mo", "li", "ed", "ex", "nobody"):
        assert _ask(browser, mailbox, f"{name}@people.example.org") == []
    assert mailbox.all == []


def test_a_link_of_before_does_not_skip_a_factor_that_came_since(browser: Browser, mailbox: Mailbox, sam: User) -> None:
    sam_id = sam.id
    (link,) = _ask(browser, mailbox)
    db.session.get_one(User, sam_id).totp_secret = "JBSWY3DPEHPK3PXP"
    db.session.commit()
    browser.post(link, expect=410)


def test_asking_does_the_same_whether_there_is_an_account_or_not(
    browser: Browser, sam: User, count_statements: object
) -> None:
    """The job alone looks whether there is one, and its row holds an id, no address."""
    browser.post("/sign-in/link", {"email": "warm@people.example.org"}, expect=303)
    told = []
    for email in (EMAIL, "who@people.example.org"):
        with count_statements() as statements:  # type: ignore[operator]
            browser.post("/sign-in/link", {"email": email}, expect=303)
        told.append([one[:60] for one in statements])
    assert told[0] == told[1]
    jobs = db.session.scalars(select(Job).where(Job.name == "accounts.send_sign_in_link")).all()
    assert len(jobs) == 3 and all(set(one.payload) == {"request_id"} for one in jobs)


def test_links_are_asked_for_five_times_a_day(browser: Browser) -> None:
    answers = [
        browser.client.post("/sign-in/link", data={"email": EMAIL, "csrf_token": browser.csrf_token()}).status_code
        for _number in range(6)
    ]
    assert answers == [303] * 5 + [429]


@pytest.mark.parametrize("wrong", ["", "sam", "sam@", "@example.org", "sam@example"])
def test_an_address_that_is_none_is_said(browser: Browser, wrong: str) -> None:
    page = browser.post("/sign-in/link", {"email": wrong}, expect=422)
    assert "Enter your e-mail address, like name@example.org" in page.main


def test_an_address_that_is_too_long_is_said(browser: Browser) -> None:
    page = browser.post("/sign-in/link", {"email": "x" * 300 + "@example.org"}, expect=422)
    assert "Use 254 characters or fewer" in page.main
