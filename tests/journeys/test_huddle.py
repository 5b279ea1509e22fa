"""Two huddles a week apart, as a team lives them: a case that carries over, an action each, and a member who may not see it.

In a real browser, with and without scripts; on each page that is met, accessibility and fit are looked at.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.huddles.models import HuddleAction
from tests.huddles.conftest import TUESDAY
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.mailbox import Mailbox
from tests.support.signed_in import pages_of
from tests.support.teams import TeamWorld

PICTURES = os.environ.get("PORTAL_PICTURES")
Open = Callable[..., Page]


@pytest.fixture
def opened(active_app: Flask, chromium: Chromium, site: str) -> Iterator[Open]:
    """Opens a page as somebody who has signed in just now, with or without JavaScript."""
    with pages_of(active_app, chromium, site) as open_page:

        def page_of(path: str, user: User, *, is_scripted: bool) -> Page:
            return open_page(path, user, size=SIZES["desk"], scripts=is_scripted)

        yield page_of


def looked_at(page: Page, name: str, *, is_scripted: bool) -> None:
    """Accessible and within the page at each width; a picture of it where somebody asks for some."""
    for size in NARROW_AND_WIDE if is_scripted else ():
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"huddle-{name}-{size}")
    page.set_viewport_size(SIZES["desk"])


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripted", "plain"])
def test_two_huddles_a_week_apart(sqlite_app: Flask, opened: Open, mailbox: Mailbox, is_scripted: bool) -> None:
    with clock.freeze(TUESDAY):
        team = TeamWorld()
        reference, slug = team.person.reference, team.place.slug
        emails = team.worker.email, team.adviser.email
        first = hold_the_first(team, opened, is_scripted=is_scripted)
        sent = mailbox.all
        assert {one.to for one in sent} == set(emails)
        assert all(team_reference(reference) in one.text and "Q.V." not in one.text for one in sent)
    with clock.freeze(TUESDAY + timedelta(days=7)):
        worker, adviser, stranger = (db.session.query(User).filter_by(id=one).one() for one in first)
        page = opened(f"/neighbourhoods/{slug}/huddle", worker, is_scripted=is_scripted)
        expect(page.get_by_role("heading", level=1)).to_have_text("Huddle, Tuesday 1 December 2026")
        expect(page.locator("main")).to_contain_text("1 case: 1 overdue")
        page.get_by_role("link", name="Q.V.").click()
        expect(page.get_by_label("Situation")).to_have_value("No heating since October.")
        expect(page.get_by_label("Done so far")).to_have_value("24 November: The landlord does not answer.")
        expect(page.get_by_label("Update this week")).to_have_value("")
        looked_at(page, "second", is_scripted=is_scripted)
        page.locator("form[action$='/done'] button").first.click()
        expect(page.locator("[role=status]")).to_contain_text("Marked as done.")
        shut = opened(f"/neighbourhoods/{slug}/huddle", stranger, is_scripted=is_scripted)
        expect(shut.locator("main")).to_contain_text("1 case not shared with you.")
        assert reference not in shut.content() and "Q.V." not in shut.content()
        looked_at(shut, "not-shared", is_scripted=is_scripted)
        away = opened(f"/neighbourhoods/{slug}/huddle/2026-12-01/catch-up", adviser, is_scripted=is_scripted)
        expect(away.locator("main")).to_contain_text("Ask the landlord for a date")
        looked_at(away, "catch-up", is_scripted=is_scripted)
        db.session.expire_all()
        assert [one.ended_as for one in db.session.query(HuddleAction).order_by(HuddleAction.created_at)] == [
            "done",
            None,
        ]


def hold_the_first(team: TeamWorld, opened: Open, *, is_scripted: bool) -> list[object]:
    """The first huddle, from who is here to the end. Gives the ids of worker, adviser and stranger."""
    ids = [team.worker.id, team.adviser.id, team.stranger.id]
    address, stranger = team.at(), db.session.get_one(User, team.stranger.id)
    page = opened(address, team.worker, is_scripted=is_scripted)
    ticking = page.get_by_role("button", name="Start a 36-minute timer")
    assert ticking.is_visible() == is_scripted  # off until somebody starts it
    if is_scripted:
        expect(page.locator("[role=timer]")).to_have_text("")
        ticking.click()
        expect(page.locator("[role=timer]")).to_have_text(re.compile(r"^00:0\d$"))
    page.get_by_text("Who is here: 0 of 3 ticked").click()
    page.get_by_label("Link worker, Wharfside Link Workers").check()
    page.get_by_role("button", name="Note who is here").click()
    expect(page.get_by_text("Who is here: 1 of 3 ticked")).to_be_visible()
    page.get_by_role("link", name="Q.V.").click()  # the first click of an action
    looked_at(page, "open", is_scripted=is_scripted)
    page.get_by_label("Situation").fill("No heating since October.")
    page.get_by_label("Update this week").fill("The landlord does not answer.")
    page.get_by_label("Add an action").fill("Ask the landlord for a date")
    page.get_by_label("Due").select_option("2026-11-27")
    page.get_by_role("button", name="Add action").click()  # the second
    expect(page.locator("[role=status]")).to_contain_text("Action added, due Friday 27 November.")
    page.get_by_label("Add an action").fill("Look at the tenancy")
    page.get_by_label("Owner").select_option(label="Housing adviser")
    page.get_by_role("button", name="Add action").click()
    shut = opened(address, stranger, is_scripted=is_scripted)
    expect(shut.locator("main")).to_contain_text("1 case not shared with you.")
    page.get_by_role("link", name="Finish huddle").click()
    looked_at(page, "finish", is_scripted=is_scripted)
    page.get_by_role("button", name="Finish and tell the owners").click()
    expect(page.locator("[role=status]")).to_contain_text("2 owners are told by e-mail.")
    looked_at(page, "finished", is_scripted=is_scripted)
    page.get_by_role("link", name="Print").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Minutes, Tuesday 24 November 2026")
    return list(ids)


def team_reference(reference: str) -> str:
    """As mails write it."""
    return f"{reference[:4]}-{reference[4:]}"


def test_the_pages_of_a_team_fit_and_can_be_used_by_all(sqlite_app: Flask, opened: Open) -> None:
    with clock.freeze(TUESDAY):
        team = TeamWorld()
        patch = team.team.patches[0]
        base = f"/teams/{team.team.id}"
        addresses = {
            "teams": "/teams", "team": base, "add": "/teams/add", "cover": f"{base}/places", "add-member": f"{base}/members",
            "redraw": f"{base}/places/{patch.id}/redraw", "end": f"{base}/members/{team.at_work.id}/end",
        }  # fmt: skip
        for name, address in addresses.items():
            looked_at(opened(address, team.coordinator, is_scripted=True), name, is_scripted=True)
        case = team.case_at(date(2026, 11, 24))
        for name, address in {
            "add-case": f"{team.at()}/cases",
            "change": f"{case}/change",
            "close": f"{case}/close",
        }.items():
            looked_at(opened(address, team.worker, is_scripted=True), name, is_scripted=True)
