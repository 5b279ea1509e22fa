"""Fairness, unmet need, what is offered and how groups answer, in a real browser: axe, small screens, right to left."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import NeighbourhoodPart
from portal.insight import publishing
from portal.insight.cuts import REASON_GROUPS
from tests.factories import Make
from tests.insight.made import AFTER, area, people
from tests.insight.test_accessible import window
from tests.insight.test_helped import answered
from tests.support.chromium import SIZES, check_accessible, check_at, check_fits, picture

PICTURES = os.environ.get("PORTAL_PICTURES")
HOME = "/insight/vale/2026-q3"
PATHS = (
    f"{HOME}/fairness", f"{HOME}/unmet", f"{HOME}/unmet?source=unmet-gaps", f"{HOME}/groups",
    "/insight/vale/offers", "/insight/vale/offers?q=strength+and+balance",
)  # fmt: skip
CODES = ("E02002832", "E02002833", "E02002834")
LONG = "The Larkfield and Saffron Vale Bereavement, Befriending and Walking Association"


def person(make: Make, *, wide: bool = False, is_small: bool = False) -> User:
    """A commissioner of an area with large and small numbers, on every page; of one with eleven neighbourhoods where `wide`.

    `is_small`: people are declined for every reason, a few for each.
    """
    names = ("Eastgate", "Mill Lane", "Northfields and Humberstone Garden Suburb")
    cut = area(places=[f"Saffron Ward {number:02}" for number in range(11)] if wide else names)
    for part, code in zip(db.session.query(NeighbourhoodPart).order_by(NeighbourhoodPart.id), CODES, strict=False):
        part.code = code
    group = make.organisation(LONG)
    at = make.location(neighbourhood_code=CODES[0])
    balance = make.service(
        "Strength and balance class", needs=["physical-activity"], location=at, organisation=group, sessions=[]
    )
    answered(balance, (23, 9, 4, 0))
    for number in range(11 if wide else 3):
        people(cut, number, "sent", 60, organization=group.id.hex, age="26-49", language="en")
        people(cut, number, "sent", 30, who=f"o{number}", organization=group.id.hex, age="65-over", language="ur")
        people(cut, number, "answered", 40, organization=group.id.hex, days=3, age="26-49", language="en")
        people(cut, number, "visited", 40, organization=group.id.hex, age="26-49", language="en")
        people(cut, number, "declined", 20 + number, reason="no-capacity", need="debt")
        people(cut, number, "declined", 7, who=f"o{number}", reason="not-funded", need="bereavement")
        for reason in REASON_GROUPS if is_small else ():
            people(cut, number, "declined", 5, who=f"{reason}{number}", reason=reason, need="debt")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    return make.user("commissioner", area="vale")


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["", "/ur"], ids=["left to right", "right to left"])
def test_everybody_can_use_them(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make, language: str, is_scripted: bool
) -> None:
    context = window(sqlite_app, chromium, site, person(make), script=is_scripted)
    page = context.new_page()
    for path in PATHS:
        answered = page.goto(f"{site}{language}{path}")
        assert answered is not None and answered.status == 200, path
        assert page.locator("html").get_attribute("dir") == ("rtl" if language else "ltr")
        for size in ("narrow", "phone", "desk"):
            page.set_viewport_size(SIZES[size])
            (check_accessible if is_scripted else check_fits)(page)
            if PICTURES:
                name = f"{language}{path}-{is_scripted}".strip("/").replace("/", "-").replace("?", "-")
                picture(page, Path(PICTURES), f"{name}-{size}")
    context.close()


def test_eleven_neighbourhoods_stand_beside_each_other(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make
) -> None:
    """On a desk without scrolling the table, between a phone and a desk within it, on a phone one below the other."""
    context = window(sqlite_app, chromium, site, person(make, wide=True))
    page = context.new_page()
    page.goto(f"{site}{HOME}/unmet")
    beside = page.locator(".counted__scroll")
    for size in ("narrow", "phone", "desk"):
        check_at(page, [size])
        assert beside.evaluate("one => one.scrollWidth <= one.clientWidth"), size
    expect(beside.locator("tbody tr").first.locator("td")).to_have_count(11)
    page.set_viewport_size({"width": 800, "height": 900})
    check_fits(page)
    page.keyboard.press("Tab")
    beside.focus()
    expect(beside).to_be_focused()
    context.close()


def test_they_lead_to_each_other_and_are_chosen_without_script(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make
) -> None:
    context = window(sqlite_app, chromium, site, person(make), script=False)
    page = context.new_page()
    page.goto(f"{site}{HOME}")
    page.get_by_role("link", name="How quickly groups answer").click()
    expect(page.get_by_role("rowheader", name=LONG, exact=True)).to_be_visible()
    page.get_by_role("link", name="Figures of Vale").click()
    page.get_by_role("link", name="What there is in each neighbourhood").click()
    page.get_by_label("An offer in words, such as strength and balance").fill("strength and balance")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="strength and balance: none in 2 neighbourhoods")).to_be_visible()
    page.get_by_role("link", name="Fairness").first.click()
    expect(page.get_by_role("heading", name="Fairness in Vale")).to_be_visible()
    page.get_by_text("How we count this").first.click()
    expect(page.locator("details[open] dd").first).to_be_visible()
    page.goto(f"{site}{HOME}/unmet")
    page.get_by_label("Need", exact=True).select_option("bereavement")
    page.get_by_role("button", name="Show").last.click()
    expect(page.get_by_role("heading", name="Grief and loss on the map")).to_be_visible()
    context.close()


def test_on_paper_everything_is_told_and_nothing_is_to_be_pressed(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make
) -> None:
    context = window(sqlite_app, chromium, site, person(make))
    page = context.new_page()
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 within its margins
    for path in PATHS:
        page.goto(f"{site}{path}")
        page.emulate_media(media="print")
        for one in page.locator("main :is(button, select, .views)").all():
            expect(one).to_be_hidden()
        for one in page.locator("main .counted__how dl").all():
            expect(one).to_be_visible()
        for one in page.locator("main .counted__table").all():
            assert one.locator("thead").evaluate("one => getComputedStyle(one).display") == "table-header-group"
            assert one.locator("td").first.evaluate("one => getComputedStyle(one).display") == "table-cell"
        check_fits(page)
        page.emulate_media(media="screen")
    context.close()
