"""A resident's story, in a real browser: home, results, service, saved list, print. With and without scripts, large and small,
in English, in Welsh, and in Urdu's layout.
"""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def street(sqlite_app: Flask, make: Make, index_now: object) -> None:
    """A few groups near LE2 0QB."""
    make.service(
        "Tuesday Table",
        organisation=make.organisation("Larkfield Bereavement Circle"),
        needs=["bereavement", "loneliness"],
        description="Tea and talk for people who have lost a partner. A host meets you at the door. You can just listen.",
        sessions=[make.session("TU")],
        first_visit=["Someone meets you at the door.", "You need not speak."],
        phone="0116 496 0123",
        languages=["gu"],
    )
    for number in range(12):
        make.service(
            f"Walk and Natter {number}", needs=["physical-activity"], description="A slow, flat mile round the park."
        )
    index_now()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("language", "size", "scripts"),
    [
        ("", "narrow", True),
        ("", "desk", False),
        ("/cy", "phone", False),
        ("/cy", "desk", True),
        ("/ur", "narrow", True),
        ("/ur", "desk", False),
    ],
)
def test_find_save_and_print(
    street: None, site: str, chromium: Chromium, language: str, size: str, scripts: bool
) -> None:
    page = chromium.new_page(viewport=SIZES[size], java_script_enabled=scripts)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{site}{language}/")
    page.fill("input[name=q]", "grief")
    page.fill("input[name=near]", "LE2 0QB")
    page.press("input[name=near]", "Enter")
    _find_the_group(page)
    page.click("main h1 ~ * form.save button, main form.save button >> nth=0")
    page.goto(f"{site}{language}/list")
    expect(page.get_by_text("Tuesday Table").first).to_be_visible()
    if scripts:
        check_accessible(page)
    page.goto(f"{site}{language}/list/print")
    expect(page.get_by_text("Tuesday Table").first).to_be_visible()
    expect(page.get_by_text("116 123").first).to_be_visible()
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "/ur" else "ltr")
    assert refused == []
    page.close()


def _find_the_group(page: Page) -> None:
    """Two page loads to a useful result: the results, then the group."""
    assert "/services?" in page.url
    page.get_by_role("link", name="Tuesday Table").first.click()
    expect(page.locator("h1")).to_have_text("Tuesday Table")
    expect(page.locator('a[href^="tel:"]').first).to_be_visible()


def test_everything_on_the_way_can_be_done_by_keyboard(street: None, site: str, chromium: Chromium) -> None:
    page = chromium.new_page(viewport=SIZES["desk"])
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#main")
    page.keyboard.press("Enter")
    page.focus("input[name=q]")
    page.keyboard.type("grief")
    page.keyboard.press("Tab")
    page.keyboard.type("LE2 0QB")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Tuesday Table").first
    link.focus()
    style = link.evaluate(
        "node => { const s = getComputedStyle(node); return [s.outlineStyle, s.boxShadow, s.backgroundColor] }"
    )
    assert style != ["none", "none", "rgba(0, 0, 0, 0)"], "the focus cannot be seen"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tuesday Table")
    page.close()
