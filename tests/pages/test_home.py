"""The home page: a search first, then everyday doors, what is open today, and the neighbourhoods."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.directory.needs import NEEDS
from portal.geography.actions import ensure_sets
from portal.pages.topics import TOPICS

TUESDAY_AT_NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_home_works_with_nothing_in_the_database(browser: Any) -> None:
    page = browser.get("/")
    assert page.words("h1") == ["Find support near you"]
    assert "We know of nothing more today that you can walk into." in page.main
    assert not page.select("#areas")


def test_the_search_asks_two_things_and_leads_to_results(browser: Any) -> None:
    form = browser.get("/").one('form[role="search"]')
    assert (form["action"], form["method"]) == ("/services", "get")
    assert [tag["name"] for tag in form.select("input")] == ["q", "near"]


def test_urgent_help_stands_in_the_header_and_under_the_search(browser: Any) -> None:
    page = browser.get("/")
    assert page.link("Urgent help") == page.link("Get urgent help now") == "/urgent-help"
    assert page.html.index("search-box") < page.html.index("Get urgent help now") < page.html.index('id="topics"')


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.icon)
def test_each_topic_leads_to_a_search_for_needs_that_there_are(browser: Any, topic: Any) -> None:
    page = browser.get("/")
    asked = parse_qs(urlsplit(page.link(str(topic.label))).query)["topic"]
    assert asked == list(topic.needs)
    assert set(asked) <= NEEDS.keys()


def test_every_link_of_the_home_page_leads_somewhere(browser: Any) -> None:
    page = browser.get("/")
    addresses = {str(tag["href"]) for tag in page.select("a[href]") if str(tag["href"]).startswith("/")}
    assert len(addresses) > 15
    for address in sorted(addresses):
        browser.get(address)


def test_what_is_open_today_comes_soonest_first_and_once(browser: Any, make: Any, index_now: Any) -> None:
    with clock.freeze(TUESDAY_AT_NINE):
        make.service("Late Lamp", sessions=[make.session("TU", "18:00", "23:00")], joining=["drop_in"])
        make.service("Kettle Room", sessions=[make.session("TU", "08:30", "16:00")], joining=["drop_in"])
        make.service("By Letter", sessions=[make.session("TU", "10:00", "12:00")], joining=["self_refer"])
        make.service("Other Day", sessions=[make.session("WE", "10:00", "12:00")], joining=["drop_in"])
        index_now()
        page = browser.get("/")
    assert page.words(".session__what a") == ["Kettle Room", "Late Lamp"]
    assert page.words(".session__time") == ["Now to 4pm", "6pm to 11pm"]


def test_the_areas_shown_are_those_of_the_instance(browser: Any) -> None:
    ensure_sets()
    db.session.commit()
    page = browser.get("/")
    assert "Leicester" in page.words("[aria-labelledby=areas] h3")
    assert any(words.startswith("11 neighbourhoods, from ") for words in page.words("[aria-labelledby=areas] p"))


def test_the_header_says_demo_only_in_a_demo(browser: Any) -> None:
    assert "Demo" not in browser.get("/").words("header a")[0]


def test_each_language_leads_to_the_same_page(browser: Any) -> None:
    page = browser.get("/cy/")
    assert page.one("html")["lang"] == "cy"
    assert page.link("English") == "/"
    assert page.link("اردو") == "/ur/"


def test_an_unchecked_translation_says_so_in_the_footer(browser: Any) -> None:
    assert browser.get("/cy/").select(".footer div p")[1:]
    assert not browser.get("/").select(".footer div p")[1:]


def test_urdu_runs_from_right_to_left(browser: Any) -> None:
    assert browser.get("/ur/").one("html")["dir"] == "rtl"


def test_the_home_page_weighs_little(browser: Any) -> None:
    page = browser.get("/", headers={"Accept-Encoding": "identity"})
    assert len(page.html) < 30_000
