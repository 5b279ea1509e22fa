"""The header has room for everybody's links, in every language."""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from tests.factories import Make
from tests.support.people import session_of


@pytest.mark.parametrize("width", [390, 890, 1000, 1280])
@pytest.mark.parametrize("language", ["", "/cy", "/ur"])
def test_the_name_stands_beside_the_links_and_not_under_them(
    active_app: Flask, chromium: Chromium, site: str, make: Make, language: str, width: int
) -> None:
    """A link worker has the most links."""
    worker = make.user("link-worker", organisation=make.organisation("Saffron Vale Link Workers"))
    context = chromium.new_context(viewport={"width": width, "height": 800})
    name, token = session_of(active_app, worker)
    context.add_cookies([{"name": name, "value": token, "url": site}])
    page = context.new_page()
    page.goto(f"{site}{language}/services")
    boxes = [
        page.locator(part).first.bounding_box() for part in (".header__name span", ".header__links", ".urgent-pill")
    ]
    context.close()
    places = [box for box in boxes if box is not None]
    assert len(places) == 3
    for at, one in enumerate(places):
        for other in places[at + 1 :]:
            is_beside = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            is_above = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            assert is_beside or is_above
