"""What stands around the cases of a huddle, in a real browser: the strip, a gap that is told, and a set on its case."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.core.extensions import db
from portal.huddles.gap_models import HuddleGap
from tests.factories import Make
from tests.huddles.pages import ask_for_a_lift
from tests.support.chromium import NARROW_AND_WIDE, check_at
from tests.support.teams import TeamWorld

Open = Callable[..., Page]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripted", "plain"])
def test_a_gap_is_told_from_the_strip_and_stands_on_it(at_board: Open, team: TeamWorld, scripts: bool) -> None:
    page = at_board(team.adviser, scripts=scripts)
    expect(page.get_by_role("heading", name="Space this week")).to_be_visible()
    if scripts:
        check_at(page, NARROW_AND_WIDE)
    page.get_by_role("link", name="Report a gap").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field__error")).to_contain_text("Choose what is missing")
    if scripts:
        check_at(page, NARROW_AND_WIDE)
    page.get_by_label("What is missing?").select_option(label="Learning English")
    page.get_by_label("In a sentence").fill("English in the evening")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".space-strip")).to_contain_text("English in the evening")
    db.session.rollback()
    assert db.session.query(HuddleGap).one().need == "english-language"


def test_a_set_stands_on_its_case_with_ways_on_for_who_holds_the_record(
    at_board: Open, team: TeamWorld, make: Make
) -> None:
    ask_for_a_lift(team, make)
    worker, adviser = team.worker, team.adviser
    page = at_board(worker)
    expect(page.locator(".together")).to_contain_text("Lift, Wheels Together: Sent, not seen.")
    page.locator(".huddle-cases tbody th a").click()
    for name in ("Refer", "Ask for several things together", "No service fits"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    check_at(page, NARROW_AND_WIDE)
    page = at_board(adviser)
    expect(page.locator(".together")).to_contain_text("Lift: Sent, not seen.")
    assert page.locator(".together a").count() == 0 and page.get_by_text("Wheels Together").count() == 0
    page.locator(".huddle-cases tbody th a").click()
    expect(page.get_by_role("link", name="No service fits")).to_be_visible()
    assert page.get_by_role("link", name="Refer", exact=True).count() == 0
    page.get_by_role("link", name="No service fits").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No service fits")
