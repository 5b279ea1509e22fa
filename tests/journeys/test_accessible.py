"""axe (WCAG 2.2 A and AA) finds nothing on any page, nothing scrolls sideways at 320 pixels, and no page is heavy."""

from contextlib import nullcontext
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Request

from portal.core.transactions import unit
from portal.geography.actions import ensure_sets
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, check_fits

pytestmark = pytest.mark.usefixtures("monday")

HEAVIEST = 100 * 1024
AT_ONCE = 7
SHEETS = 40 * 1024
"""Bytes: less than the style sheets of a usual page."""
PAGES = {
    "home": "/",
    "say": "/say?page=/services",
    "said": "/say/thanks",
    "you-said": "{neighbourhood}/you-said",
    "helped-gone": "/helped/unknown",
    "helped-thanks": "/helped",
    "results": "/services?q=tea&near=LE2+0QB",
    "results-filtered": "/services?q=tea&near=LE2+0QB&cost=free&within=5&how=in_person",
    "results-map": "/services?q=tea&near=LE2+0QB&view=map",
    "results-urgent": "/services?q=i+want+to+kill+myself&near=LE2+0QB",
    "results-abuse": "/services?topic=abuse",
    "results-none": "/services?q=zzzqqq+tea&near=LE2+0QB&cost=paid",
    "results-wrong-place": "/services?q=tea&near=nowhere+at+all",
    "results-everything": "/services",
    "service": "{service}",
    "service-closed": "{closed}",
    "service-sensitive": "{sensitive}",
    "organisation": "{organisation}",
    "list-empty": "/list",
    "list-wrong-code": "/list/ZZZZZZ",
    "neighbourhoods": "/neighbourhoods",
    "neighbourhood": "{neighbourhood}",
    "drop-ins": "{neighbourhood}/drop-ins",
    "timetable": "{neighbourhood}/timetable",
    "life": "/life",
    "choose": "/help-me-choose",
    "choose-results": "/help-me-choose?go=1&topic=loneliness&near=LE2+0QB&access=step_free&access=hearing_loop&cost=free",
    "unmet": "/services/not-found",
    "thanks": "/services/not-found/thanks",
    "urgent-help": "/urgent-help",
    "keep-private": "/keep-your-visit-private",
    "accessibility": "/accessibility",
    "privacy": "/privacy",
    "safety": "/safety",
    "languages": "/languages",
    "order": "/how-results-are-ordered",
    "not-found": "/no-such-page",
}
IN_COLUMNS = ("results", "results-map", "service", "timetable")
"""Pages that lay things side by side on a desk: their mirror is looked at there too."""
USED = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map(one => [one.name.split("#")[0], one.encodedBodySize])"""
"""The page itself and all that it uses, with what each weighs without its headers: the icon is told of here alone."""


@pytest.fixture
def addresses(sqlite_app: Flask, make: Make, index_now: object) -> dict[str, str]:
    """Addresses of one page of each kind."""
    with unit():
        ensure_sets()
    host = make.organisation(
        "Larkfield Circle", description="Neighbours who look out for each other.", website="https://example.org"
    )
    tea = make.service(
        "Tea at Three", organisation=host, sessions=[make.session("MO,TU,WE,TH,FR,SA,SU")], languages=["gu", "ur"],
        phone="0116 496 0123",
        first_visit=["Someone meets you at the door."], place={"access": {"step_free": True, "hearing_loop": False}},
    )  # fmt: skip
    for number in range(13):
        make.service(f"Tea number {number}", organisation=host, opening=[make.opening()], cost=300, space_state=None)
    make.imported("Warm tea room")
    closed = make.service("Old Tea Room", status="defunct")
    sensitive = make.service("Safe Talk", needs=["abuse"], place={"privacy": "hidden"})
    found = {
        "service": f"/services/{tea.id}/tea-at-three",
        "closed": f"/services/{closed.id}/old-tea-room",
        "sensitive": f"/services/{sensitive.id}/safe-talk",
        "organisation": f"/organisations/{host.id}/larkfield-circle",
        "neighbourhood": "/neighbourhoods/clarendon-park",
    }
    index_now()  # type: ignore[operator]
    return found


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("", None),
        ("p { color: #ccc }", "'width': 320.*color-contrast"),
        ("@media (min-width: 1000px) { p { color: #ccc } }", "'width': 1280.*color-contrast"),
        ("@media (max-width: 999px) { p { display: none } } p { color: #ccc }", "'width': 1280.*color-contrast"),
        ("p { width: 400px }", "scrolls sideways by"),
    ],
)
def test_what_is_wrong_is_found_at_its_width(chromium: Chromium, style: str, told: str | None) -> None:
    page = chromium.new_page()
    for body in ("<p>First</p>", "<p>Another that brings axe along</p>"):
        html = (
            f'<html lang="en"><title>A</title><style>body {{ margin: 0 }} {style}</style><main><h1>B</h1>{body}</main>'
        )
        page.goto(f"data:text/html,{quote(html)}")
        with pytest.raises(AssertionError, match=told) if told else nullcontext():
            check_at(page)
    page.close()


def test_axe_finds_nothing_in_english(addresses: dict[str, str], site: str, chromium: Chromium) -> None:
    page = chromium.new_page()
    for address in PAGES.values():
        page.goto(site + address.format(**addresses))
        check_at(page)
    page.close()


def test_axe_finds_nothing_from_right_to_left(addresses: dict[str, str], site: str, chromium: Chromium) -> None:
    page = chromium.new_page()
    for name, address in PAGES.items():
        page.goto(f"{site}/ur{address.format(**addresses)}")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        check_at(page, NARROW_AND_WIDE if name in IN_COLUMNS else ("narrow",))
    page.close()


def test_the_longer_words_of_welsh_fit(addresses: dict[str, str], site: str, chromium: Chromium) -> None:
    """Axe has seen the same tags in English."""
    page = chromium.new_page(viewport=SIZES["narrow"])
    for address in PAGES.values():
        page.goto(f"{site}/cy{address.format(**addresses)}")
        assert page.evaluate("document.documentElement.lang") == "cy"
        check_fits(page)
    page.close()


def test_no_page_is_heavy(addresses: dict[str, str], site: str, chromium: Chromium) -> None:
    """For a first visit: what pages share is fetched once here, and counts for each that uses it."""
    names, sizes = [name for name in PAGES if name != "results-map"], {}
    fetched: dict[str, int] = {}
    context = chromium.new_context(viewport=SIZES["phone"])
    context.on("requestfinished", lambda request: fetched.setdefault(request.url, _size_of(request)))
    windows = [context.new_page() for _ in range(AT_ONCE)]
    for begin in range(0, len(names), AT_ONCE):
        opened = list(zip(windows, names[begin:], strict=False))
        for page, name in opened:
            page.goto(site + PAGES[name].format(**addresses))
        for page, name in opened:  # half a second in which nothing more comes, of all together
            page.wait_for_load_state("networkidle")
            sizes[name] = sum(fetched.get(address, size) for address, size in page.evaluate(USED))
    context.close()
    assert sizes.keys() == set(names)
    assert sizes["not-found"] > SHEETS, "the last page of all does not count what the first had fetched"
    assert not {name: size for name, size in sizes.items() if size > HEAVIEST}


def _size_of(request: Request) -> int:
    """Bytes that came for it: none where the browser had it already."""
    told = request.sizes()
    return told["responseBodySize"] + told["responseHeadersSize"]
