"""Questionnaires, the safety step, results and pages of administration in a real browser: axe, 320 pixels, right to left.

A person's own page stands above measures, so the drawn parts are put into a page of staff here.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.core import clock
from portal.core.extensions import db
from portal.measures import actions, forms, queries, safety
from portal.measures.actions import Taken
from portal.people.models import Person
from tests.factories import Make
from tests.measures.test_recording import FIRST, LATER, NOVEMBER, OCTOBER
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.people import session_of

PICTURES = os.environ.get("PORTAL_PICTURES")
LAYOUT = """{%% extends "layouts/staff.html" %%}{%% from "components/%s.html" import %s %%}
{%% block title %%}Measures{%% endblock %%}{%% block content %%}%s{%% endblock %%}"""

Draw = Callable[..., Page]


@pytest.fixture
def draw(sqlite_app: Flask, chromium: Chromium, site: str) -> Iterator[Draw]:
    """Draws a macro in a page of staff, in a language, at a size."""
    contexts = []

    def drawn(
        component: str,
        macro: str,
        call: str,
        made: Callable[[], dict[str, Any]],
        size: str = "desk",
        language: str = "en",
    ) -> Page:
        with sqlite_app.test_request_context("/", base_url=site, environ_overrides={"portal.language": language}):
            html = render_template_string(LAYOUT % (component, macro, call), **made())
        context = chromium.new_context(viewport=SIZES[size])
        contexts.append(context)
        page = context.new_page()
        page.route(f"{site}/drawn", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(f"{site}/drawn")
        return page

    yield drawn
    for context in contexts:
        context.close()


def looked_at(page: Page, name: str, sizes: tuple[str, ...] = NARROW_AND_WIDE) -> None:
    for size in sizes:
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-{size}")


@pytest.mark.parametrize("name", ["ons4", "loneliness", "phq9"])
def test_a_questionnaire_is_accessible_and_fits(sqlite_app: Flask, draw: Draw, name: str) -> None:
    def made() -> dict[str, Any]:
        return {"form": forms.form_for(queries.measure(name, "en"))}

    page = draw("measure-form", "measure_form", '<h1>Measures</h1>{{ measure_form(form, "/drawn") }}', made)
    looked_at(page, f"measure-{name}", ("desk", "narrow"))
    if name == "ons4":
        boxes = [one.bounding_box() for one in page.locator(".rating__numbers label").all()]
        assert all(box and box["width"] >= 38 and box["height"] >= 44 for box in boxes)


def test_numbers_are_chosen_by_keys_and_by_touch(sqlite_app: Flask, draw: Draw) -> None:
    def made() -> dict[str, Any]:
        return {"form": forms.form_for(queries.measure("ons4", "en"))}

    page = draw("measure-form", "measure_form", '<h1>Measures</h1>{{ measure_form(form, "/drawn") }}', made, "narrow")
    page.get_by_role("group", name="2. Overall, to what extent").get_by_role("radio", name="7").click()
    expect(page.locator("#answer-worthwhile-7")).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#answer-worthwhile-8")).to_be_checked()
    expect(page.locator("#answer-worthwhile-7")).not_to_be_checked()


@pytest.mark.parametrize("language", ["cy", "ur"])
def test_it_stands_in_other_directions_too(sqlite_app: Flask, draw: Draw, language: str) -> None:
    def made() -> dict[str, Any]:
        return {"form": forms.form_for(queries.measure("ons4", language))}

    page = draw(
        "measure-form", "measure_form", '<h1>Measures</h1>{{ measure_form(form, "/drawn") }}', made, "narrow", language
    )
    looked_at(page, f"measure-{language}", ("narrow",))
    first, second = (page.locator(".rating__numbers li").nth(number).bounding_box() for number in (0, 1))
    assert first and second and (first["x"] > second["x"]) == (language == "ur")


def test_the_safety_step_is_accessible(sqlite_app: Flask, draw: Draw) -> None:
    def made() -> dict[str, Any]:
        form = forms.form_for(queries.measure("phq9", "en"))
        form["answer-harm"].data = "several"
        return {"form": form, "cards": safety.cards(("mental_health",), nation="england")}

    page = draw("measure-form", "measure_safety", '{{ measure_safety(form, "/drawn", cards) }}', made)
    looked_at(page, "measure-safety")
    expect(page.locator("input[name=answer-harm]")).to_have_value("several")


def test_results_are_accessible(sqlite_app: Flask, draw: Draw, make: Make, person: Person, worker: Any) -> None:
    def made() -> dict[str, Any]:
        for at, answers in ((OCTOBER, FIRST), (NOVEMBER, LATER)):
            with clock.freeze(at):
                actions.record(
                    person, Taken("ons4", answers, "before", "together", f"r{at:%Y%m%d}" + "0" * 20), by=worker
                )
        actions.record_none(person, "loneliness", "declined", form_key="r" * 30, by=worker)
        db.session.commit()
        return {"courses": queries.results_for(worker, person)}

    call = '<h1>Measures</h1><div class="sheet"><div class="sheet__body">{{ measure_results(courses) }}</div></div>'
    page = draw("measure-results", "measure_results", call, made)
    looked_at(page, "measure-results")
    assert page.get_by_role("row", name="Anxious yesterday").get_by_text("5, down 2").is_visible()


def test_the_pages_of_administration_are_accessible(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make
) -> None:
    boss = make.user("administrator")
    with sqlite_app.test_request_context():
        actions.set_licence("swemwbs", "REG-1", by=boss)
        actions.set_licence("mycaw", "by letter", by=boss)
        db.session.commit()
    context = chromium.new_context()
    name, token = session_of(sqlite_app, boss)
    context.add_cookies([{"name": name, "value": token, "url": site}])
    page = context.new_page()
    for path in ("", "/ons4", "/swemwbs", "/mycaw"):
        page.goto(f"{site}/admin/measures{path}")
        looked_at(page, f"admin-measures{path.replace('/', '-')}")
    context.close()
