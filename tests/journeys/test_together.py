"""Three things asked for together from one case: proposed, said once, sent at once; one says no, and the next nearest is asked.

In a real browser with and without scripts; each page is looked at for everybody and at every width.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core.extensions import db
from portal.referrals import answering
from portal.referrals.actors import Actor
from portal.referrals.guards import Given
from portal.referrals.models import Introduction, Referral
from portal.referrals.transitions import Who
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.people import make_user
from tests.support.signed_in import pages_of
from tests.together.conftest import Town, loop, town

__all__ = ["loop", "town"]
PICTURES = os.environ.get("PORTAL_PICTURES")
MOST_LOADS = 6
"""From the record to what was sent: situation, groups, what is shared, check, sent."""
REASON = "Just home from hospital: needs help to get about, with shopping, and some company in the first weeks."
Open = Callable[..., Page]


@pytest.fixture
def opened(sqlite_app: Flask, town: Town, chromium: Chromium, site: str) -> Iterator[Open]:
    """The record of the person, for the link worker, in a browser with or without scripts."""
    reference = town.loop.person.reference
    with pages_of(sqlite_app, chromium, site) as open_page:

        def on(*, scripts: bool) -> Page:
            return open_page(f"/clients/{reference}", town.loop.worker, size=SIZES["desk"], scripts=scripts)

        yield on


def looked_at(page: Page, name: str, *, scripts: bool) -> None:
    """What looks at a page is a script itself: without them nothing can be asked of it."""
    if not scripts:
        return
    for size in NARROW_AND_WIDE:
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-{size}")


def says_no(town: Town, name: str) -> None:
    """The group declines."""
    one = db.session.query(Introduction).filter_by(service_id=town.services[name].id).one()
    worker = make_user("group-worker", organisation=one.organization)
    by = Actor(Who.PROVIDER, user=worker, organization_id=one.organization_id)
    answering.decline(one, by=by, given=Given(reason="no-capacity"))
    db.session.commit()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripted", "plain"])
def test_three_from_one_case_one_says_no_and_the_next_nearest_is_asked(
    opened: Open, town: Town, make: Make, scripts: bool
) -> None:
    page = opened(scripts=scripts)
    loads = [1]
    page.on("domcontentloaded", lambda _page: loads.append(1))
    page.get_by_role("link", name="Ask for several things together").click()
    looked_at(page, "together-situations", scripts=scripts)
    page.get_by_role("link", name="Home from hospital").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home from hospital")
    looked_at(page, "together-choose", scripts=scripts)
    expect(page.get_by_role("group", name="Lift").get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Go on to what is shared").click()
    page.get_by_label("They told me").check()
    page.get_by_role("button", name="Check before you send").click()
    expect(page.get_by_text("All groups will see")).to_be_visible()
    page.get_by_role("button", name="Send 3 referrals").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 referrals sent")
    assert len(loads) <= MOST_LOADS
    db.session.rollback()
    assert db.session.query(Referral).count() == 1 and db.session.query(Introduction).count() == 3

    says_no(town, "Cup of Company")
    page.get_by_role("link", name="Back to the record").click()
    line = page.locator(".together")
    expect(line).to_contain_text("Befriending, Cup of Company: Declined.")
    looked_at(page, "together-declined", scripts=scripts)
    line.get_by_role("link", name="Offer the next nearest").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Refer to Doorstep Befriending")
    expect(page.get_by_label("What would help?")).to_have_value(REASON)
    page.get_by_label("They told me").check()
    page.get_by_role("button", name="Check before you send").click()
    page.get_by_role("button", name="Send 1 referral").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 referral sent")
    page.get_by_role("link", name="Back to the record").click()
    expect(page.locator(".together")).to_contain_text("Sent, not seen (next nearest; the first: Declined)")
    looked_at(page, "together-next", scripts=scripts)
    db.session.rollback()
    anew = db.session.query(Introduction).filter_by(service_id=town.services["Doorstep Befriending"].id).one()
    assert anew.state == "sent" and anew.replaces_id is not None
