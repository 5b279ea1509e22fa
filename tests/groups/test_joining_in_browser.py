"""Joining and adding in a real browser: axe, narrow, right to left, without script."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core.extensions import db
from portal.groups import adding, claims
from portal.groups.wishes import Wish
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture, served
from tests.support.people import session_of

PICTURES = os.environ.get("PORTAL_TEST_PICTURES")


@pytest.fixture
def joining(sqlite_app: Flask, make: Make) -> Iterator[tuple[str, dict[str, str], Any]]:
    """The site, addresses of its pages by name, and the cookie of somebody who claims one group and edits another."""
    circle = make.organisation("Larkfield Circle")
    make.service("Tuesday Table", organisation=circle, email="hello@larkfield.example.org")
    make.register_entry("9900004", "THE LARKFIELD BREAD OVEN", postcode="LE4 5AB")
    own = make.organisation("Walkers")
    make.service("Walking Group", organisation=own, url="https://walkers.example.org")
    user = make.user("editor", organisation=own, trusted=True)
    claim = claims.begin(Wish(organisation_id=circle.id), user)
    draft = adding.begin(own, by=user, key=None, facts={"name": "Singing at Noon"})
    db.session.commit()
    assert claim is not None
    addresses = {
        "join": "/group/join",
        "matches": "/group/join?name=Larkfield&postcode=LE2+0QB",
        "ask": f"/group/join/ask/{circle.id}",
        "claim": f"/group/join/claims/{claim.id}",
        "tasks": f"/group/listings/new/{draft.id}",
        "when": f"/group/listings/new/{draft.id}/when_where",
        "spreadsheet": "/group/listings/spreadsheet",
        "home": "/group",
    }
    name, token = session_of(sqlite_app, user)
    db.session.remove()
    with served(sqlite_app) as site:
        yield site, addresses, {"name": name, "value": token, "url": site}


def _page(chromium: Chromium, cookie: Any, size: str, *, script: bool = True) -> Page:
    context = chromium.new_context(viewport=SIZES[size], java_script_enabled=script)
    context.add_cookies([cookie])
    return context.new_page()


def _look(page: Page, name: str) -> None:
    if PICTURES:
        picture(page, Path(PICTURES), name)


@pytest.mark.parametrize(("sizes", "language"), [(NARROW_AND_WIDE, ""), (("narrow",), "/ur")], ids=["en", "ur"])
def test_pages_are_accessible_at_every_size_and_in_both_directions(
    chromium: Chromium, joining: tuple[str, dict[str, str], Any], sizes: tuple[str, ...], language: str
) -> None:
    site, addresses, cookie = joining
    page = _page(chromium, cookie, "desk")
    for name, address in addresses.items():
        page.goto(f"{site}{language}{address}")
        expect(page.locator("h1")).to_have_count(1)
        for size in sizes:
            check_at(page, [size])
            _look(page, f"joining-{name}-{size}{language.replace('/', '-')}")


def test_a_listing_is_added_without_script(chromium: Chromium, joining: tuple[str, dict[str, str], Any]) -> None:
    site, addresses, cookie = joining
    page = _page(chromium, cookie, "phone", script=False)
    page.goto(site + addresses["tasks"])
    page.get_by_role("link", name="What it is").click()
    page.get_by_label("What happens", exact=True).fill("We sing for an hour, then tea.")
    page.get_by_label("Feeling lonely").check()
    page.locator(".button-row").get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="When and where").click()
    page.get_by_label("Street and number").fill("1 Larkfield Road")
    page.get_by_label("Postcode").fill("LE2 0QB")
    page.get_by_label("Starts").fill("10")
    page.get_by_label("Finishes").fill("midday")
    page.get_by_label("Free", exact=True).check()
    page.locator(".button-row").get_by_role("button", name="Save and go on").click()
    expect(page.locator(".error-summary")).to_contain_text("am or pm")
    check_accessible_without_script(page)
    page.get_by_label("Starts").fill("10am")
    page.locator(".button-row").get_by_role("button", name="Save and go on").click()
    expect(page.locator(".mark--done")).to_have_count(2)
    page.get_by_role("link", name=re.compile("See how it will look")).click()
    expect(page.locator("main")).to_contain_text("1 Larkfield Road")
    _look(page, "joining-preview-phone")


def check_accessible_without_script(page: Page) -> None:
    """What was typed is there still; axe needs script, so it is not run."""
    expect(page.get_by_label("Street and number")).to_have_value("1 Larkfield Road")
    _look(page, "joining-when-error-phone")
