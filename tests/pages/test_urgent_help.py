"""The page of urgent help: small, whole by itself, printable, and up when the rest is down."""

import re

import pytest
from flask import Flask

from portal.core.assets import load
from portal.directory.helplines import helplines
from tests.support.page import Browser

MOST_BYTES = 20 * 1024


def test_the_page_and_all_it_loads_weigh_at_most_20_kb(sqlite_app: Flask, browser: Browser) -> None:
    for address in ("/urgent-help", "/cy/urgent-help", "/ur/urgent-help"):
        page = browser.get(address)
        loaded = [
            str(tag.get("href") or tag.get("src")) for tag in page.select("link[rel=stylesheet], script[src], img")
        ]
        names = [re.sub(r"^/static/|\?.*$", "", one) for one in loaded]
        found = [load(name) for name in names]
        files = sum(len(one.compressed or one.body) for one in found if one is not None)
        assert None not in found and names, names
        assert len(page.html.encode()) + files <= MOST_BYTES


def test_every_number_of_the_data_file_stands_on_it_as_a_link(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get("/urgent-help")
    linked = {str(tag["href"]) for tag in page.select('a[href^="tel:"], a[href^="sms:"]')}
    assert linked == {line.href for line in helplines().values() if line.href}
    for line in helplines().values():
        assert line.number in page.main and (line.name.removesuffix(".") in page.main or line.id == "press_55")


def test_numbers_are_read_from_left_to_right_in_every_language(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get("/ur/urgent-help")
    links = page.select('main a[href^="tel:"], main a[href^="sms:"]')
    assert len(links) > 20
    for link in links:
        isolated = {re.sub(r"\D", "", one.get_text()) for one in link.select('bdi[dir="ltr"]')}
        assert re.sub(r"\D", "", str(link["href"]).partition("?")[0]) in isolated


def test_each_nation_has_its_own_lines(sqlite_app: Flask, browser: Browser) -> None:
    chapter = browser.get("/urgent-help").one("#mental_health")
    told = {}
    for heading in chapter.select("h3"):
        told[heading.get_text()] = heading.find_next("ul").get_text(" ")
    assert "C.A.L.L" in told["Wales"] and "Breathing Space" in told["Scotland"]
    assert "Lifeline" in told["Northern Ireland"] and "option 2" not in told["Northern Ireland"]
    assert all("116 123" in lines for lines in told.values()) and len(told) == 4


def test_it_needs_neither_database_nor_search(
    sqlite_app: Flask, browser: Browser, count_statements: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite_app.extensions, "portal.search", None)
    with count_statements() as statements:  # type: ignore[operator]
        page = browser.get("/urgent-help")
    assert not statements and "public" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers


def test_the_page_can_be_left_at_once_and_says_how_to_keep_the_visit_private(
    sqlite_app: Flask, browser: Browser
) -> None:
    page = browser.get("/urgent-help")
    link = page.one("a[data-exit]")
    assert link["href"] == "https://www.bbc.co.uk/weather" and "noreferrer" in link["rel"]
    assert page.link("Keep your visit private") == "/keep-your-visit-private"
    assert "history" not in page.main


def test_headings_say_aloud_how_urgent_they_are(sqlite_app: Flask, browser: Browser) -> None:
    headings = browser.get("/urgent-help").words("main h2")
    assert headings[0].startswith("Emergency:") and all(one.startswith("Urgent:") for one in headings[1:])
    assert len(headings) == 6
