"""A cafe that is open on a Wednesday at six and gone on a bank holiday; a page for a situation in life that stays true by itself.

In a real browser, with and without scripts.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.bundles import watching
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from tests.factories import MONDAY, Make
from tests.support.chromium import SIZES, check_at
from tests.support.mail_server import Listener
from tests.support.town import Town, mail_from

WEDNESDAY = datetime(2026, 12, 23, 18, 0, tzinfo=UTC)
BOXING_DAY_OBSERVED = datetime(2026, 12, 28, 18, 30, tzinfo=UTC)
"""A Monday, and a bank holiday, since Boxing Day is a Saturday."""


@pytest.fixture
def mail_server(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with mail_from(sqlite_app, monkeypatch) as listener:
        yield listener


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def town(
    request: pytest.FixtureRequest, sqlite_app: Flask, make: Make, site: str, chromium: Chromium, mail_server: Listener
) -> Iterator[Town]:
    town = Town(site, chromium, mail_server, script=request.param)
    yield town
    town.close()


@pytest.fixture
def place(sqlite_app: Flask) -> None:
    """Leicester with one neighbourhood."""
    part = NeighbourhoodPart(kind="msoa", code="E02002838", vintage=2021, valid_from=date(2026, 1, 1))
    one = Neighbourhood(slug="clarendon-park", name="Clarendon Park", lat=52.61, lon=-1.11, parts=[part])
    made = NeighbourhoodSet(slug="leicester", name="Leicester", area="Leicester", valid_from=date(2026, 1, 1))
    made.neighbourhoods.append(one)
    db.session.add(made)
    db.session.commit()


def test_a_cafe_is_open_on_wednesday_at_six_and_gone_on_a_bank_holiday(place: None, make: Make, town: Town) -> None:
    with clock.freeze(MONDAY):
        make.service(
            "The Night Table", needs=["crisis"], sessions=[make.session("MO,WE", "18:00", "23:00")],
            location=make.location(neighbourhood_code="E02002838"), summary="A trained worker can talk with you. Walk in.",
            first_visit=["Mo meets you at the door."],
        )  # fmt: skip
    page = town.person()
    with clock.freeze(WEDNESDAY):
        page.goto(f"{town.site}/urgent-help")
        page.get_by_role("link", name="Somewhere to walk in to").click()
        page.get_by_role("link", name="Drop-ins and crisis cafes").click()
        expect(page.locator(".drop-in.card--lamp h3")).to_have_text("The Night Table")
        expect(page.locator(".drop-in__when")).to_have_text("Open now, until 11pm")
        expect(page.locator("main")).to_contain_text("No appointment, no referral.")
        expect(page.locator(".drop-in__welcome")).to_contain_text("Mo meets you at the door")
        expect(page.locator(".slot--off")).to_contain_text("Bank holiday")
        _check(town, page)
        page.get_by_role("link", name="Print the week's drop-ins").click()
        expect(page.locator("main")).to_contain_text("The Night Table (Crisis cafe)")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "21.3333px", "16 pt"
    with clock.freeze(BOXING_DAY_OBSERVED):
        page.goto(f"{town.site}/neighbourhoods/clarendon-park/drop-ins")
        expect(page.locator("main")).to_contain_text("Nothing here is open at 6.30pm.")
        expect(page.locator(".drop-in__when")).to_have_text("Wednesday 30 December, 6pm to 11pm")
        expect(page.locator(".slot--off").first).to_contain_text("Bank holiday")


def test_a_page_is_made_published_and_loses_what_closes_by_itself(
    place: None, sqlite_app: Flask, make: Make, town: Town
) -> None:
    with clock.freeze(MONDAY):
        pinned = make.service("Thursday Visitor", needs=["befriending"], phone="0116 496 0142").id
        make.service("Good Morning Calls", needs=["befriending"])
        make.service("Carers Breather", needs=["carers"])
        owner = make.user("moderator", area="leicester", name="Joss Merrow", email="joss@people.example.org")
        desk = town.signed_in(sqlite_app, owner)
        town.work()
        desk.goto(f"{town.site}/curate")
        desk.get_by_role("link", name="Make a page").click()
        _fill_page(desk)
        desk.get_by_role("link", name="Add a section").click()
        desk.get_by_label("Heading", exact=True).fill("Somebody to visit you")
        desk.get_by_label("Someone to visit or phone you").check()
        desk.get_by_role("button", name="Save and see what it finds").click()
        expect(desk.locator(".bundles__cards li")).to_have_count(2)
        desk.get_by_role("button", name=re.compile(r"^Pin ?: Thursday Visitor")).click()
        expect(desk.locator(".bundles__cards li").first).to_contain_text("Thursday Visitor Pinned")
        _check(town, desk)
        desk.get_by_role("button", name="Publish it").click()
        visitor = town.person()
        visitor.goto(f"{town.site}/life")
        visitor.get_by_role("link", name="Older and living alone in Clarendon Park").click()
        expect(visitor.locator(".service-card__name")).to_have_text(["Thursday Visitor", "Good Morning Calls"])
        _check(town, visitor)
        visitor.get_by_role("link", name="For somebody I look after").click()
        expect(visitor.locator(".service-card__name").first).to_have_text("Carers Breather")
        _close(town, pinned)
        visitor.get_by_role("link", name="For me").click()
        expect(visitor.locator(".service-card__name")).to_have_text(["Good Morning Calls"])
        with unit():
            watching.look()
        assert "left out" in town.mail_to("joss@people.example.org", "1 pinned service left")
        desk.goto(f"{town.site}/curate")
        desk.get_by_role("link", name="1 pinned service left").click()
        expect(desk.locator(".frame li")).to_contain_text("it has closed or is off the site.")
        visitor.get_by_role("link", name="Print this with telephone numbers").click()
        expect(visitor.locator("main")).to_contain_text("Good Morning Calls")


def _fill_page(desk: Page) -> None:
    desk.get_by_label("Title").fill("Older and living alone in Clarendon Park")
    desk.get_by_label("Where it searches").fill("LE2 0QB")
    desk.get_by_label("First words", exact=True).fill("You are not the only one.")
    desk.get_by_label("Who keeps this page, as readers see it").fill("The neighbourhood team")
    for label, words in (("Day", "1"), ("Month", "6"), ("Year", "2027")):
        desk.get_by_label(label, exact=True).fill(words)
    desk.get_by_role("button", name="Save the page").click()


def _close(town: Town, service_id: object) -> None:
    with unit():
        db.session.get_one(Service, service_id).status = "defunct"
        listing_changed(service_id)  # type: ignore[arg-type]
    town.work()


def _check(town: Town, page: Page) -> None:
    if town.script:
        size = page.viewport_size
        check_at(page)
        page.set_viewport_size(size or SIZES["desk"])
