"""The page of missed searches in a real browser: axe, small screens, right to left, without script."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, expect

from portal.core import clock, tallies
from portal.core.extensions import db
from portal.directory import missed as recording
from portal.directory.models import MissedSearch
from portal.insight import publishing
from portal.insight.months import months_kept
from tests.factories import Make
from tests.insight.made import AFTER, area, people
from tests.insight.test_searches import ADDRESS, missed, words
from tests.support.chromium import SIZES, check_at, picture
from tests.support.people import session_of

PICTURES = os.environ.get("PORTAL_PICTURES")


def window(app: Flask, chromium: Chromium, site: str, user: object, *, script: bool = True) -> BrowserContext:
    context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=script)
    name, token = session_of(app, user)  # type: ignore[arg-type]
    context.add_cookies([{"name": name, "value": token, "url": site}])
    return context


@pytest.fixture
def figures(make: Make) -> object:
    for number in range(12):
        missed(5 * number + 3, "food", f"LE{number}")
        missed(20 - number, "debt", "LE2", language="cy")
    missed(9, "learning-disability-autism", "LE2", kind="poor", language="ur")
    missed(30, "", "")
    words("chair yoga", 9)
    words("somewhere to play bridge", 3)
    db.session.commit()
    return make.user("administrator")


def test_it_can_be_used_by_everybody(sqlite_app: Flask, chromium: Chromium, site: str, figures: object) -> None:
    context = window(sqlite_app, chromium, site, figures)
    page = context.new_page()
    for path in (ADDRESS, f"{ADDRESS}?district=LE2", f"{ADDRESS}?need=loneliness", f"/ur{ADDRESS}"):
        answered = page.goto(f"{site}{path}")
        assert answered is not None and answered.status == 200
        for size in ("narrow", "phone", "desk"):
            check_at(page, [size])
            if PICTURES:
                picture(page, Path(PICTURES), f"{path.strip('/').replace('/', '-').replace('?', '-')}-{size}")
    context.close()


def test_it_is_filtered_without_script(sqlite_app: Flask, chromium: Chromium, site: str, figures: object) -> None:
    context = window(sqlite_app, chromium, site, figures, script=False)
    page = context.new_page()
    page.goto(f"{site}{ADDRESS}")
    page.get_by_label("Postcode district").select_option("LE2")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main table").first).to_contain_text("Searches from LE2")
    before = months_kept()[1]
    page.get_by_label("Month").select_option(before.slug)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".caption").first).to_have_text(before.first.strftime("%B %Y"))
    context.close()


def test_a_search_in_a_real_browser_is_counted_once(sqlite_app: Flask, chromium: Chromium, site: str) -> None:
    """Typed into the form: counted. Loaded anew, with another filter, gone back to: not again."""
    for path in tallies.place(recording.FOLDER).iterdir():
        path.unlink()
    context = chromium.new_context(viewport=SIZES["desk"], java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_label("What do you need help with?").fill("food bank")
    page.get_by_label("Postcode").first.fill("LE2 0QB")
    page.locator("form.search-box button").click()
    page.wait_for_url("**/services?**")
    page.reload()
    page.goto(f"{page.url}&cost=free", referer=page.url)
    page.go_back()
    recording.fold()
    db.session.expire_all()
    assert [(one.need, one.district, one.count) for one in db.session.query(MissedSearch)] == [("food", "LE2", 1)]
    context.close()


@pytest.fixture
def quarter(make: Make) -> object:
    """Figures of a quarter with large and small numbers, and who may see them."""
    cut = area(places=("Eastgate", "Mill Lane", "Northfields"))
    for number, count in enumerate((43, 7, 18)):
        people(cut, number, "sent", count)
        people(cut, number, "declined", count // 3, reason="no-capacity")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    return make.user("commissioner", area="vale")


def test_figures_can_be_used_by_everybody(sqlite_app: Flask, chromium: Chromium, site: str, quarter: object) -> None:
    context = window(sqlite_app, chromium, site, quarter)
    page = context.new_page()
    for path in ("/insight/vale/2026-q3", "/ur/insight/vale/2026-q3"):
        answered = page.goto(f"{site}{path}")
        assert answered is not None and answered.status == 200
        for size in ("narrow", "phone", "desk"):
            check_at(page, [size])
            if PICTURES:
                picture(page, Path(PICTURES), f"{path.strip('/').replace('/', '-')}-{size}")
    context.close()


def test_a_quarter_is_chosen_without_script(sqlite_app: Flask, chromium: Chromium, site: str, quarter: object) -> None:
    context = window(sqlite_app, chromium, site, quarter, script=False)
    page = context.new_page()
    page.goto(f"{site}/insight")
    page.get_by_label("Quarter").select_option("2026-q3")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Vale")).to_be_visible()
    page.get_by_text("How we count this").first.click()
    expect(page.get_by_text("Each person counts once a quarter.").first).to_be_visible()
    context.close()
