"""What visitors read: the words of a trial in its neighbourhood, on its days, in its languages; elsewhere what always stands."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import portal
from portal.core import clock
from portal.core.extensions import db
from portal.core.remembered import forget
from portal.trials.slots import SLOTS
from tests.factories import Make
from tests.support.page import Browser
from tests.trials.world import QUESTION, world

pytestmark = pytest.mark.usefixtures("monday")
DEFAULT, TRIED = "What do you need help with?", "What would help you?"
NEAR, ELSEWHERE = "/services?near=LE2+0QB", "/services?near=NW1+8QL"


def _label(browser: Browser, address: str) -> str:
    return browser.get(address).words("label[for=q]")[0]


def test_the_words_stand_near_that_place_alone_and_on_those_days_alone(
    app: Flask, make: Make, browser: Browser
) -> None:
    here = world(make)
    make.service()
    here.trial()
    assert _label(browser, NEAR) == TRIED
    assert _label(browser, ELSEWHERE) == _label(browser, "/services?q=tea") == _label(browser, "/") == DEFAULT
    for day in (datetime(2026, 11, 21, 23, tzinfo=UTC), datetime(2026, 12, 21, 0, 5, tzinfo=UTC)):
        with clock.freeze(day):
            assert _label(browser, NEAR) == DEFAULT
    with clock.freeze(datetime(2026, 12, 20, 23, 50, tzinfo=UTC)):
        assert _label(browser, NEAR) == TRIED


def test_a_language_without_words_reads_what_always_stands(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    make.service()
    always = _label(browser, f"/cy{NEAR}")
    here.trial(texts={"en": TRIED, "ur": "آپ کو کیا چاہیے؟"})
    assert _label(browser, f"/cy{NEAR}") == always != DEFAULT
    assert _label(browser, f"/ur{NEAR}") == "آپ کو کیا چاہیے؟"


def test_a_stopped_trial_is_gone(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    trial = here.trial()
    assert _label(browser, NEAR) == TRIED
    trial.stopped_at = clock.now()
    db.session.commit()
    forget()
    assert _label(browser, NEAR) == DEFAULT


def test_html_in_words_is_shown_as_it_was_typed(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    bad = "<img src=x onerror=alert(1)>"
    here.trial(texts={"en": bad})
    here.trial(slot="link-worker-line", texts={"en": bad})
    here.trial(**{**QUESTION, "texts": {"en": bad}, "answers": {"en": [bad, "No"]}})
    for address in (NEAR, f"/neighbourhoods/{here.here.slug}"):
        page = browser.get(address)
        assert bad in page.text and not page.select("img[src=x]")


def test_the_neighbourhood_and_its_listings_have_slots_of_their_own(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    near = make.service(place={"neighbourhood_code": here.code})
    private = make.service("Private", place={"neighbourhood_code": here.code, "privacy": "area"})
    here.trial(slot="link-worker-line", texts={"en": "Somebody who listens."})
    here.trial(slot="listing-line", texts={"en": "Just ring and say hello."})
    assert "Somebody who listens." in browser.get(f"/neighbourhoods/{here.here.slug}").main
    assert "Somebody who listens." not in browser.get(f"/neighbourhoods/{here.there.slug}").main
    assert "Just ring and say hello." in browser.get(f"/services/{near.id}/tuesday-table").main
    assert "Just ring and say hello." not in browser.get(f"/services/{private.id}/private").main


def test_what_an_empty_search_shows_can_be_tried_near_a_place(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    here.trial(slot="link-worker-link", texts={"en": "Ring me, please"})
    here.trial(slot="tell-us-title", texts={"en": "What is missing here?"})
    here.trial(slot="results-question", texts={"en": "Did you find it elsewhere?"}, answers={"en": ["Yes", "No"]})
    empty = browser.get(f"{NEAR}&q=falconry").main
    assert all(words in empty for words in ("Ring me, please", "What is missing here?", "Did you find it elsewhere?"))
    other = browser.get(f"{ELSEWHERE}&q=falconry").main
    assert "Ask a link worker to help you find something" in other and "Did you find it" not in other


def test_pages_without_a_trial_ask_the_database_nothing_more(
    app: Flask, make: Make, browser: Browser, count_statements: Callable[[], Any]
) -> None:
    here = world(make)
    service = make.service(place={"neighbourhood_code": here.code})
    addresses = (
        NEAR,
        f"/neighbourhoods/{here.here.slug}",
        f"/services/{service.id}/tuesday-table",
        f"{NEAR}&q=falconry",
    )
    for address in addresses:
        forget()
        with count_statements() as statements:
            browser.get(address)
        assert len([one for one in statements if "FROM trial" in one]) == 1, "what a process remembers is read once"
        with count_statements() as statements:
            browser.get(address)
        assert not [one for one in statements if "trial" in one], address
    here.trial()
    browser.get(NEAR)
    with count_statements() as statements:
        assert _label(browser, NEAR) == TRIED
    assert not [one for one in statements if "trial" in one]


def test_every_slot_is_in_a_template_and_no_template_asks_for_another() -> None:
    """A slot that stands nowhere would be a trial that nobody sees."""
    folder = Path(portal.__path__[0]) / "templates"
    asked = {
        (kind, slot)
        for path in folder.rglob("*.html")
        for kind, slot in re.findall(r'(words|question)_here\("([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked == {(slot.kind, key) for key, slot in SLOTS.items()}


def test_a_council_as_a_neighbourhood_covers_what_lies_in_it(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    part = here.here.parts[0]
    part.kind, part.code = "authority", "E06000016"
    db.session.commit()
    here.trial(starts_on=date(2026, 11, 23))
    assert _label(browser, NEAR) == TRIED
