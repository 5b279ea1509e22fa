"""What nobody has confirmed for a year: staff find it marked, after all others; the public never does."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core import clock
from portal.search import current
from tests.directory.test_sqlfinding import NoIndex
from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible, picture
from tests.support.page import Browser, Page
from tests.support.people import session_of

pytestmark = pytest.mark.usefixtures("monday")

PICTURES = os.environ.get("PORTAL_PICTURES")
ASK = "/services?q=tea&near=LE2+0QB"
HEADING = "#aged-out h2"


@pytest.fixture
def _listings(app: Flask, make: Make, index_now: Callable[[], None]) -> None:
    old = clock.today() - timedelta(days=500)
    make.service("Tea now", assured_date=clock.today())
    make.service("Tea of old", assured_date=old)
    make.service("Tea of old that costs", assured_date=old, cost=700)
    make.service("Closed tea of old", assured_date=old, status="temporarily closed")
    make.service("Withdrawn tea of old", assured_date=old, withdrawn_at=clock.now())
    make.service("Chess of old", assured_date=old, description="A board game.")
    make.service("Tea of old far away", assured_date=old, place={"point": (57.15, -2.1), "authority_code": "S12000033"})
    index_now()


def cards(page: Page) -> list[str]:
    return page.words(".service-card h3")


def test_staff_find_them_marked_after_all_others(_listings: None, make: Make, as_user: Callable[..., Browser]) -> None:
    staff = as_user(make.user("moderator"))
    plain = staff.get(ASK)
    assert cards(plain) == ["Tea now"]
    page = staff.get(plain.link("Show also those not confirmed for a year (staff only)"))
    assert sorted(cards(page)) == ["Tea now", "Tea of old", "Tea of old that costs"] and cards(page)[0] == "Tea now"
    assert page.words(HEADING) == ["2 not confirmed for a year"]
    assert len([word for word in page.words("#aged-out .tag") if word.startswith("Not checked since July 2025")]) == 2
    assert page.words(".results__main .results__count") == ["1 place or group near LE2 0QB"], "counts are of the others"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.select(".results__main .service-card form") and not page.select("#aged-out form"), "they go on no list"
    narrowed = staff.get(f"{ASK}&aged=1&cost=free")
    assert cards(narrowed) == ["Tea now", "Tea of old"] and narrowed.words(HEADING) == ["1 not confirmed for a year"]
    assert narrowed.one(".filters__form input[name=aged]")["value"] == "1", "further filters keep them"
    assert "aged" not in str(narrowed.one(".results__share a")["href"])
    assert staff.get(f"{ASK}&aged=1&topic=debt").words(HEADING) == ["0 not confirmed for a year"]


@pytest.mark.parametrize("role", [None, "editor", "lead"])
def test_nobody_else_does_whatever_they_ask(
    _listings: None, role: str | None, make: Make, browser: Browser, as_user: Callable[..., Browser]
) -> None:
    as_user(make.user("moderator")).get(f"{ASK}&aged=1")
    who = browser if role is None else as_user(make.user(role, organisation=make.organisation()))
    plain, asked = who.get(ASK), who.get(f"{ASK}&aged=1")
    for page in (plain, asked):
        assert cards(page) == ["Tea now"] and "of old" not in page.html
        assert "not confirmed for a year" not in page.html
        assert not [tag for tag in page.select("main a, main input") if "aged" in str(tag)]


def test_they_are_found_while_the_index_is_mended(
    _listings: None, make: Make, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = as_user(make.user("referrer", organisation=make.organisation()))
    with_index = staff.get(f"{ASK}&aged=1")
    monkeypatch.setattr(current, "engine", NoIndex)
    monkeypatch.setattr("portal.directory.one_search.engine", NoIndex)
    without = staff.get(f"{ASK}&aged=1")
    assert cards(without) == cards(with_index) and without.words(HEADING) == ["2 not confirmed for a year"]


def test_the_page_of_staff_can_be_used_by_everybody(
    sqlite_app: Flask, make: Make, index_now: Callable[[], None], chromium: Chromium, site: str
) -> None:
    old = clock.today() - timedelta(days=500)
    for name, checked in (("Tea now", clock.today()), ("Tea of old", old)):
        make.service(name, assured_date=checked)
    index_now()
    name, token = session_of(sqlite_app, make.user("moderator"))
    for size in ("desk", "narrow"):
        context = chromium.new_context(viewport=SIZES[size])
        context.add_cookies([{"name": name, "value": token, "url": site}])
        window = context.new_page()
        window.goto(f"{site}{ASK}")
        window.get_by_role("link", name="Show also those not confirmed for a year").click()
        expect(window.locator("#aged-out .service-card")).to_have_count(1)
        check_accessible(window)
        if PICTURES:
            picture(window, Path(PICTURES), f"aged-out-{size}")
        context.close()
