"""The fixed pages: they say what is true, in every language, and stay up when the database is gone."""

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.app import create_app
from portal.core.settings import Settings
from portal.pages.topics import TOPICS
from tests.support.page import Browser

PAGES = [
    "/keep-your-visit-private",
    "/accessibility",
    "/privacy",
    "/safety",
    "/languages",
    "/how-results-are-ordered",
    "/urgent-help",
]


@pytest.mark.parametrize("prefix", ["", "/cy", "/ur"])
@pytest.mark.parametrize("address", PAGES)
def test_a_fixed_page_is_whole_in_every_language(
    sqlite_app: Flask, browser: Browser, address: str, prefix: str
) -> None:
    page = browser.get(prefix + address)
    assert len(page.main.split()) > 30
    assert page.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("address", PAGES)
def test_a_fixed_page_reads_no_database(settings: Settings, tmp_path: Path, address: str) -> None:
    gone = replace(settings, database_url="postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    assert create_app(gone).test_client().get(address).status_code == 200


def test_the_site_says_so_when_the_database_is_gone(settings: Settings, tmp_path: Path) -> None:
    brand = tmp_path / "brand.yaml"
    brand.write_text('name: Hereabouts\nphone: "0116 496 0100"\n')
    gone = replace(settings, database_url="postgresql+psycopg://nobody@/nothing?host=/nonexistent", brand=str(brand))
    answer = create_app(gone).test_client().get("/services?q=lonely")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    page = answer.get_data(as_text=True)
    assert 'href="/urgent-help"' in page and "0116 496 0100" in page
    assert all(number in page for number in ("999", "111", "116 123"))
    soup = BeautifulSoup(page, "html.parser")
    cards = {card.get_text(): str(card["href"]) for card in soup.select(".topic-card a")}
    assert list(cards) == [str(topic.label) for topic in TOPICS]
    assert all(address.startswith("/services?topic=") for address in cards.values())


def test_every_language_is_offered_by_its_own_name(sqlite_app: Flask, browser: Browser) -> None:
    page = browser.get("/languages")
    assert {"English", "Cymraeg", "اردو"} <= set(page.words("main a"))
    assert page.one('main a[hreflang="cy"]')["href"] == "/cy/"
