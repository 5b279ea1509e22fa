"""The pages of groups in a real browser: axe, narrow, right to left, with and without script."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.changes import actions
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_accessible, check_at, picture, served
from tests.support.people import session_of

PICTURES = os.environ.get("PORTAL_TEST_PICTURES")


@pytest.fixture
def group(sqlite_app: Flask, make: Make) -> Iterator[tuple[str, Any, Any]]:
    """A group as in the pictures; gives the site, its listing's id and the cookie of an editor."""
    owner = make.organisation("Tannery Park Allotment Group")
    gardening = make.service(
        "Gardening mornings", organisation=owner, phone="0116 496 0187", who_for="Adults who like to be outdoors.",
        sessions=[make.session("TU", "10:00", "12:00"), make.session("2SA,4SA", "10:00", "13:00", freq="monthly")],
        space_state="space", space_said_at=clock.now(), first_visit=["Mo meets you at the gate."],
    )  # fmt: skip
    shed = make.service("Shed Saturdays", organisation=owner, assured_date=clock.today().replace(year=2020))
    editor = make.user("editor", organisation=owner, trusted=True)
    draft = actions.save_draft(shed, {"description": "Half a"}, by=editor, base_version=1)
    sent = actions.save_draft(gardening, {"name": "Garden"}, by=editor, base_version=1)
    actions.submit(sent, by=editor)
    actions.send_back(sent, make.user("moderator"), words="Is this the name on your door?")
    actions.propose(gardening, {"description": "Digging, tea and talk."}, by=editor, base_version=1, key=None)
    db.session.commit()
    assert draft.state == "draft"
    name, token = session_of(sqlite_app, editor)
    own_id = gardening.id
    db.session.remove()
    with served(sqlite_app) as site:
        yield site, own_id, {"name": name, "value": token, "url": site}


def _page(chromium: Chromium, cookie: Any, size: str = "desk", *, script: bool = True) -> Any:
    context = chromium.new_context(viewport=SIZES[size], java_script_enabled=script)
    context.add_cookies([cookie])
    return context.new_page()


def _look(page: Any, name: str) -> None:
    if PICTURES:
        picture(page, Path(PICTURES), name)


def test_every_page_is_accessible(group: tuple[str, Any, Any], chromium: Chromium) -> None:
    site, own_id, cookie = group
    page = _page(chromium, cookie)
    listing = f"/group/listings/{own_id}"
    pages = {
        "home": "/group", "listings": "/group/listings", "listing": f"{listing}/edit", "name": f"{listing}/edit/name",
        "sessions": f"{listing}/edit/sessions", "place": f"{listing}/edit/place", "needs": f"{listing}/edit/needs",
        "space": f"{listing}/edit/space", "close": f"{listing}/close", "history": f"{listing}/history",
        "version": f"{listing}/history/1", "confirm": f"{listing}/confirm",
    }  # fmt: skip
    for name, address in pages.items():
        page.goto(f"{site}{address}")
        for size in NARROW_AND_WIDE:
            check_at(page, [size])
            _look(page, f"{name}-{size}")
    page.context.close()


def test_pages_read_from_right_to_left(group: tuple[str, Any, Any], chromium: Chromium) -> None:
    site, own_id, cookie = group
    page = _page(chromium, cookie, "narrow")
    for name, address in (("home", "/group"), ("sessions", f"/group/listings/{own_id}/edit/sessions")):
        page.goto(f"{site}/ur{address}")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        check_accessible(page)
        _look(page, f"{name}-rtl")
    page.context.close()


