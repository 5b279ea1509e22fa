"""The practice's pages in a real browser: how many loads and typed fields a handover takes, axe, phones, without JavaScript."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core.extensions import db
from tests.factories import Make
from tests.handover.conftest import Surgery, handed_over
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_accessible, check_at, picture
from tests.support.signed_in import pages_of

PICTURES = os.environ.get("PORTAL_PICTURES")
MOST_LOADS = MOST_FIELDS = 4
TYPED = "input[type=text]:visible, input[type=search]:visible, textarea:visible"
Open = Callable[..., Page]


@pytest.fixture
def opened(active_app: Flask, chromium: Chromium, site: str) -> Iterator[Open]:
    """Opens a page as somebody, at a size, with or without JavaScript."""
    with pages_of(active_app, chromium, site) as open_page:

        def page_of(user: User, path: str, *, size: str = "desk", is_scripted: bool = True) -> Page:
            return open_page(path, user, size=SIZES[size], scripts=is_scripted)

        yield page_of


def looked_at(page: Page, name: str) -> None:
    """For people who look at the pages: a picture, where a folder for them is named."""
    if PICTURES:
        picture(page, Path(PICTURES), name)


def checked(page: Page, name: str) -> None:
    for size in NARROW_AND_WIDE:
        check_at(page, [size])
        looked_at(page, f"{name}-{size}")


def fill(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Quilla Vantongeren")
    page.get_by_label("NHS number or date of birth").fill("27 3 1964")
    page.get_by_label("Phone or e-mail", exact=True).fill("07700 900 982")
    page.get_by_label("Phone", exact=True).check()
    page.get_by_label("What would help, in a line").fill("Company, and a reason to go out.")
    page.get_by_label("They said yes").check()


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripted", "plain"])
def test_a_handover_takes_four_loads_and_four_typed_fields_at_most(
    app: Flask, opened: Open, surgery: Surgery, is_scripted: bool
) -> None:
    page = opened(surgery.referrer, "/", is_scripted=is_scripted)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.get_by_role("link", name="Hand over").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand over to a link worker")
    assert page.locator("main").locator(TYPED).count() <= MOST_FIELDS
    fill(page)
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed over")
    assert len(loads) + 1 <= MOST_LOADS, loads
    db.session.expire_all()
    assert [one.state for one in handed_over()] == ["sent"]


def test_the_pages_are_for_everybody(sqlite_app: Flask, opened: Open, surgery: Surgery) -> None:
    page = opened(surgery.referrer, "/refer/link-worker")
    checked(page, "handover")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("alert")).to_be_visible()
    checked(page, "handover-errors")
    fill(page)
    page.get_by_label("What would help, in a line").fill("She says she wants to kill herself tonight.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Does someone need help right now?")
    checked(page, "handover-help-first")
    page.get_by_role("button", name="Hand over all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed over")
    checked(page, "handover-sent")
    page.get_by_role("link", name="See what became of it").click()
    expect(page.get_by_role("heading", name="What became of it")).to_be_visible()
    checked(page, "handover-followed")
    page.get_by_role("link", name="Call it off").click()
    expect(page.get_by_role("button", name="Call it off")).to_be_visible()
    checked(page, "handover-withdraw")


def test_a_leaflet_is_two_clicks_from_the_results(
    sqlite_app: Flask, opened: Open, surgery: Surgery, make: Make, index_now: Callable[[], None]
) -> None:
    make.service("Tuesday Table", organisation=make.organisation("Larkfield Circle"), needs=["loneliness"])
    index_now()
    db.session.add(surgery.referrer)
    page = opened(surgery.referrer, "/services")
    looked_at(page, "handover-results")
    page.get_by_label("Tick: Tuesday Table").check()
    page.get_by_role("button", name="Print for patient").click()
    expect(page.get_by_role("heading", name="Tuesday Table")).to_be_visible()
    expect(page.locator(".short-code")).to_be_visible()
    check_accessible(page)
    looked_at(page, "handover-leaflet")
