"""The results page in a real browser: every state at both ends of width, with and without scripts, and the map's pins."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, render_template
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from portal.core.i18n import LanguageInPath
from portal.directory.found import Found
from tests.directory import found_examples as examples
from tests.support.chromium import SIZES, check_accessible, check_at

Open = Callable[..., Page]
HEAVIEST = 100 * 1024


@pytest.fixture
def show(sqlite_app: Flask, site: str, chromium: Chromium) -> Iterator[Open]:
    """Open the results page of a hand-made answer; files come from the running site."""
    opened: list[Page] = []

    def shown(found: Found, size: str = "desk", language: str = "", script: bool = True, **options: Any) -> Page:
        path = f"{language}/services"
        html = _html(sqlite_app, path, found)
        page = chromium.new_page(viewport=SIZES[size], java_script_enabled=script, **options)
        opened.append(page)
        page.route(f"{site}{path}", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(f"{site}{path}")
        return page

    yield shown
    for page in opened:
        page.close()


def _html(app: Flask, path: str, found: Found) -> str:
    environ: dict[str, Any] = {}
    layer = LanguageInPath(
        lambda moved, _start: environ.update(moved) or [], app.extensions["portal.settings"].languages
    )
    list(layer({**app.test_request_context(path).request.environ}, lambda *_: None))  # type: ignore[arg-type]
    with app.request_context(environ):
        return render_template("directory/search.html", found=found)


@pytest.mark.parametrize("name", ["many", "wrong-place", "none", "map", "corrected"])
def test_every_state_can_be_used_by_everyone(show: Open, name: str) -> None:
    check_at(show(examples.STATES[name]))


def test_the_mirrored_page_can_be_used_by_everyone(show: Open) -> None:
    page = show(examples.MANY, language="/ur")
    check_at(page)
    assert page.evaluate("document.documentElement.dir") == "rtl"


def test_wide_screens_show_the_filters_without_a_script(show: Open) -> None:
    page = show(examples.MANY, "desk", script=False)
    assert page.locator("#join-drop_in").is_visible()
    assert not page.locator(".filters > summary").is_visible()


def test_phones_fold_the_filters_without_a_script(show: Open) -> None:
    page = show(examples.MANY, "phone", script=False)
    assert not page.locator("#join-drop_in").is_visible()
    page.locator(".filters > summary").click()
    assert page.locator("#join-drop_in").is_visible()


def test_facts_stand_at_the_same_place_in_every_card(show: Open) -> None:
    page = show(examples.MANY)
    places = {round(box.bounding_box()["x"]) for box in page.locator(".facts").all()}  # type: ignore[index]
    assert len(places) == 1


def test_an_error_takes_the_focus(show: Open) -> None:
    page = show(examples.WRONG_PLACE)
    page.wait_for_function("document.documentElement.classList.contains('has-script')")
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_each_pin_of_the_map_mirrors_the_list_and_answers_to_the_keyboard(show: Open) -> None:
    page = show(examples.ON_MAP)
    pins = page.locator(".map-pin")
    pins.first.wait_for()
    assert pins.count() == page.locator(".place[data-lat]").count() == 4
    first = page.locator('.map-pin[aria-label="Song for Someone"]')
    first.focus()
    first.press("Enter")
    link = page.locator(".leaflet-popup a", has_text="Song for Someone")
    link.wait_for()
    assert link.get_attribute("href") == page.locator(".place .place__name", has_text="Song for Someone").get_attribute(
        "href"
    )


def test_the_map_asks_nobody_outside(show: Open, site: str, chromium: Chromium) -> None:
    page = show(examples.ON_MAP)
    page.locator(".map-pin").first.wait_for()
    page.locator(".map path").first.wait_for(state="attached")
    asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert any("areas.geojson" in address for address in asked)
    assert not [address for address in asked if not address.startswith(site)]


def test_without_a_script_the_map_is_a_list_of_places(show: Open) -> None:
    page = show(examples.ON_MAP, "phone", script=False)
    assert not page.locator("#map").is_visible()
    assert page.locator(".place[data-lat]").count() == 4 < page.locator(".place").count()


def test_print_leaves_the_results_alone_on_the_page(show: Open) -> None:
    page = show(examples.MANY)
    page.emulate_media(media="print")
    for gone in (".filters", ".header__menu", ".search-band", ".save >> nth=0", ".pagination ul"):
        assert not page.locator(gone).is_visible(), gone
    assert page.locator(".service-card").first.is_visible()


def test_text_at_twice_the_size_does_not_scroll_sideways(show: Open) -> None:
    page = show(examples.MANY, "desk")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_page_of_results_weighs_less_than_it_may(show: Open, sqlite_app: Flask) -> None:
    page = show(examples.MANY)
    files = page.evaluate("performance.getEntriesByType('resource').map((one) => [one.name, one.encodedBodySize])")
    html = len(_html(sqlite_app, "/services", examples.MANY).encode())
    assert len(files) >= 3
    assert sum(size for _name, size in files) + html < HEAVIEST


def test_places_at_one_address_share_a_pin_that_lists_them(show: Open) -> None:
    both = (examples.spot(examples.CARDS[0]), examples.spot(examples.CARDS[1], lat=52.61701))
    page = show(replace(examples.ON_MAP, spots=both))
    pin = page.locator(".map-pin")
    pin.wait_for()
    assert pin.get_attribute("aria-label") == "Tuesday Table, Mend and Make"
    pin.click()
    assert page.locator(".leaflet-popup a").filter(visible=True).count() >= 2
    check_accessible(page)
