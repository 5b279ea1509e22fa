"""The board in a real browser: what was done is said in sight of who did it, with scripts and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from portal.accounts.models import User
from tests.support.chromium import SIZES
from tests.support.people import make_user
from tests.support.teams import AREA, TeamWorld, join

Open = Callable[..., Page]
CUT_OFF = """() => [...document.querySelectorAll(".huddle-action select")].flatMap(box => {
  const style = getComputedStyle(box), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [...box.options].map(one => one.label).filter(words => pen.measureText(words).width > room);
})"""
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def opened(at_board: Open, team: TeamWorld) -> Open:
    """The board of today's huddle with its case opened, for one of the team, at a size, with or without scripts."""

    def on(user: User, *, scripts: bool = True, size: ViewportSize = PHONE) -> Page:
        return at_board(user, f"?open={team.person.reference}", scripts=scripts, size=size)

    return on


@pytest.mark.parametrize("scripts", [True, False], ids=["scripted", "plain"])
def test_what_was_saved_or_done_is_said_at_the_case(opened: Open, team: TeamWorld, scripts: bool) -> None:
    page = opened(team.worker, scripts=scripts)
    said = page.locator("[role=status]")
    for box, typed, button, words in (
        ("Add an action", "Phone", "Add action", "Action added, due Tuesday 1 December."),
        ("Situation", "No heating.", "Save for", "Saved."),
    ):
        page.get_by_label(box).fill(typed)
        page.get_by_role("button", name=button).click()
        expect(said).to_have_text(words)
        expect(said).to_be_in_viewport()
        assert page.locator(".huddle-case [role=status]").count() == said.count() == 1
        expect(page.locator(".huddle-said")).to_be_focused()
    page.locator("form[action$='/done'] button").click()
    expect(said).to_have_text("Marked as done.")
    expect(said).to_be_in_viewport()
    page.reload()
    assert said.count() == 0


def test_owners_and_days_are_not_cut_off(opened: Open, team: TeamWorld) -> None:
    second = make_user("team-member", area=AREA, name="Wilhelmina Copperbrook")
    join(team.team, second, team.workers)
    for size in (PHONE, SIZES["desk"], ViewportSize(width=1024, height=800)):
        page = opened(team.worker, size=size)
        offered = page.locator("#owner option").all_text_contents()
        assert {"Housing adviser", "Link worker, Lena Arkwright", "Link worker, Wilhelmina Copperbrook"} <= {*offered}
        assert page.locator("#due option:checked").text_content() == "Tue 1 Dec, next huddle"
        assert page.evaluate(CUT_OFF) == [], size


def test_a_name_stands_beside_its_role_where_it_is_ticked(opened: Open, team: TeamWorld) -> None:
    for size in (PHONE, SIZES["desk"]):
        page = opened(team.worker, size=size)
        page.locator(".huddle-here summary").click()
        label = page.locator(".huddle-here label").first
        role, name = label.locator("> bdi").bounding_box(), label.locator("> .soft").bounding_box()
        assert role is not None and name is not None
        assert name["x"] - (role["x"] + role["width"]) < 24, size


def test_paper_holds_no_ways_on(opened: Open, team: TeamWorld) -> None:
    page = opened(team.worker, size=SIZES["desk"])
    ways = [page.get_by_text("Start a 36-minute timer"), page.get_by_role("link", name="What changed")]
    ways += [page.get_by_role("link", name="Take off the board"), page.get_by_role("link", name="Finish huddle")]
    assert all(one.is_visible() for one in ways)
    page.emulate_media(media="print")
    assert not any(one.is_visible() for one in ways)
    expect(page.get_by_text("Cold home, unpaid carer")).to_be_visible()
