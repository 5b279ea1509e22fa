"""From a record to a referral that is sent, in a real browser: pages and typed fields counted, with scripts and without."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core import clock
from portal.core.extensions import db
from portal.referrals.models import Introduction
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.referrals import World, setting
from tests.support.signed_in import pages_of

PICTURES = os.environ.get("PORTAL_PICTURES")
MOST_LOADS, MOST_TYPED = 5, 3
MOST_LOADS_OF_NEW, MOST_TYPED_OF_NEW = 9, 8
Open = Callable[..., Page]


@pytest.fixture
def opened(
    sqlite_app: Flask, loop: World, chromium: Chromium, site: str, index_now: Callable[[], None]
) -> Iterator[Open]:
    """A page of a browser that is signed in as the link worker, on the record of the person."""
    reference = loop.person.reference
    with pages_of(sqlite_app, chromium, site) as open_page:

        def on(path: str | None = None, *, size: str = "desk", scripts: bool = True) -> Page:
            index_now()
            return open_page(path or f"/clients/{reference}", loop.worker, size=SIZES[size], scripts=scripts)

        yield on


def looked_at(page: Page, name: str) -> None:
    for size in NARROW_AND_WIDE:
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-{size}")


@pytest.mark.parametrize("scripts", [True, False])
def test_sixty_seconds_are_five_pages_and_nothing_typed(opened: Open, scripts: bool) -> None:
    page = opened(scripts=scripts)
    loads = [1]
    page.on("domcontentloaded", lambda _page: loads.append(1))
    page.get_by_role("link", name="Find support for this person").first.click()
    expect(page.get_by_text("Looking for Q.V.").first).to_be_visible()
    page.locator("article.service-card").locator(".refer-part__link").click()
    expect(page.get_by_role("heading", level=1, name="Refer to Tuesday Table")).to_be_visible()
    page.get_by_label("They told me").check()
    page.get_by_role("button", name="Check before you send").click()
    expect(page.get_by_role("heading", level=1, name="Check before you send")).to_be_visible()
    page.get_by_role("button", name="Send 1 referral").click()
    expect(page.get_by_role("heading", level=1, name="1 referral sent")).to_be_visible()
    assert len(loads) <= MOST_LOADS
    db.session.expire_all()
    assert db.session.query(Introduction).one().state == "sent"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_new_person_is_referred_in_nine_pages(opened: Open, scripts: bool) -> None:
    page = opened("/caseload", scripts=scripts)
    loads, typed = [1], 0
    page.on("domcontentloaded", lambda _page: loads.append(1))
    page.get_by_role("link", name="Add a person").first.click()
    told = {
        "First name": "Tamsin", "Surname": "Oddie", "Day": "27", "Month": "3", "Year": "1964", "Postcode": "LE2 0QB",
        "Phone number": "07700 900982", "What matters to them, in their own words": "Tea with somebody.",
    }  # fmt: skip
    for label, words in told.items():
        page.get_by_label(label, exact=True).fill(words)
        typed += 1
    page.locator('input[name="ways"][value="phone"]').check()
    page.locator('input[name="voicemail"][value="no"]').check()
    page.get_by_text("What would help? Choose what you know already").click()
    page.locator('input[name="needs"][value="loneliness"]').check()
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_text("T.O. is on your caseload.")).to_be_visible()
    page.get_by_role("link", name="Find support for this person").first.click()
    page.locator("article.service-card").locator(".refer-part__link").click()
    page.get_by_label("They told me").check()
    page.get_by_role("button", name="Check before you send").click()
    page.get_by_role("button", name="Send 1 referral").click()
    expect(page.get_by_role("heading", level=1, name="1 referral sent")).to_be_visible()
    assert (len(loads) <= MOST_LOADS_OF_NEW, typed) == (True, MOST_TYPED_OF_NEW), (len(loads), typed)
    db.session.expire_all()
    assert db.session.query(Introduction).one().state == "sent"


def test_ticked_results_go_to_one_check_without_scripts(make: Make, opened: Open) -> None:
    make.service("Kettle and Chat")
    make.service("Walk and Talk")
    page = opened(scripts=False)
    page.get_by_role("link", name="Find support for this person").first.click()
    for box in page.locator('input[form="refer-ticked"]').all():
        box.check()
    page.get_by_role("button", name="Refer to those ticked").click()
    expect(page.get_by_role("heading", level=1, name="Refer to 3 groups")).to_be_visible()
    page.get_by_label("They told me").check()
    page.get_by_role("button", name="Check before you send").click()
    page.get_by_role("button", name="Send 3 referrals").click()
    expect(page.get_by_role("heading", level=1, name="3 referrals sent")).to_be_visible()


def test_each_page_is_accessible_and_fits(sqlite_app: Flask, loop: World, make: Make, opened: Open) -> None:
    person = f"/clients/{loop.person.reference}"
    group = make.organisation("Eastgate Community Rooms")
    waits = make.service(
        "Kettle and Chat",
        organisation=group,
        space_state="waiting",
        space_weeks=3,
        space_said_at=clock.now(),
        minimum_age=65,
    )
    setting(waits, questions=["Will they need a lift home?"], asks_birth_date="The hall asks for it")
    full = make.service("Gardening mornings", space_state="full", space_said_at=clock.now())
    asks, refused = loop.introduction("info-requested"), loop.introduction("declined", service=make.service("Choir"))
    free = make.service("Walk and Talk", organisation=group)
    ways = {name: f"{person}/referrals/{one.reference}" for name, one in (("question", asks), ("declined", refused))}
    ways |= {"choose": f"/caseload/refer/{free.id}", "mistakes": "/caseload/mistakes"}
    asks.error_asked_by_id = loop.worker.id
    page = opened(f"{person}/refer?service={waits.id}&service={free.id}&service={full.id}")
    looked_at(page, "refer")
    page.get_by_label("They told me").check()
    page.get_by_label("Yes", exact=True).first.check()
    page.get_by_label("Will they need a lift home?").fill("No")
    page.get_by_role("button", name="Check before you send").click()
    expect(page.get_by_text("Both groups will see")).to_be_visible()
    looked_at(page, "refer-check")
    page.get_by_role("button", name="Send 2 referrals").click()
    expect(page.get_by_role("heading", level=1, name="2 referrals sent")).to_be_visible()
    looked_at(page, "refer-sent")
    for name, way in ways.items():
        found = page.goto(urljoin(page.url, way))
        assert found is not None and found.ok, way
        looked_at(page, f"introduction-{name}")
    page.goto(urljoin(page.url, f"{person}/find"))
    looked_at(page, "refer-results")
