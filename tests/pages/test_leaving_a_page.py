"""A page about danger can be left at once: by its link, without script, and by the Shift key pressed three times."""

from typing import Any

import pytest
from flask import Flask

from tests.support.chromium import check_at

WEATHER = "https://www.bbc.co.uk/weather"
BLANK = {"status": 200, "content_type": "text/html", "body": "<title>Weather</title>"}


def opened(chromium: Any, address: str, **options: Any) -> Any:
    """A page in a browser for which the weather is always fine, without any network."""
    context = chromium.new_context(**options)
    context.route(f"{WEATHER}**", lambda route: route.fulfill(**BLANK))
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("has_script", [True, False])
def test_the_link_leaves_for_the_weather(sqlite_app: Flask, site: str, chromium: Any, has_script: bool) -> None:
    page = opened(chromium, f"{site}/urgent-help", java_script_enabled=has_script)
    page.click("a[data-exit]")
    page.wait_for_url(f"{WEATHER}**")
    page.context.close()


def test_shift_three_times_leaves_and_back_does_not_return(sqlite_app: Flask, site: str, chromium: Any) -> None:
    page = opened(chromium, f"{site}/safety")
    page.goto(f"{site}/urgent-help")
    page.keyboard.press("Shift")
    assert page.inner_text("[data-exit-said]") == "Shift, press 2 more times to leave."
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url(f"{WEATHER}**")
    page.go_back()
    assert page.url == f"{site}/safety"
    page.context.close()


def test_capitals_typed_with_shift_do_not_leave(sqlite_app: Flask, site: str, chromium: Any) -> None:
    page = opened(chromium, f"{site}/services?q=my+husband+hits+me")
    page.click('input[name="q"]')
    for letter in "HELP":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.url.startswith(site)
    page.context.close()


@pytest.mark.parametrize(
    "path", ["/urgent-help", "/ur/urgent-help", "/services?q=i+want+to+die+my+husband+hits+me+chest+pain"]
)
def test_axe_finds_nothing_and_nothing_overflows(sqlite_app: Flask, site: str, chromium: Any, path: str) -> None:
    page = opened(chromium, f"{site}{path}")
    check_at(page)
    page.context.close()
