"""What a group and a moderator have to do for the commonest things: pages that load, fields that are typed in.

The figures are those of the table of people and targets; the first page is where the person already is.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.assurance import actions as assurance
from portal.changes import actions as changes
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.groups.notifications import DraftKept
from portal.notifications.models import OutboxMessage
from tests.assurance.conftest import Post
from tests.factories import Make
from tests.support.chromium import SIZES, served
from tests.support.people import session_of


class Counted:
    """A page without scripts that counts what loads after the first, and what is typed."""

    def __init__(self, page: Page) -> None:
        self.page, self.typed = page, 0
        self.loads = -1
        page.on("domcontentloaded", self._loaded)

    def _loaded(self, _page: Any) -> None:
        self.loads += 1

    def open(self, address: str) -> None:
        self.page.goto(address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def answer(self, css: str, *, choose: str | None = None) -> None:
        """Give one answer by choosing: a tick, or one of a list."""
        self.typed += 1
        box = self.page.locator(css)
        if choose is None:
            box.check()
        else:
            box.select_option(choose)

    def fill(self, css: str, words: str) -> None:
        self.typed += 1
        self.page.locator(css).fill(words)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()


@pytest.fixture
def service(sqlite_app: Flask, make: Make) -> Service:
    return make.service(
        "Kettle and Chat", email="hello@kettle.example.org", sessions=[make.session("TU", "10:00", "12:00")],
        assured_date=clock.today() - timedelta(days=80),
    )  # fmt: skip


@pytest.fixture
def start(sqlite_app: Flask, chromium: Chromium) -> Iterator[Callable[..., Counted]]:
    """`start(user, path)`: somebody on that page; a stranger where `user` is None."""
    db.session.commit()
    opened: list[Page] = []
    with served(sqlite_app) as site:

        def begin(user: User | None, path: str) -> Counted:
            context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=False)
            if user is not None:
                name, token = session_of(sqlite_app, user)
                context.add_cookies([{"name": name, "value": token, "url": site}])
            page = context.new_page()
            opened.append(page)
            counted = Counted(page)
            counted.open(f"{site}{path}")
            return counted

        yield begin
        for page in opened:
            page.context.close()


def test_a_listing_is_confirmed_by_one_click_in_the_mail_and_one_button(
    service: Service, start: Callable[..., Counted]
) -> None:
    assurance.daily()
    db.session.commit()
    person = start(None, f"/confirm/{Post().last_token()}")
    person.press("Yes, this is all right")
    person.sees("Thank you")
    assert (person.loads, person.typed) == (1, 0)


def test_a_time_is_changed_in_three_page_loads(service: Service, make: Make, start: Callable[..., Counted]) -> None:
    person = start(make.user("editor", organisation=service.organization, trusted=True), "/group")
    person.follow("Change times")
    person.fill("#s-0-starts", "10.30am")
    person.press("Save and show to everyone")
    person.sees("Everyone can see it.")
    assert person.loads <= 3 and person.typed == 1


def test_full_is_said_in_three_page_loads(service: Service, make: Make, start: Callable[..., Counted]) -> None:
    person = start(make.user("editor", organisation=service.organization, trusted=True), "/group")
    person.press("Full until")
    person.sees("now shows “Full now”")
    assert person.loads <= 3 and person.typed == 0
    db.session.rollback()
    assert db.session.get_one(Service, service.id).space_state == "full"


def test_a_plain_change_is_decided_in_two_page_loads(
    service: Service, make: Make, start: Callable[..., Counted]
) -> None:
    editor = make.user("editor", organisation=service.organization)
    changes.propose(service, {"description": "Tea and talk."}, by=editor, base_version=service.version, key=None)
    db.session.commit()
    person = start(make.user("moderator"), "/moderate")
    person.follow("What happens")
    person.press("Approve")
    person.sees("Approved")
    assert (person.loads, person.typed) == (2, 0)


def test_a_listing_is_added_with_12_answers_and_gone_on_with_by_the_link_in_the_mail(
    sqlite_app: Flask, make: Make, start: Callable[..., Counted]
) -> None:
    group = make.organisation("Larkfield Circle")
    make.service("Another of theirs", organisation=group)
    editor = make.user("editor", organisation=group)
    person = start(editor, "/group/listings/new")
    person.press("Begin")
    person.follow("What it is")
    person.fill("#name-text", "Tuesday Table")
    person.fill("#description-text", "Tea and talk.")
    person.answer("input[name=needs-needs][value=loneliness]")
    person.press("Save and come back later")
    person.sees("We have sent you a link")
    assert (person.loads, person.typed) == (3, 3)
    person = start(editor, _link_of_draft())
    person.sees("Tuesday Table")
    person.follow("When and where")
    person.fill("#place-address_1", "1 Larkfield Road")
    person.fill("#place-postcode", "LE2 0QB")
    person.answer("#s-0-day", choose="TU")
    person.fill("#s-0-starts", "10am")
    person.fill("#s-0-ends", "midday")
    person.answer("input[name=cost-kind][value=free]")
    person.press("Save and go on")
    person.follow("Who it is for")
    person.answer("#audiences-anyone-yes")
    person.press("Save and go on")
    person.follow("Joining and contact")
    person.answer("input[name=joining-ways][value=drop_in]")
    person.fill("#email-text", "hello@larkfield.example.org")
    person.press("Save and go on")
    person.press("Send it")
    person.sees("A moderator looks within 2 working days")
    assert person.loads <= 7 and 3 + person.typed <= 12, "12 answers, in two sittings"
    db.session.rollback()
    assert db.session.query(ChangeRequest).one().state == "waiting"


def _link_of_draft() -> str:
    """Where the one mail about a draft leads."""
    (mail,) = db.session.query(OutboxMessage).filter_by(name="draft-kept").all()
    return urlsplit(DraftKept(**json.loads(mail.fields or "{}")).link()).path
