"""The page where administrators say what words mean: tried first, saved once that was seen, switched off, put back."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.core.extensions import db
from portal.directory.lexicon import meant_by
from portal.directory.models import Synonym
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, picture
from tests.support.page import Browser, Page
from tests.support.people import session_of

ADDRESS = "/admin/synonyms"
PICTURES = os.environ.get("PORTAL_PICTURES")
PLAIN = {"language": "en", "phrase": "blether bench", "meaning": "loneliness"}
WORSE = {"language": "en", "phrase": "food", "meaning": "veterans"}


@pytest.fixture
def boss(make: Make, as_user: Callable[..., Browser]) -> Browser:
    return as_user(make.user("administrator"))


def seen(page: Page) -> str:
    return str(page.one('input[name="seen"]')["value"])


def kept() -> list[tuple[str, str, str, bool]]:
    db.session.expire_all()
    return [(one.language, one.phrase, one.meaning, one.is_on) for one in db.session.query(Synonym)]


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.ADMINISTRATOR])
def test_administrators_alone_may_open_it(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], role: str
) -> None:
    user = make.user(role, organisation=make.organisation("Larkfield Circle"), area="E06000016")
    as_user(user).get(ADDRESS, expect=403)


def test_a_phrase_is_tried_then_saved_and_understood(app: Flask, boss: Browser) -> None:
    assert "None yet." in boss.get(ADDRESS).main
    page = boss.post(ADDRESS, PLAIN | {"do": "preview"}, expect=200)
    assert "None of our own searches says this" in page.main and kept() == []
    assert "Urgent help shows for the same searches as before." in page.main
    assert page.one("#phrase")["value"] == "blether bench"
    assert page.one("#meaning option[selected]")["value"] == "loneliness"
    page = boss.follow(boss.post(ADDRESS, PLAIN | {"do": "save", "seen": seen(page)}, expect=303))
    assert "Saved." in page.text and "blether bench" in page.one("section[aria-labelledby=every]").get_text()
    assert kept() == [("en", "blether bench", "loneliness", True)]
    assert meant_by("blether bench").sure == ("loneliness",)


@pytest.mark.parametrize("given", ["", "nonsense", "0" * 64])
def test_nothing_is_saved_that_was_not_seen(app: Flask, boss: Browser, given: str) -> None:
    page = boss.post(ADDRESS, PLAIN | {"do": "save", "seen": given}, expect=200)
    assert "Not saved yet. Look at what it changes first." in page.text and kept() == []
    other = boss.post(ADDRESS, PLAIN | {"phrase": "blether benches", "do": "save", "seen": seen(page)}, expect=200)
    assert "Not saved yet." in other.text and kept() == []


def test_what_gets_worse_must_be_ticked(app: Flask, boss: Browser) -> None:
    page = boss.post(ADDRESS, WORSE | {"do": "preview"}, expect=200)
    assert page.select(".mark--act") and page.select("#anyway")
    again = boss.post(ADDRESS, WORSE | {"do": "save", "seen": seen(page)}, expect=422)
    assert "Some searches are understood worse." in again.text and kept() == []
    boss.post(ADDRESS, WORSE | {"do": "save", "seen": seen(again), "anyway": "y"}, expect=303)
    assert kept() == [("en", "food", "veterans", True)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"phrase": " "}, "Enter a phrase."),
        ({"phrase": "drop-in"}, "“drop-in” is not one plain word."),
        ({"phrase": "<script>alert(1)</script>"}, "is not one plain word."),
        ({"phrase": "\u202e\u200f"}, "Enter a phrase."),
        ({"phrase": "x" * 10_000}, "Use 120 letters and 12 words or fewer."),
        ({"phrase": "((((a+)+)+)+)$"}, "is not one plain word."),
        ({"language": "xx"}, "Not a valid choice"),
        ({"meaning": "' or 1=1 --"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(app: Flask, boss: Browser, typed: dict[str, str], sentence: str) -> None:
    for do in ("preview", "save"):
        page = boss.post(ADDRESS, PLAIN | typed | {"do": do}, expect=422)
        assert page.text.count(sentence) >= 2 and "<script>alert" not in page.html
    assert kept() == []


def test_it_is_switched_off_and_put_back(app: Flask, boss: Browser) -> None:
    page = boss.post(ADDRESS, PLAIN | {"do": "preview"}, expect=200)
    boss.post(ADDRESS, PLAIN | {"do": "save", "seen": seen(page)}, expect=303)
    action = str(boss.get(ADDRESS).one('form[action*="/switch"]')["action"])
    page = boss.follow(boss.post(action, {"to": "off"}, expect=303))
    assert "You can put it back." in page.text and "switched off" in page.main and not kept()[0][3]
    assert not meant_by("blether bench").sure
    boss.post(action, {"to": "on"}, expect=303)
    assert kept()[0][3] and meant_by("blether bench").sure == ("loneliness",)
    boss.post(f"{ADDRESS}/{uuid4()}/switch", {"to": "on"}, expect=404)


def test_saving_twice_saves_once(app: Flask, boss: Browser) -> None:
    page = boss.post(ADDRESS, PLAIN | {"do": "preview"}, expect=200)
    boss.post(ADDRESS, PLAIN | {"do": "save", "seen": seen(page)}, expect=303)
    again = boss.post(ADDRESS, PLAIN | {"do": "preview"}, expect=200)
    refused = boss.post(ADDRESS, PLAIN | {"do": "save", "seen": seen(again)}, expect=422)
    assert "This phrase means that already." in refused.text and len(kept()) == 1


def test_a_forged_form_is_refused(app: Flask, boss: Browser) -> None:
    boss.post(ADDRESS, PLAIN | {"do": "save"}, expect=400, csrf=False)
    assert kept() == []


def test_it_can_be_used_by_everybody(sqlite_app: Flask, chromium: Chromium, site: str, make: Make) -> None:
    user = make.user("administrator")
    for phrase, meaning, is_on in (("blether bench", "loneliness", True), ("bezpłatna herbatka", "cost=free", False)):
        db.session.add(Synonym(language="en" if is_on else "pl", phrase=phrase, meaning=meaning, is_on=is_on))
    db.session.commit()
    for prefix, has_script in (("", True), ("/ur", True), ("/cy", False)):
        context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=has_script)
        name, token = session_of(sqlite_app, user)
        context.add_cookies([{"name": name, "value": token, "url": site}])
        page = context.new_page()
        page.goto(f"{site}{prefix}{ADDRESS}")
        _look(page, f"synonyms{prefix.strip('/')}", axe=has_script)
        page.locator("#phrase").fill("food")
        page.locator("#meaning").select_option("veterans")
        page.locator('button[value="preview"]').click()
        expect(page.locator("#preview")).to_be_visible()
        _look(page, f"synonyms{prefix.strip('/')}-preview", axe=has_script)
        page.locator('button[value="save"]').click()
        expect(page.locator(".error-summary")).to_be_visible()
        _look(page, f"synonyms{prefix.strip('/')}-error", axe=has_script)
        page.locator("#anyway").check()
        page.locator('button[value="save"]').click()
        expect(page.get_by_role("status").first).to_be_visible()
        page.locator('form[action*="/switch"] button[value="off"]').first.click()
        expect(page.locator(".mark--ended")).to_have_count(2)
        page.locator('form[action*="/switch"] button[value="on"]').first.click()
        expect(page.locator(".mark--ended")).to_have_count(1)
        for row in db.session.query(Synonym).filter_by(phrase="food"):
            db.session.delete(row)
        db.session.commit()
        context.close()


def _look(page: object, name: str, *, axe: bool) -> None:
    for size in NARROW_AND_WIDE:
        if axe:
            check_at(page, [size])  # type: ignore[arg-type]
        else:
            page.set_viewport_size(SIZES[size])  # type: ignore[attr-defined]
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-{size}")  # type: ignore[arg-type]
