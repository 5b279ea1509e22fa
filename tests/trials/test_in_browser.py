"""Trials in a real browser: axe at 320 and 1,280 pixels, right to left, and an answer without scripts or a mouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core import clock
from portal.core.extensions import db
from portal.trials import answers, figures
from portal.trials.models import TrialAnswer
from tests.factories import MONDAY, Make
from tests.support.chromium import SIZES, check_at, served
from tests.support.people import session_of
from tests.trials.world import QUESTION, world


@dataclass
class Scene:
    """A site with a question that runs, a trial that is over and one to come; the cookie of the coordinator."""

    site: str
    place: str
    trials: list[str]
    cookie: dict[str, Any]


@pytest.fixture
def scene(sqlite_app: Flask, make: Make) -> Iterator[Scene]:
    with clock.freeze(MONDAY):
        here = world(make)
        made = [
            here.trial(**QUESTION, starts_on=date(2026, 10, 12)),
            here.trial(
                slot="results-question", starts_on=date(2026, 8, 17), ends_on=date(2026, 10, 11),
                texts={"en": "Found?", "ur": "مدد؟"}, answers={"en": ["Yes", "No"], "ur": ["ہاں", "نہیں"]},
            ),
            here.trial(
                slot="listing-line", starts_on=date(2026, 12, 7), ends_on=date(2027, 1, 3), neighbourhood_id=here.there.id
            ),
        ]  # fmt: skip
        figures.count()
        db.session.commit()
        paths = [f"/trials/{one.id}" for one in made]
        name, token = session_of(sqlite_app, here.coordinator)
        place = f"/neighbourhoods/{here.here.slug}"
        db.session.remove()
        with served(sqlite_app) as site:
            yield Scene(site, place, paths, {"name": name, "value": token, "url": site})


def test_every_page_of_trials_is_accessible(scene: Scene, chromium: Chromium) -> None:
    context = chromium.new_context(viewport=SIZES["desk"])
    visitor = context.new_page()
    for path in (scene.place, f"{scene.trials[0]}/thanks"):
        visitor.goto(scene.site + path)
        check_at(visitor)
    assert not [one for one in context.cookies() if "portal" in one["name"]], "no cookie for a question"
    signed_in = chromium.new_context(viewport=SIZES["desk"])
    signed_in.add_cookies([scene.cookie])
    page = signed_in.new_page()
    for path in ("/trials", scene.trials[0], f"{scene.trials[2]}/edit", f"/ur{scene.trials[1]}"):
        page.goto(scene.site + path)
        check_at(page)
    page.goto(f"{scene.site}/trials/new")
    page.get_by_role("button", name="Save the trial").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_at(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_visitor_answers_with_the_keyboard(sqlite_app: Flask, scene: Scene, chromium: Chromium, script: bool) -> None:
    for path in answers.tallies.place(answers.FOLDER).iterdir():
        path.unlink()
    page = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=script).new_page()
    page.goto(scene.site + scene.place)
    page.get_by_label("Yes").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="If you need help now")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Thank you for your answer")
    page.get_by_role("link", name="Back to the neighbourhood").click()
    expect(page).to_have_url(scene.site + scene.place)
    answers.fold()
    assert [(one.answer, one.count) for one in db.session.query(TrialAnswer)] == [(2, 1)]
