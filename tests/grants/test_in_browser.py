"""Grants in a real browser: axe at 320 and 1,280 pixels, right to left, on paper, and from round to report without scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core import clock
from portal.core.extensions import db
from tests.factories import MONDAY, Make
from tests.grants.world import world
from tests.support.chromium import SIZES, check_at, served
from tests.support.people import session_of

LONG = (
    "An evening of tea, cake and company for everybody who would otherwise sit alone in " + "Llanfairpwllgwyngyll" * 3
)


@dataclass
class Scene:
    """A site with a round and two grants; cookies of the keeper and of an editor of the first group."""

    site: str
    round: str
    grant: str
    keeper: dict[str, Any]
    editor: dict[str, Any]


@pytest.fixture
def scene(sqlite_app: Flask, make: Make) -> Iterator[Scene]:
    with clock.freeze(MONDAY):
        here = world(make)
        group = make.organisation("Larkfield Circle")
        club = make.service(organisation=group, sessions=[make.session()], place={"neighbourhood_code": "E02002842"})
        here.round.purpose = f"{LONG} & more"
        first = here.grant(group, name=LONG[:160], services=[club], reports={"2026-q3": (9, 6)})
        here.grant(make.organisation("Far Friends"), name="Singing", places=("Eastgate", "Saffron Vale"))
        cookies = []
        for user in (here.keeper, make.user("editor", organisation=group)):
            name, token = session_of(sqlite_app, user)
            cookies.append({"name": name, "value": token})
        found = (f"/grants/rounds/{here.round.id}", f"/grants/{first.shown_reference}")
        db.session.remove()
        with served(sqlite_app) as site:
            keeper, editor = ({**one, "url": site} for one in cookies)
            yield Scene(site, *found, keeper, editor)


def _page(chromium: Chromium, cookie: Any, *, script: bool = True) -> Any:
    context = chromium.new_context(viewport=SIZES["desk"], java_script_enabled=script)
    context.add_cookies([cookie])
    return context.new_page()


def test_every_page_of_grants_is_accessible(scene: Scene, chromium: Chromium) -> None:
    page = _page(chromium, scene.keeper)
    for path in (
        "/grants", "/grants/gaps?quarter=2026-q3", "/grants/rounds/new", scene.round, scene.grant, f"{scene.grant}/edit",
        f"{scene.grant}/void", f"{scene.grant}/report/2026-q3", f"{scene.grant}/report/2026-q4", "/ur/grants/gaps",
    ):  # fmt: skip
        page.goto(scene.site + path)
        check_at(page)
    page.goto(f"{scene.site}{scene.round}/give")
    page.get_by_role("button", name="Save the grant").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_at(page)
    theirs = _page(chromium, scene.editor)
    own = scene.grant.replace("/grants", "/group/grants")
    for path in ("/group/grants", own, f"{own}/2026-q3"):
        theirs.goto(scene.site + path)
        check_at(theirs)


def test_what_is_missing_is_printed_though_it_is_folded(scene: Scene, chromium: Chromium) -> None:
    page = _page(chromium, scene.keeper)
    page.goto(f"{scene.site}/grants/gaps")
    folded = page.locator(".gaps__missing p").first
    expect(folded).not_to_be_visible()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()
    expect(page.get_by_role("button", name="Show")).not_to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_grant_from_round_to_report(scene: Scene, chromium: Chromium, script: bool) -> None:
    page = _page(chromium, scene.keeper, script=script)
    page.goto(f"{scene.site}/grants")
    page.get_by_role("link", name="Add a round").click()
    page.get_by_label("Name of the round").fill("Cafe grants")
    page.get_by_label("Money in the round").fill("10k")
    for name, day in (("opens_on", ("1", "10", "2026")), ("closes_on", ("1", "12", "2026"))):
        for part, value in zip(("day", "month", "year"), day, strict=True):
            page.locator(f"[name={name}-{part}]").fill(value)
    page.get_by_role("button", name="Save the round").click()
    page.get_by_role("link", name="Give a grant").click()
    page.get_by_label("Group").fill("Larkfield Circle")
    page.get_by_label("What the grant is for").fill("Mental health cafe")
    page.get_by_label("Amount").fill("£1,500")
    page.get_by_label("Saffron Vale").check()
    page.get_by_label("Young men").check()
    for name, day in (("starts_on", ("1", "10", "2026")), ("ends_on", ("20", "11", "2026"))):
        for part, value in zip(("day", "month", "year"), day, strict=True):
            page.locator(f"[name={name}-{part}]").fill(value)
    page.get_by_label("Sessions promised in a quarter").fill("6")
    page.get_by_label("People promised in a quarter").fill("20")
    page.get_by_role("button", name="Save the grant").click()
    page.get_by_label("Tuesday Table").check()
    page.get_by_role("button", name="Save the grant").click()
    expect(page.locator(".error-summary")).to_contain_text("This group has a grant for the same already")
    page.get_by_label("I have checked: this is another grant").check()
    page.get_by_role("button", name="Save the grant").click()
    expect(page.locator("h1")).to_have_text("Mental health cafe")
    expect(page.locator("tbody tr").first).to_contain_text("October to December 2026")
    theirs = _page(chromium, scene.editor, script=script)
    theirs.goto(f"{scene.site}/group")
    theirs.get_by_role("link", name="Report on your grant for Mental health cafe").click()
    theirs.get_by_label("How many sessions were there?").fill("7")
    theirs.get_by_label("How many different people came?").fill("5")
    theirs.get_by_role("button", name="Send the report").click()
    expect(theirs.locator(".notification--done")).to_contain_text("Report sent.")
    page.reload()
    expect(page.locator("tbody tr").first).to_contain_text("fewer than 8")
