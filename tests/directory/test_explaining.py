"""Why each result is here: staff read it on the page and from the command; nobody else does, and nothing else changes."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from portal.core import clock
from portal.core.extensions import db
from portal.core.wording import KM_A_MILE
from portal.directory.cli import search
from portal.directory.examples import speaking_for
from portal.directory.freshness import SINKS
from portal.directory.lexicon import lines_in
from portal.directory.models import Location
from portal.directory.space import SINKS as SPACE_SINKS
from portal.search.weights import WEIGHTS
from tests.directory.test_sqlfinding import NoIndex
from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible, check_fits
from tests.support.page import Browser, Page
from tests.support.people import session_of

pytestmark = pytest.mark.usefixtures("monday")

ASK = "/services?q=lonely+tea&near=LE2+0QB"
AWAY = (52.70, -1.12)


@pytest.fixture
def _listings(active_app: Flask, make: Make, index_now: Callable[[], None]) -> None:
    today = clock.today()
    make.service("Tea table", needs=["loneliness"], sessions=[make.session()], assured_date=today)
    make.service(
        "Full tea", needs=["loneliness"], place={"point": AWAY}, assured_date=today - timedelta(days=245),
        space_state="full", space_said_at=clock.now(),
    )  # fmt: skip
    make.service("Tea by phone", is_online=True, needs=["befriending"], assured_date=today)
    make.service("Chess", description="A board game.", assured_date=today)
    index_now()


def in_100(share: float) -> str:
    return f"{round(share * 100)} in 100"


def whys(page: Page) -> dict[str, dict[str, str]]:
    """Name of each card to headings and what they say."""
    found: dict[str, dict[str, str]] = {}
    for card in page.select(".service-card"):
        told = {
            part.select("dt")[0].get_text(): " ".join(one.get_text() for one in part.select("dd"))
            for part in card.select(".why-here dl > div")
        }
        found[" ".join(card.select("h3")[0].get_text().split())] = told
    return found


def test_staff_read_why_each_is_here(_listings: None, make: Make, as_user: Callable[..., Browser]) -> None:
    staff = as_user(make.user("moderator"))
    plain = staff.get(ASK)
    assert not plain.select(".why-here")
    page = staff.get(plain.link("Say why each is here"))
    told = whys(page)
    assert list(told) == plain.words(".service-card h3") == ["Tea table", "Chess", "Full tea", "Tea by phone"]
    table, _chess, full, phone = told.values()
    assert re.search("“tea” adds [0-9.]+", table["Words"])
    assert "Feeling lonely or cut off, 100 in 100 sure: adds" in table["Need"]
    assert "Read from our lists: “lonely" in table["Need"] and "these speak for it most: “lonely”" in table["Need"]
    assert re.search("in 100 alike", table["Meaning"])
    assert table["Distance"] == "0.0 miles away: 100 in 100 is left."
    assert table["Next session"] == f"Within {WEIGHTS.soon_days} days: {in_100(WEIGHTS.soon)} more."
    assert "Stands lower because" not in table and "Together" not in table
    is_full, is_stale = (in_100(steps * WEIGHTS.demerit) for steps in (SPACE_SINKS["full"], SINKS["stale"]))
    assert full["Stands lower because"] == f"It is full: {is_full} less. Not checked for 8 months: {is_stale} less."
    assert full["Distance"] == f"4.7 miles away: {in_100(1 / (1 + 7.63 / WEIGHTS.half_km))} is left."
    assert full["Next session"] == f"None that we know of within {WEIGHTS.soon_days} days: adds nothing."
    left = in_100(1 / (1 + WEIGHTS.no_journey_km / WEIGHTS.half_km))
    assert phone["Distance"] == (
        f"No journey is needed. That counts as {WEIGHTS.no_journey_km / KM_A_MILE:.1f} miles: {left} is left."
    )
    assert phone["Need"] == "Not labelled with: Feeling lonely or cut off."
    assert phone["Words"].endswith(
        f"Not found: “lonely”. Only some of the words were found, so they count for {in_100(WEIGHTS.partial_words)}."
    )
    assert phone["Together"] == "After all that have the words or a need."
    assert page.headers["Cache-Control"] == "no-store"
    assert not staff.get(page.link("Hide why")).select(".why-here")


def test_the_sum_is_the_figures_put_together(_listings: None, make: Make, as_user: Callable[..., Browser]) -> None:
    every = whys(as_user(make.user("moderator")).get(f"{ASK}&explain=1"))
    assert len(every) == 4
    for told in every.values():
        formula, score = told["Sum"].split(" = ")
        figures = [float(one) for one in re.findall(r"[0-9.]+", formula)]
        assert len(figures) in {6, 7}
        words, needs, *partial, meaning, away, soon, worth = figures
        share = partial[0] if partial else 1.0
        assert ((words + needs) * share + meaning) * away * soon * worth == pytest.approx(float(score), abs=0.25)


def test_every_link_and_form_keeps_it_but_the_one_that_is_shared(
    _listings: None, make: Make, as_user: Callable[..., Browser]
) -> None:
    page = as_user(make.user("moderator")).get(f"{ASK}&explain=1")
    for form in (".filters__form", ".results-bar__sort", ".search-band__form"):
        assert page.one(f"{form} input[name=explain]")["value"] == "1"
    assert "explain" not in str(page.one(".results__share a")["href"])


@pytest.mark.parametrize("role", [None, "editor", "lead"])
def test_nobody_else_does_whatever_they_ask(
    _listings: None, role: str | None, make: Make, browser: Browser, as_user: Callable[..., Browser]
) -> None:
    who = browser if role is None else as_user(make.user(role, organisation=make.organisation()))
    page = who.get(f"{ASK}&explain=1")
    assert page.select(".service-card") and not page.select(".why-here")
    assert "each is here" not in page.html
    assert not [tag for tag in page.select("main a, main input") if "explain" in str(tag)]


def test_it_costs_no_statement(
    _listings: None, make: Make, as_user: Callable[..., Browser], count_statements: Callable[[], Any]
) -> None:
    staff = as_user(make.user("moderator"))
    staff.get(ASK)
    with count_statements() as plain:
        staff.get(ASK)
    with count_statements() as told:
        assert len(whys(staff.get(f"{ASK}&explain=1"))) == 4
    # An index in the database is read once more for the same words.
    assert len([one for one in told if "search_" not in one]) == len([one for one in plain if "search_" not in one])


def test_without_an_index_it_says_that_it_cannot(
    _listings: None, make: Make, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = as_user(make.user("moderator"))
    monkeypatch.setattr("portal.directory.one_search.engine", NoIndex)
    page = staff.get(f"{ASK}&explain=1")
    assert page.select(".service-card") and not page.select(".why-here")
    assert "Search is being mended, so it cannot say why each is here." in page.main


def test_a_place_that_became_secret_is_not_told_by_an_index_that_lags(
    _listings: None, make: Make, index_now: Callable[[], None], as_user: Callable[..., Browser]
) -> None:
    location = make.location(point=AWAY)
    place_id = location.id
    make.service("Secret tea", location=location, needs=["loneliness"])
    index_now()
    staff = as_user(make.user("moderator"))
    assert "4.7 miles" in whys(staff.get(f"{ASK}&explain=1"))["Secret tea"]["Distance"]
    db.session.get_one(Location, place_id).privacy = "hidden"
    db.session.commit()
    assert whys(staff.get(f"{ASK}&explain=1"))["Secret tea"] == {}


def test_what_stands_before_others_says_so(
    make: Make, index_now: Callable[[], None], as_user: Callable[..., Browser]
) -> None:
    make.service("Tea here", needs=["loneliness"], assured_date=clock.today())
    make.service("Tea by phone", is_online=True, needs=["loneliness"], assured_date=clock.today())
    make.service("Debt tea", needs=["debt"], cost=500, assured_date=clock.today())
    index_now()
    staff = as_user(make.user("moderator"))
    told = whys(staff.get("/services?q=lonely&explain=1"))
    assert next(iter(told)) == "Tea by phone"
    assert told["Tea by phone"]["Together"] == (
        "Before others, because it is online or by phone and nobody said where they are."
    )
    assert "Nobody said where they are" in told["Tea here"]["Distance"] and "Together" not in told["Tea here"]
    make.service("Grief tea", needs=["bereavement"], place={"point": AWAY})
    index_now()
    led = whys(staff.get("/services?q=help+with+debt+and+with+grief&near=LE2+0QB&explain=1"))
    assert led["Debt tea"]["Together"] == "Among the first, as the best for: Debt and money advice."
    assert led["Grief tea"]["Together"] == "Among the first, as the best for: Grief and loss."
    free = whys(staff.get("/services?q=free+tea&near=LE2+0QB&explain=1"))
    assert free["Tea here"]["Together"] == "Before others, because it says: Free."
    assert free["Debt tea"]["Together"] == "After all that have the words or a need."
    nearest = whys(staff.get("/services?q=tea&near=LE2+0QB&sort=nearest&explain=1"))
    assert all("The nearest come first." in one["Together"] for one in nearest.values())


@pytest.fixture
def run(sqlite_app: Flask, _listings: None) -> Callable[..., str]:
    def invoke(*args: str) -> str:
        result = CliRunner().invoke(search, ["query", *args], obj=sqlite_app)
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_programs_read_the_same_as_data(run: Callable[..., str]) -> None:
    found = json.loads(run("lonely tea", "--near", "LE2 0QB", "--explain", "--json"))
    told = {one["name"]: one["why"] for one in found["results"]}
    assert told["Full tea"]["lowered"] == [
        {"reason": "full", "steps": SPACE_SINKS["full"]},
        {"reason": "stale", "steps": SINKS["stale"]},
    ]
    for why in told.values():
        fit = sum(one["gain"] for one in (*why["topics"], *why["words"])) * why["words_share"] + why["meaning"]
        shares = why["distance_share"] * why["soon_share"] * why["demerit_share"]
        assert fit * shares == pytest.approx(why["score"])
    (topic,) = [one for one in told["Tea table"]["topics"] if one["part"] == "loneliness"]
    assert topic["certainty"] == 1.0 and topic["read_from"]["lines"] and topic["read_from"]["taught"]
    plain = json.loads(run("lonely tea", "--near", "LE2 0QB", "--json"))
    assert all("why" not in one for one in plain["results"])


def test_people_read_it_below_each_result(run: Callable[..., str]) -> None:
    printed = run("lonely tea", "--near", "LE2 0QB", "--explain")
    assert "    Stands lower because: It is full: " in printed
    assert printed.count("    Distance: ") == 4
    assert "Distance" not in run("lonely tea", "--near", "LE2 0QB")


def test_the_command_says_that_a_missing_index_cannot_say(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.directory.one_search.engine", NoIndex)
    assert "The index cannot say why this is here." in run("tea", "--explain")
    assert {one["why"] for one in json.loads(run("tea", "--explain", "--json"))["results"]} == {None}


def test_lines_that_speak_for_a_need_are_told_as_they_are_written() -> None:
    assert "lonely" in lines_in("I am lonely")["loneliness"]
    assert "loneliness" not in lines_in("plumber wanted")
    assert "befriending" not in lines_in("not befriending")


def test_what_was_taught_speaks_by_words_and_by_pieces_of_misspelt_ones() -> None:
    assert speaking_for("telly is my only company", "loneliness")[:2] == ("company", "telly")
    misspelt = speaking_for("lonly and sad in my flat", "loneliness")
    assert any("lon" in one and "..." in one for one in misspelt)
    assert len(misspelt) <= 3
    assert speaking_for("عندي دين ولا أنام", "loneliness") == ()


def test_each_step_down_has_its_words() -> None:
    from portal.directory.explaining import SPACE_SAID

    assert SPACE_SAID.keys() == {state for state, steps in SPACE_SINKS.items() if steps}
    assert WEIGHTS.demerit * max(SPACE_SINKS.values()) < 1


def test_everybody_on_the_staff_can_read_it(
    sqlite_app: Flask, _listings: None, make: Make, chromium: Chromium, site: str
) -> None:
    name, token = session_of(sqlite_app, make.user("moderator"))
    for size, prefix in (("phone", ""), ("narrow", "/cy"), ("narrow", "/ur"), ("desk", "")):
        context = chromium.new_context(viewport=SIZES[size], java_script_enabled=True)
        context.add_cookies([{"name": name, "value": token, "url": site}])
        window = context.new_page()
        window.goto(f"{site}{prefix}{ASK}&explain=1")
        for summary in window.locator(".why-here > summary").all():
            summary.click()
        expect(window.locator(".why-here[open]")).to_have_count(4)
        check_accessible(window)
        check_fits(window)
        context.close()
