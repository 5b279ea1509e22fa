"""Help that comes first, and help that follows, in a real browser: for everybody, in every language, without scripts too."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core.extensions import db
from portal.directory import urgent
from portal.referrals import links
from portal.referrals.models import Introduction, Message
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.referrals import World
from tests.support.signed_in import pages_of

PICTURES = os.environ.get("PORTAL_PICTURES")
DANGER = "He says he will kill himself tonight\nand his wife is scared"
Open = Callable[..., Page]


@pytest.fixture
def loop(make: Make) -> World:
    """A link worker team, a group with a service, and a person."""
    group = make.organisation("Larkfield Circle", email="hello@larkfield.example.org")
    return World(make.organisation("Saffron Vale Link Workers"), group, make.service(organisation=group))


@pytest.fixture
def opened(active_app: Flask, chromium: Chromium, site: str) -> Iterator[Open]:
    """Opens a page, as somebody or as nobody, with or without JavaScript."""
    with pages_of(active_app, chromium, site) as open_page:

        def page_of(path: str, user: User | None = None, *, is_scripted: bool = True) -> Page:
            return open_page(path, user, size=SIZES["desk"], scripts=is_scripted)

        yield page_of


def checked(page: Page, name: str) -> None:
    for size in NARROW_AND_WIDE:
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-{size}")


@pytest.mark.parametrize("language", ["", "/cy", "/ur"])
def test_the_page_between_is_for_everybody_and_leads_back_and_on(
    sqlite_app: Flask, opened: Open, loop: World, language: str
) -> None:
    one = loop.introduction("accepted")
    page = opened(f"{language}/clients/{one.person.reference}/referrals/{one.reference}", loop.worker)
    page.locator("details#act-message summary").click()
    page.locator("[name=message-words]").fill(DANGER)
    page.locator("form[action$='/message'] button").click()
    expect(page.locator(".urgent-card")).to_have_count(len(urgent.kinds_in(DANGER)))
    checked(page, f"help-first{language.replace('/', '-')}")
    page.locator("button[name=change]").click()
    expect(page.locator("[name=message-words]")).to_have_value(DANGER)
    page.locator("form[action$='/message'] button").click()
    page.locator("button[name=send]").click()
    expect(page.locator("[role=status]")).to_be_visible()
    db.session.expire_all()
    assert [said.words for said in db.session.query(Message)] == [DANGER]


@pytest.mark.parametrize("language", ["", "/cy", "/ur"])
def test_numbers_begin_the_page_after_a_note_is_kept(
    sqlite_app: Flask, opened: Open, loop: World, language: str
) -> None:
    page = opened(f"{language}/clients/{loop.person.reference}/goals", loop.worker)
    page.locator("[name=words]").fill(DANGER.replace("\n", " "))
    page.locator("form[action$='/goals/add'] button").click()
    expect(page.locator(".urgent-card")).to_have_count(len(urgent.kinds_in(DANGER)))
    checked(page, f"help-after{language.replace('/', '-')}")
    page.reload()
    expect(page.locator(".urgent-card")).to_have_count(0)


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripted", "plain"])
def test_a_group_that_answers_by_a_link_is_shown_help_first(
    sqlite_app: Flask, opened: Open, loop: World, is_scripted: bool
) -> None:
    one = loop.introduction("sent")
    token = links.new_link(one, "answer", email="hello@larkfield.example.org")
    db.session.commit()
    page = opened(f"/respond/{token}", is_scripted=is_scripted)
    page.locator("input[name=answer][value=ask]").check()
    page.locator("[name=question]").fill(DANGER)
    page.locator("button[name=press]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Does someone need help right now?")
    if is_scripted:
        checked(page, "help-first-by-link")
    page.get_by_role("button", name="Send it all the same").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Does someone need help right now?")
    db.session.expire_all()
    assert db.session.get_one(Introduction, one.id).state == "info-requested"
