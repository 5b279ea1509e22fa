"""axe (WCAG 2.2 A and AA) finds nothing on any page, nothing scrolls sideways at 320 pixels, and no page is heavy."""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Request

from portal.core.transactions import unit
from portal.geography.actions import ensure_sets
from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible

pytestmark = pytest.mark.usefixtures("monday")

HEAVIEST = 100 * 1024
AT_ONCE = 7
PAGES = {
    "home": "/",
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
    "timetable": "{neighbourhood}/timetable",
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
LANGUAGES = {"en": "", "cy": "/cy", "ur": "/ur"}


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["narrow", "desk"])
def test_axe_finds_nothing(addresses: dict[str, str], site: str, chromium: Chromium, language: str, size: str) -> None:
    page = chromium.new_page(viewport=SIZES[size])
    for address in PAGES.values():
        page.goto(site + LANGUAGES[language] + address.format(**addresses))
        check_accessible(page)
    page.close()


def test_no_page_is_heavy(addresses: dict[str, str], site: str, chromium: Chromium) -> None:
    names = [name for name in PAGES if name != "results-map"]
    sizes: dict[str, int] = dict.fromkeys(names, 0)
    for begin in range(0, len(names), AT_ONCE):
        pages = [_weighed(chromium, name, sizes) for name in names[begin : begin + AT_ONCE]]
        for name, page in pages:
            page.goto(site + PAGES[name].format(**addresses))
        for _name, page in pages:  # half a second in which nothing more comes, of all together
            page.wait_for_load_state("networkidle")
            page.context.close()
    assert all(sizes.values())
    assert not {name: size for name, size in sizes.items() if size > HEAVIEST}


def _weighed(chromium: Chromium, name: str, sizes: dict[str, int]) -> tuple[str, Page]:
    """An empty page of a visitor who comes for the first time; what it fetches is added up."""
    page = chromium.new_context(viewport=SIZES["phone"]).new_page()

    def add(request: Request) -> None:
        told = request.sizes()
        sizes[name] += told["responseBodySize"] + told["responseHeadersSize"]

    page.on("requestfinished", add)
    return name, page
