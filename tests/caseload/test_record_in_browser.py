"""The record in a real browser: axe, narrow and wide, and the strip that says whose record it is."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core import clock
from portal.core.extensions import db
from portal.measures.actions import Taken, record
from portal.people import actions, consents
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture, served
from tests.support.people import session_of
from tests.support.referrals import NUMBER, World, make_person

PICTURES = os.environ.get("PORTAL_TEST_PICTURES")
STATES = {
    "Gardening mornings": "info-requested",
    "Kettle and Chat": "waiting-list",
    "Elders’ lunch": "booked",
    "Benefits check": "completed",
    "Tai chi for beginners": "declined",
}
PAGES = (
    "", "/change/matters", "/change/contact", "/change/access", "/details", "/contacts/add", "/goals", "/agreements",
    "/agreements/add?name=circle", "/agreements/end?organisation=all", "/seen", "/close", "/death", "/measures/ons4", "/flag",
)  # fmt: skip


@pytest.fixture
def told(sqlite_app: Flask, loop: World, make: Make) -> Iterator[tuple[str, str, Any]]:
    """A record as in the pictures: the site, its address, and the cookie of its link worker."""
    loop.person = person = make_person(
        loop.team, worker=loop.worker, given_name="Meera", family_name="Kapadia", nhs_number=NUMBER,
        needs=("loneliness", "bereavement", "physical-activity"), age_group="50-64",
        what_matters="I want to be outdoors with other people again, and to talk in Gujarati some of the time.",
        access={"language": "gu", "interpreter": True, "getting_in": ["step_free", "near_bus"],
                "formats": ["large-print"], "communication": None, "asked_on": clock.today().isoformat(),
                "review_on": (clock.today() + timedelta(days=180)).isoformat()},
    )  # fmt: skip
    actions.add_goal(person, "Go to one group a week.", by=loop.worker)
    for name, state in STATES.items():
        loop.service = make.service(name, organisation=loop.group)
        loop.introduction(state)
    consents.refuse(person, make.organisation("Weekly huddle team").id, how="spoken", by=loop.worker)
    for answer, days in (("4", 40), ("6", 2)):
        with clock.freeze(clock.now() - timedelta(days=days)), sqlite_app.test_request_context():
            given = {"satisfied": answer, "worthwhile": "5", "happy": answer, "anxious": "7"}
            record(person, Taken("ons4", given, "before", "together", f"k{days:023d}"), by=loop.worker)
    actions.note_contact(
        person, at=clock.now(), mode="phone", outcome="reached", minutes=20, by=loop.worker,
        organization_id=loop.team.id, note="Looking forward to the lunch. Wants company on the bus the first time.",
    )  # fmt: skip
    db.session.commit()
    name, token = session_of(sqlite_app, loop.worker)
    address = f"/clients/{person.reference}"
    db.session.remove()
    with served(sqlite_app) as site:
        yield site, address, {"name": name, "value": token, "url": site}


def test_the_pages_of_a_record_are_for_everybody(told: tuple[str, str, Any], chromium: Chromium) -> None:
    site, address, cookie = told
    context = chromium.new_context()
    context.add_cookies([cookie])
    page = context.new_page()
    for part in PAGES:
        page.goto(f"{site}{address}{part}")
        for size in NARROW_AND_WIDE:
            check_at(page, [size])
            if PICTURES:
                picture(page, Path(PICTURES), f"record{part.partition('?')[0].replace('/', '-')}-{size}")
    context.close()


def test_whose_record_it_is_stays_in_sight(told: tuple[str, str, Any], chromium: Chromium) -> None:
    site, address, cookie = told
    context = chromium.new_context(viewport=SIZES["desk"], java_script_enabled=False)
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{site}{address}")
    page.locator("#timeline").scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    expect(page.locator(".record-strip h1")).to_be_in_viewport()
    page.locator(".record-grid__contact a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Safe contact")
    page.locator("#phone").fill("12")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_contain_text("Enter a phone number")
    context.close()


def test_what_is_said_of_a_referral_has_room_on_a_tablet_and_on_paper(
    told: tuple[str, str, Any], chromium: Chromium
) -> None:
    site, address, cookie = told
    context = chromium.new_context(viewport={"width": 800, "height": 1100})
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{site}{address}")
    said = page.locator(".record-introduction > div:nth-child(2)")
    media: tuple[Literal["screen", "print"], ...] = ("screen", "print")
    for medium in media:
        page.emulate_media(media=medium)
        widths = [box["width"] for one in said.all() if (box := one.bounding_box())]
        assert len(widths) == len(STATES) and min(widths) > 250, medium
    expect(page.get_by_role("link", name="Close this record")).to_be_hidden()
    context.close()
