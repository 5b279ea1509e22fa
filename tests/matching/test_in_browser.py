"""Both pages in a real browser: for everybody, narrow and wide, in English and from right to left, with and without scripts."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core.extensions import db
from tests.factories import Make
from tests.matching.test_record import older
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture, served
from tests.support.people import session_of
from tests.support.referrals import World

pytestmark = pytest.mark.usefixtures("monday")
PICTURES = os.environ.get("PORTAL_TEST_PICTURES")
CHOSEN = (
    "/help-me-choose?go=1&topic=loneliness&near=LE2+0QB&age=65_plus&access=step_free&access=bsl&language=gu&when=tue"
)
UNFOLD = "document.querySelectorAll('main details').forEach(one => { one.open = true })"
CHOOSE = {
    "form": "/help-me-choose",
    "results": CHOSEN,
    "wrong": "/help-me-choose?go=1&near=nowhere+at+all",
    "danger": "/help-me-choose?go=1&topic=abuse&near=LE2+0QB",
    "nothing": f"{CHOSEN}&within=1&only=men_only",
}


@pytest.fixture
def told(sqlite_app: Flask, loop: World, make: Make, index_now: Callable[[], None]) -> Iterator[tuple[str, str, Any]]:
    """Listings of each verdict, on several pages, and a record: the site, the record's address, and its worker's cookie."""
    group: dict[str, Any] = {"organisation": loop.group, "languages": ["gu", "bsl"]}
    step_free = {"access": {"step_free": True}}
    tuesdays = [make.session()]
    make.service("Warm Welcome", minimum_age=50, place=step_free, sessions=tuesdays, audiences=["women_only"], **group)
    for number in range(12):
        make.service(f"Kettle and Chat {number}", place={"access": {}}, **group)
    make.service("Stairs Club", minimum_age=50, place={"access": {"step_free": False}}, **group)
    make.service("Young Table", maximum_age=25, place=step_free, **group)
    make.service("Safe Talk", needs=["abuse"], place={"privacy": "hidden"})
    person = older(loop)
    db.session.commit()
    name, token = session_of(sqlite_app, loop.worker)
    address = f"/clients/{person.reference}/match"
    index_now()
    db.session.remove()
    with served(sqlite_app) as site:
        yield site, address, {"name": name, "value": token, "url": site}


def look(page: Page, name: str) -> None:
    check_at(page)
    if PICTURES:
        for size in NARROW_AND_WIDE:
            page.set_viewport_size(SIZES[size])
            picture(page, Path(PICTURES), f"{name}-{size}")


@pytest.mark.parametrize("language", ["", "/ur"])
def test_help_me_choose_is_for_everybody(told: tuple[str, str, Any], chromium: Chromium, language: str) -> None:
    page = chromium.new_page()
    for name, address in CHOOSE.items():
        page.goto(f"{told[0]}{language}{address}")
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language else "ltr")
        page.evaluate(UNFOLD)
        look(page, f"choose-{name}{language.replace('/', '-')}")
    page.close()


@pytest.mark.parametrize("language", ["", "/ur"])
def test_the_page_of_a_record_is_for_everybody(told: tuple[str, str, Any], chromium: Chromium, language: str) -> None:
    site, address, cookie = told
    context = chromium.new_context()
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{site}{language}{address}")
    look(page, f"match{language.replace('/', '-')}")
    page.evaluate(UNFOLD)
    look(page, f"match-open{language.replace('/', '-')}")
    context.close()


def test_a_resident_chooses_without_a_script(told: tuple[str, str, Any], chromium: Chromium) -> None:
    page = chromium.new_page(viewport=SIZES["phone"], java_script_enabled=False)
    page.goto(f"{told[0]}/")
    page.get_by_role("link", name="Help me choose").click()
    page.get_by_role("button", name="Show what fits").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose what would help")
    page.get_by_text("People and things to do", exact=True).click()
    page.get_by_label("Feeling lonely or cut off").check()
    page.get_by_label("Postcode or place").fill("LE2 0QB")
    page.get_by_label("Step-free").check()
    page.locator("#age").select_option("65_plus")
    page.get_by_role("button", name="Show what fits").click()
    expect(page.locator(".match__heading").first).to_contain_text("May fit: ask about")
    expect(page.get_by_text("It is not step-free")).to_be_hidden()
    page.locator(".misfits > summary").click()
    expect(page.get_by_text("It is not step-free")).to_be_visible()
    page.get_by_role("link", name="Change the answers").click()
    expect(page.get_by_label("Step-free")).to_be_checked()
    page.close()


def test_a_link_worker_goes_from_the_record_to_a_referral(told: tuple[str, str, Any], chromium: Chromium) -> None:
    site, address, cookie = told
    context = chromium.new_context(viewport=SIZES["desk"], java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{site}{address.removesuffix('/match')}")
    page.get_by_role("link", name="What fits this person").click()
    page.get_by_text("Change the answers for this page").click()
    page.get_by_label("Tuesday").check()
    page.get_by_role("button", name="Show what fits").click()
    assert page.url == f"{site}{address}"
    expect(page.get_by_label("Tuesday")).to_be_checked()
    page.get_by_role("button", name="Next page").click()
    assert page.url == f"{site}{address}"
    expect(page.locator(".match")).to_have_count(4)
    page.locator(".match").first.get_by_role("link", name="Refer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Refer")
    context.close()
