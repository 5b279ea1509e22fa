"""One listing, lists and neighbourhoods in a real browser: usable by everyone, printable, and without scripts."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core import clock
from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible, check_at

pytestmark = pytest.mark.usefixtures("monday")

CODE = "E02002840"
Open = Callable[..., Page]


@pytest.fixture
def street(sqlite_app: Flask, make: Make) -> dict[str, Any]:
    """A neighbourhood with services of every look, and their addresses."""
    cut = NeighbourhoodSet(slug="city", name="City", area="Leicester", valid_from=date(2026, 1, 1))
    here = Neighbourhood(slug="here", name="Clarendon Park", lat=52.6, lon=-1.1)
    here.parts.append(NeighbourhoodPart(kind="msoa", code=CODE, vintage=2021, valid_from=date(2026, 1, 1)))
    cut.neighbourhoods.append(here)
    db.session.add(cut)
    place = make.location(neighbourhood_code=CODE, access={"step_free": True, "parking": False})
    full = make.service(
        "Tuesday Table",
        location=place,
        first_visit=["A host in a green scarf meets you.", "You can leave at any time."],
        sessions=[make.session("MO,TU,WE,TH,FR,SA,SU", "18:00", "23:00")],
        opening=[make.opening()],
        phone="0116 496 0142",
        email="a-rather-long-address-for-a-narrow-phone@larkfield-circle.example.org",
        url="https://larkfield.example",
        languages=["en", "gu"],
        alert="Closed in snow",
    )
    urdu = make.service("Chai", lang="ur", description="چائے اور بات چیت", summary="چائے", location=place)
    private = make.service("Safe Harbour", needs=["abuse"], location=make.location(privacy="hidden"))
    closed = make.service("Gone", status="defunct", location=place)
    for number in range(4):
        make.service(f"Other {number}", location=place, sessions=[make.session("TU")], cost=300)
    return {
        "full": f"/services/{full.id}/tuesday-table",
        "urdu": f"/services/{urdu.id}/chai",
        "private": f"/services/{private.id}/safe-harbour",
        "closed": f"/services/{closed.id}/gone",
        "organisation": f"/organisations/{full.organization_id}/larkfield-circle",
        "empty list": "/list",
        "wrong code": "/list?code=x",
        "leaflet": f"/list/print?service={full.id}&service={urdu.id}",
        "neighbourhoods": "/neighbourhoods",
        "neighbourhood": "/neighbourhoods/here",
        "timetable": "/neighbourhoods/here/timetable",
        "booklet": "/neighbourhoods/here/booklet",
        "large booklet": "/neighbourhoods/here/booklet?paper=a5&large=1",
        "booklet to make": "/neighbourhoods/here/booklet.pdf",
    }


@pytest.fixture
def visit(site: str, chromium: Chromium) -> Iterator[Open]:
    opened: list[Page] = []

    def going(address: str, size: str = "desk", **options: Any) -> Page:
        page = chromium.new_page(viewport=SIZES[size], **options)
        opened.append(page)
        page.goto(f"{site}{address}")
        return page

    yield going
    for page in opened:
        page.close()


NAMES = (
    "full", "urdu", "private", "closed", "organisation", "empty list", "wrong code", "leaflet", "neighbourhoods",
    "neighbourhood", "timetable", "booklet", "large booklet", "booklet to make",
)  # fmt: skip


def test_every_page_can_be_used_by_everyone(street: dict[str, Any], site: str, visit: Open) -> None:
    page = visit("/")
    for name in NAMES:
        page.goto(f"{site}{street[name]}")
        check_at(page)


def test_every_page_holds_in_a_language_from_right_to_left(street: dict[str, Any], site: str, visit: Open) -> None:
    page = visit("/ur", "narrow")
    for name in NAMES:
        page.goto(f"{site}/ur{street[name]}")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        check_accessible(page)


LABEL = """button => {
    const words = document.createRange();
    words.selectNodeContents(button);
    const [around, within] = [button.getBoundingClientRect(), words.getBoundingClientRect()];
    return (within.top + within.bottom) / 2 - (around.top + button.clientTop + button.clientHeight / 2);
}"""
"""How many pixels the words of a button stand below the middle of its face, which is all but its edge."""


def test_the_words_of_a_button_stand_in_its_middle(street: dict[str, Any], visit: Open) -> None:
    button = visit("/services/not-found").locator("main .button").last
    assert abs(button.evaluate(LABEL)) < 1


def test_drop_ins_print_on_white_paper(street: dict[str, Any], make: Make, visit: Open) -> None:
    make.service(
        "Lantern", needs=["crisis"], joining=["drop_in"], location=make.location(neighbourhood_code=CODE),
        sessions=[make.session("MO,TU,WE,TH,FR,SA,SU", "18:00", "23:00", on_bank_holidays=True)],
    )  # fmt: skip
    db.session.commit()
    page = visit("/neighbourhoods/here/drop-ins")
    page.emulate_media(media="print")
    paint = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderInlineStartColor]"
    assert page.locator(".area-band").evaluate(paint)[0] == "rgba(0, 0, 0, 0)"
    assert page.locator(".card--lamp").first.evaluate(paint) == ["rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"]
    assert page.locator(".slot--cafe").first.evaluate(paint)[1] == "rgb(0, 0, 0)"


@pytest.mark.parametrize("script", [True, False])
def test_a_service_is_saved_shared_and_printed(street: dict[str, Any], visit: Open, script: bool) -> None:
    page = visit(street["full"], "phone", java_script_enabled=script)
    page.get_by_role("button", name="Save to my list").first.click()
    page.get_by_role("button", name="Saved. Remove").first.wait_for()
    page.get_by_role("link", name="My list (1)").click()
    page.get_by_role("button", name="Make a short code").click()
    code = page.locator(".short-code").inner_text()
    page.get_by_role("textbox", name="Code").fill(code.lower())
    page.get_by_role("button", name="Open the list").click()
    expect(page.locator("h1")).to_have_text("A list for you")
    page.get_by_role("link", name="Print leaflet").click()
    expect(page.locator(".item h2")).to_have_text(["Tuesday Table"])
    expect(page.get_by_role("button", name="Print")).to_have_count(1 if script else 0)
    if script:
        check_accessible(page)


def test_four_services_fit_on_one_sheet(street: dict[str, Any], visit: Open, make: Make, site: str) -> None:
    lines = ["Tea and talk for people who have lost a partner.", "Fix things beside other men. No skill needed."] * 2
    services = [
        make.service(
            f"Group {number}", summary=line, description=line, sessions=[make.session()], phone="0116 496 0142"
        )
        for number, line in enumerate(lines)
    ]
    address = "/list/print?" + "&".join(f"service={one.id}" for one in services)
    page = visit(address)
    pages = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    page.emulate_media(media="print")
    assert pages == 1
    assert not page.locator(".toolbar").is_visible() and page.locator(".help-now").is_visible()


def test_a_booklet_prints_on_the_paper_that_was_chosen(street: dict[str, Any], visit: Open) -> None:
    for address, width in (("booklet", 595), ("large booklet", 420)):
        page = visit(street[address])
        body = page.pdf(prefer_css_page_size=True)
        found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ", body)
        assert found and abs(float(found[1]) - width) < 1
        page.emulate_media(media="print")
        assert not page.locator(".toolbar").is_visible() and page.locator(".help-now").is_visible()


def test_ways_into_a_calendar_are_behind_a_summary(street: dict[str, Any], visit: Open) -> None:
    for name in ("full", "neighbourhood"):
        page = visit(street[name], "narrow")
        assert not page.get_by_role("link", name="Subscribe in your calendar").is_visible()
        page.get_by_text("Add to your calendar").click()
        assert page.get_by_role("link", name="Subscribe in your calendar").is_visible()
        check_accessible(page)


def test_the_code_for_a_phone_is_behind_a_summary(street: dict[str, Any], visit: Open) -> None:
    page = visit(street["full"])
    assert not page.locator("svg.qr").is_visible()
    page.get_by_text("Send to a phone").click()
    assert page.locator("svg.qr").is_visible()
    check_accessible(page)


def test_a_day_of_the_strip_leads_to_its_sessions(street: dict[str, Any], visit: Open) -> None:
    page = visit(street["neighbourhood"], "phone")
    page.locator("a.day-strip__day").nth(2).click()
    page.wait_for_function("location.hash")
    target = page.evaluate("location.hash.slice(1)")
    assert page.locator(f"[id='{target}'] .slot").count() >= 1
    assert clock.today().isoformat() != target.removeprefix("day-")
