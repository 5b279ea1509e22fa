"""The caseload in a real browser: what axe finds at each size, and several at once with script and without."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core import clock
from portal.core.extensions import db
from portal.people.actions import flag, set_next_step
from tests.support.chromium import SIZES, check_at, check_fits
from tests.support.people import make_user, session_of
from tests.support.referrals import World, make_person

OpenPage = Callable[..., Page]


@pytest.fixture
def busy(sqlite_app: Flask, loop: World) -> World:
    """Somebody late with a question, somebody at a time, somebody to chase."""
    asks = make_person(loop.team, worker=loop.worker, given_name="Tamsin", family_name="Oddie")
    timed = make_person(loop.team, worker=loop.worker, given_name="Ivo", family_name="Marsh")
    with clock.freeze(clock.now() - timedelta(days=9)):
        loop.introduction("sent")
        loop.introduction("info-requested", person=asks)
    set_next_step(timed, "Meet at the library", clock.today(), None, by=loop.worker)
    flag(timed, "leicester", "Three of us see them.", by=loop.worker)
    db.session.commit()
    return loop


@pytest.fixture
def open_page(sqlite_app: Flask, busy: World, chromium: Chromium, site: str) -> Iterator[OpenPage]:
    opened = []

    def opens(path: str, size: str = "desk", user: Any = None, **options: Any) -> Page:
        context = chromium.new_context(viewport=SIZES[size], base_url=site, **options)
        name, token = session_of(sqlite_app, user or busy.worker)
        context.add_cookies([{"name": name, "value": token, "url": site}])
        opened.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opens
    for context in opened:
        context.close()


def test_the_list_and_the_pages_around_it_are_accessible_at_each_size(open_page: OpenPage) -> None:
    page = open_page("/caseload")
    expect(page.get_by_role("link", name="Answer a question")).to_be_visible()
    check_at(page)
    for path in ("/clients/new", "/caseload/find", "/caseload/new", "/caseload?view=closed"):
        page.goto(path)
        check_at(page)


def test_the_parts_of_the_site_stand_in_one_row_on_a_narrow_desk(open_page: OpenPage) -> None:
    page = open_page("/caseload")
    for width in (780, 1030):
        page.set_viewport_size({"width": width, "height": 700})
        boxes = [one.bounding_box() for one in page.locator(".staff-header__parts a").all()]
        assert len(boxes) > 2 and len({box["y"] for box in boxes if box}) == 1, f"at {width}: {boxes}"
        check_fits(page)


def test_flags_are_accessible(open_page: OpenPage) -> None:
    check_at(open_page("/caseload/flags", user=make_user("team-coordinator", area="leicester")))


@pytest.mark.parametrize("has_script", [True, False])
def test_several_are_chased_by_ticks_and_a_page_to_check(open_page: OpenPage, has_script: bool) -> None:
    page = open_page("/caseload", java_script_enabled=has_script)
    page.get_by_role("link", name="Tick all 3").first.click()
    expect(page.locator(".bulk__count").first).to_have_text("3 ticked")
    page.get_by_role("button", name="Chase replies").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check before you chase")
    page.get_by_role("button", name="Send 1 reminder").click()
    expect(page.get_by_role("status")).to_contain_text("1 reminder sent.")


def test_nothing_is_squeezed_between_a_phone_and_a_desk(open_page: OpenPage, busy: World) -> None:
    busy.person.access = {"language": "hu", "interpreter": True, "formats": ["bsl"]}
    busy.person.contact = {**(busy.person.contact or {}), "best_times": "After 2pm"}
    db.session.commit()
    make_user("safeguarding-lead", organisation=busy.team)
    worry = f"/safety/raise?person={busy.person.reference}"
    page = open_page("/caseload")
    page.locator("#area option").first.evaluate("one => { one.textContent = 'Belgrave Village, '.repeat(4) }")
    for width in (320, 780):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the caseload scrolls sideways by {wide} pixels at {width}"
    page.goto(worry)
    box = page.locator("main form.sheet, main .sheet form").first.bounding_box()
    assert box is not None and box["width"] > 500, "the side column takes the room of the form"
