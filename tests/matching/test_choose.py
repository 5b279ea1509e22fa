"""Help me choose: the form, its results, its mistakes, what it keeps private, and that it keeps nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.extensions import db
from portal.matching.questions import QUESTIONS
from tests.conftest import tables_in_order
from tests.factories import Make
from tests.support.page import Browser, Page

pytestmark = pytest.mark.usefixtures("monday")
AT = "/help-me-choose"
OLDER = f"{AT}?go=1&topic=loneliness&near=LE2+0QB&age=65_plus&access=step_free"


@pytest.fixture
def some(sqlite_app: Flask, make: Make, index_now: Callable[[], None]) -> None:
    step_free = {"access": {"step_free": True}}
    make.service("Warm Welcome", minimum_age=50, place=step_free)
    make.service("Quiet Corner", place={"access": {}})
    make.service("Stairs Club", minimum_age=50, place={"access": {"step_free": False}})
    make.service("Doctors Only", minimum_age=50, joining=["professional_only"], place=step_free)
    index_now()


def verdicts(page: Page) -> dict[str, str]:
    """Names of results and what is said of each."""
    return dict(zip(page.words(".match .service-card__name"), page.words(".match__heading"), strict=True))


def test_the_form_asks_each_question_of_the_table_and_looks_for_nothing(some: None, browser: Browser) -> None:
    page = browser.get(AT)
    for question in QUESTIONS:
        assert page.select(f'[name="{question.name}"]'), question.name
    assert not page.select(".match") and not page.select(".results__count")
    assert len(page.select('input[name="topic"]')) == 46
    assert not page.select('form[action="/help-me-choose"] input[type="text"]:not([name="near"])')


def test_what_fits_what_may_and_what_does_not(some: None, browser: Browser) -> None:
    page = browser.get(OLDER)
    assert verdicts(page) == {
        "Warm Welcome": "Warm Welcome : Fits",
        "Quiet Corner": "Quiet Corner : May fit: ask about age and step-free access",
    }
    assert "Ask whether it is step-free: they have not told us" in page.words(".match__said li")
    assert "For people aged 50 and over" in page.words(".match__said--fits li")
    folded = page.one("details.misfits")
    assert not folded.has_attr("open") and page.words(".misfits > summary") == ["2 do not fit"]
    assert {*page.words(".match__said--not li")} == {
        "It is not step-free", "Only through a professional, such as a link worker",
    }  # fmt: skip
    assert "2 places and groups may suit" in page.main and "1 fits all of what was asked." in page.main


def test_who_gets_in_touch_matters(some: None, browser: Browser) -> None:
    assert "Doctors Only" in verdicts(browser.get(f"{OLDER}&ask=link_worker"))


def test_where_nothing_fits_the_reasons_are_open(some: None, browser: Browser) -> None:
    page = browser.get(f"{OLDER}&when=sun&how=online")
    assert "Nothing fits all of that" in page.main and page.one("details.misfits").has_attr("open")
    nothing = browser.get(f"{AT}?go=1&topic=jobs&near=LE2+0QB")
    assert "We could not find a match yet" in nothing.main and not nothing.select("details.misfits, .pagination")


@pytest.mark.parametrize(
    ("address", "sentence", "field"),
    [
        ("?go=1&near=LE2+0QB&age=65_plus&access=parking", "Choose what would help", "topic"),
        ("?go=1&topic=food&topic=debt&topic=jobs&topic=energy&access=parking&age=65_plus", "Choose 3 at most", "topic"),
        ("?go=1&topic=food&near=qqqq&age=65_plus&access=parking", "Enter a full UK postcode or a town", "near"),
    ],
)
def test_a_mistake_is_said_twice_and_everything_is_kept(
    sqlite_app: Flask, browser: Browser, address: str, sentence: str, field: str
) -> None:
    page = browser.get(AT + address, expect=422)
    assert sentence in page.words(".error-summary li")[0] and sentence in " ".join(page.words(".field__error"))
    assert page.one(".error-summary li a")["href"] == f"#{field}" and page.one(f"#{field}")
    assert page.one("title").get_text().startswith("Error: ")
    assert page.one("#access-parking").has_attr("checked") and page.one('#age option[value="65_plus"]').has_attr(
        "selected"
    )
    for typed in ("near=LE2+0QB", "near=qqqq"):
        if typed in address:
            assert page.one("#near")["value"] == typed[5:].replace("+", " ")


def test_answers_can_be_changed_and_a_link_only_fills_the_form(some: None, browser: Browser) -> None:
    page = browser.get(browser.get(OLDER).link("Change the answers"))
    assert not page.select(".match") and page.one("#near")["value"] == "LE2 0QB"
    assert page.one("#topic-loneliness").has_attr("checked") and page.one("details:has(#topic-loneliness)").has_attr(
        "open"
    )
    assert not browser.get(f"{AT}?topic=food&topic=debt&topic=jobs&topic=energy").select(".error-summary")


def test_a_link_that_leaves_carries_a_sector_and_no_postcode(some: None, browser: Browser) -> None:
    page = browser.get(OLDER)
    assert "near=LE2+0&" in f"{page.link('A link to these results that you can share')}&"
    for link in page.select("a[href]"):
        if AT not in str(link["href"]):
            assert "0QB" not in str(link["href"]), link
    search = page.link("See all that helps with this, without the other answers")
    assert search.startswith("/services?") and "near=LE2+0" in search and "topic=loneliness" in search
    assert "Stairs Club" in browser.get(search).main


def test_ten_stand_on_a_page(sqlite_app: Flask, make: Make, browser: Browser, index_now: Callable[[], None]) -> None:
    for number in range(13):
        make.service(f"Number {number}")
    index_now()
    first, second = browser.get(f"{AT}?go=1&topic=loneliness&near=LE2+0QB"), None
    assert len(first.select(".match")) == 10 and "Showing 1 to 10 of 13" in first.main
    second = browser.get(first.link("Next page"))
    assert len(second.select(".match")) == 3 and not {*verdicts(first)} & {*verdicts(second)}
    assert len(browser.get(f"{AT}?go=1&topic=loneliness&near=LE2+0QB&page=99").select(".match")) == 3


def test_danger_comes_first_and_the_tab_says_nothing(
    sqlite_app: Flask, make: Make, browser: Browser, index_now: Any
) -> None:
    make.service("Safe Talk", needs=["abuse"])
    index_now()
    page = browser.get(f"{AT}?go=1&topic=abuse&near=LE2+0QB")
    assert page.one("title").get_text().startswith("Support near you - ")
    assert page.select("#urgent-abuse") and page.select("[data-exit]")
    assert page.html.index("urgent-abuse") < page.html.index("Safe Talk")
    assert page.html.index("urgent-abuse") < page.html.index("<h1")
    assert browser.get(f"{AT}?go=1&topic=abuse&near=qqqq", expect=422).select("#urgent-abuse")
    addiction = browser.get(f"{AT}?go=1&topic=addiction&near=LE2+0QB")
    assert addiction.one("title").get_text().startswith("Support near you - ") and addiction.select("[data-exit]")
    assert not addiction.select(".urgent-card")
    usual = browser.get(OLDER)
    assert not usual.select("[data-exit]") and usual.one("title").get_text().startswith("Help me choose - ")


def test_nothing_is_kept(app: Flask, make: Make, browser: Browser, index_now: Callable[[], None]) -> None:
    make.service("Warm Welcome")
    index_now()

    def rows() -> dict[str, int]:
        with db.engine.connect() as connection:
            asked = (text(f'select count(*) from "{table}"') for table in tables_in_order())
            return dict(zip(tables_in_order(), (connection.execute(one).scalar_one() for one in asked), strict=True))

    before = rows()
    for address in (AT, OLDER, f"{OLDER}&topic=abuse", f"{AT}?go=1&near=nowhere+at+all&topic=food"):
        page = browser.get(address, expect=422 if "nowhere" in address else 200)
        assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    assert rows() == before


def test_no_more_is_asked_of_the_database_for_more_results(
    sqlite_app: Flask, make: Make, browser: Browser, index_now: Callable[[], None], count_statements: Any
) -> None:
    make.service("One")
    index_now()
    browser.get(OLDER)
    with count_statements() as few:
        browser.get(OLDER)
    for number in range(25):
        make.service(
            f"Number {number}", sessions=[make.session()], minimum_age=50 if number % 2 else None, maximum_age=90
        )
    index_now()
    with count_statements() as many:
        browser.get(f"{OLDER}&when=tue")
    assert len(many) <= len(few) <= 8, "\n".join(many)


@pytest.mark.parametrize(
    "nasty",
    ["topic=x", "topic=%00", "age=children&age=65_plus", "near=%F0%9F%92%A9", "page=-1", "page=9e9", "within=NaN", "who=%27%22"],
)  # fmt: skip
def test_nonsense_is_answered(some: None, browser: Browser, nasty: str) -> None:
    for address in (f"{AT}?{nasty}", f"{AT}?go=1&topic=loneliness&{nasty}"):
        assert browser.client.get(address).status_code in {200, 422}


def test_the_home_page_and_a_search_that_found_nothing_lead_here(some: None, browser: Browser) -> None:
    assert browser.get("/").link("Help me choose: say what matters to you") == AT
    page = browser.get("/services?q=debt&near=LE2+0QB&topic=scams-crime")
    assert "We could not find a match yet" in page.main
    here = page.link("Help me choose: say what matters to you")
    assert "near=LE2+0" in here and "0QB" not in here
    assert not browser.get(here).select(".error-summary")