def test_dates_follow_what_is_typed(group: tuple[str, Any, Any], chromium: Chromium) -> None:
    site, own_id, cookie = group
    page = _page(chromium, cookie)
    page.goto(f"{site}/group/listings/{own_id}/edit/sessions")
    first = page.locator(".next-dates__times").first
    page.locator("#s-0-starts").fill("7.30pm")
    page.locator("#s-0-ends").fill("9pm")
    expect(page.locator(".next-dates").get_by_text("7.30pm to 9pm").first).to_be_visible()
    page.locator("#s-0-ends").fill("6pm")
    expect(page.locator("[data-dates]")).to_contain_text("Fix the problem to see the dates.")
    page.locator("#s-0-ends").fill("9pm")
    expect(first).to_be_visible()
    page.get_by_role("button", name="Save and show to everyone").click()
    expect(page.get_by_text("Everyone can see it.")).to_be_visible()
    page.context.close()
    service = db.session.get_one(Service, own_id)
    assert {one.starts_at.hour for place in service.service_at_locations for one in place.sessions} == {19, 10}


@pytest.mark.parametrize("script", [True, False])
def test_dates_are_shown_where_a_listing_is_added(
    group: tuple[str, Any, Any], chromium: Chromium, script: bool
) -> None:
    site, _own_id, cookie = group
    page = _page(chromium, cookie, "desk" if script else "narrow", script=script)
    page.goto(f"{site}/group/listings/new")
    page.get_by_role("button", name="Begin").first.click()
    page.wait_for_url("**/listings/new/*")
    page.goto(f"{page.url}/when_where")
    page.locator("#place-postcode").fill("LE2")
    page.locator("#s-0-starts").fill("7.30pm")
    page.locator("#s-0-ends").fill("9pm")
    update = page.locator("[data-dates]").get_by_role("button", name="Update dates")
    if not script:
        update.click()
    expect(page.locator(".next-dates").get_by_text("7.30pm to 9pm").first).to_be_visible()
    expect(page.locator("#place-postcode")).to_have_value("LE2")
    if script:
        check_accessible(page)
    page.locator("#s-0-often").select_option("fortnightly")
    if not script:
        update.click()
        expect(page.locator(".error-summary")).to_contain_text("Session 1: give the first date")
    expect(page.locator("[data-dates]")).to_contain_text("Fix the problem to see the dates.")
    _look(page, f"adding-times-{'script' if script else 'plain'}")
    page.context.close()


def test_the_form_works_without_script(group: tuple[str, Any, Any], chromium: Chromium) -> None:
    site, own_id, cookie = group
    page = _page(chromium, cookie, "phone", script=False)
    page.goto(f"{site}/group/listings/{own_id}/edit/sessions")
    page.get_by_role("button", name="Add another session").click()
    expect(page.get_by_text("Session 3", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove session 3").click()
    page.locator("#s-0-ends").fill("9am")
    page.locator("[data-dates]").get_by_role("button", name="Update dates").click()
    expect(page.locator(".error-summary")).to_contain_text("Session 1: the finish time must be after 10am")
    expect(page.locator("[data-dates]")).to_contain_text("Fix the problem to see the dates.")
    check_accessible_without_script = page.locator("#s-0-ends")
    expect(check_accessible_without_script).to_have_value("9am")
    _look(page, "sessions-error-phone")
    page.locator("#s-0-ends").fill("11am")
    page.get_by_role("button", name="See how it will look").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How the public will see it")
    _look(page, "preview-phone")
    page.get_by_role("button", name="Save and show to everyone").click()
    expect(page.get_by_text("Everyone can see it.")).to_be_visible()
    page.context.close()


def test_space_in_one_tap(group: tuple[str, Any, Any], chromium: Chromium) -> None:
    site, own_id, cookie = group
    page = _page(chromium, cookie, "phone")
    page.goto(f"{site}/group")
    page.locator(f"#space-{own_id}").get_by_role("button", name="Full until").click()
    expect(page.get_by_text("now shows “Full now”")).to_be_visible()
    page.get_by_label("Full until").fill("5 January")
    page.get_by_role("button", name="Save and show to everyone").click()
    expect(page.get_by_text("is saved. Everyone can see it.")).to_be_visible()
    page.goto(f"{site}/group")
    expect(page.locator(f"#space-{own_id} [aria-pressed=true]")).to_contain_text("Full until")
    _look(page, "home-full-phone")
    page.context.close()
