"""What looks at pages finds what is wrong there, though it looks at the same colours and the same sheets of style once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route

from tests.support.chromium import SIZES, axe_finds

HOST = "http://looked-at.example"
LOCKED = "@media (orientation: portrait) { html { transform: rotate(90deg) } }"
PAGE = (
    '<!doctype html><html lang="en"><head><title>Looked at</title><link rel="stylesheet" href="/{sheet}.css"></head>'
    "<body><main><h1>Looked at</h1>{inside}</main></body></html>"
)


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    page = chromium.new_page(viewport=SIZES["desk"])
    yield page
    page.context.close()


def shown(page: Page, inside: str = "<p>Words</p>", *, sheet: str = "plain", css: str = "") -> None:
    """Open a page with this inside, and with a sheet of that name that says this."""

    def answered(route: Route) -> None:
        is_sheet = route.request.url.endswith(".css")
        kind = "text/css" if is_sheet else "text/html"
        route.fulfill(body=css if is_sheet else PAGE.format(sheet=sheet, inside=inside), content_type=kind)

    page.unroute_all()
    page.route("**/*", answered)
    page.goto(HOST)


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<button></button>", "button-name"),
        ('<p>Well</p><p class="pale">Pale</p>', "color-contrast"),
        ('<p class="pale">Pale</p><p>Well</p><p class="pale">Pale</p>', "color-contrast"),
    ],
)
def test_what_is_wrong_is_found_at_the_first_look_and_not_taken_for_well_at_the_next_page(
    page: Page, inside: str, rule: str
) -> None:
    for _page in range(2):
        shown(page, inside, sheet="pale", css=".pale { color: #ccc }")
        assert [one.split(":")[0] for one in axe_finds(page)] == [rule]


def test_colours_that_come_later_are_looked_at_too(page: Page) -> None:
    shown(page)
    assert axe_finds(page) == []
    page.evaluate("document.querySelector('p').style.color = '#ccc'")
    assert [one.split(":")[0] for one in axe_finds(page)] == ["color-contrast"]


def test_a_sheet_that_holds_the_page_one_way_up_is_found_when_it_first_comes(page: Page) -> None:
    shown(page, sheet="before")
    assert axe_finds(page) == []
    shown(page, sheet="locked", css=LOCKED)
    assert [one.split(":")[0] for one in axe_finds(page)] == ["css-orientation-lock"]
