"""What was cleared, in a real browser: places and days of all cards begin below each other, and a way leads back."""

from datetime import timedelta
from types import SimpleNamespace

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core import clock
from portal.core.extensions import db
from portal.unmet.models import UnmetNeed
from tests.factories import Make
from tests.insight.test_accessible import window
from tests.support.chromium import check_at
from tests.voice.test_clearing import say


def test_places_and_days_begin_below_each_other(
    one_place: SimpleNamespace, sqlite_app: Flask, chromium: Chromium, site: str, make: Make
) -> None:
    one = say(one_place.park, state="cleared")
    one.cleared_words, one.cleared_at = "Nothing at weekends", clock.now()
    need = UnmetNeed(needs=["befriending"], district="LE2", words="x", cleared_words="Chess", form_key="a" * 20)
    need.cleared_at = clock.now()
    one.created_at, need.created_at = clock.now(), clock.now() - timedelta(days=55)
    db.session.add(need)
    db.session.commit()
    page = window(sqlite_app, chromium, site, make.user("commissioner", area="leicester")).new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/voice/cleared")
    places = page.locator(".sheet__row > p")
    expect(places).to_have_count(2)
    assert len({round(box["x"]) for one in places.all() if (box := one.bounding_box())}) == 1
    expect(page.get_by_role("link", name="Back to unmet need")).to_be_visible()
    check_at(page, ["phone", "desk"])
