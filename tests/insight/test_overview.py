"""The overview: what a commissioner sees of their own area, in page, file and JSON alike, and nobody of another's."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.insight import publishing
from tests.factories import Make
from tests.insight.made import AFTER, area, people
from tests.support.page import Browser, Page

HOME = "/insight"
ADDRESS = "/insight/vale/2026-q3"


def rows(page: Page, name: str) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select(f"section[aria-labelledby=t-{name}] tbody tr")
    ]


@pytest.fixture
def quarter(active_app: Flask) -> None:
    """Two neighbourhoods, of which one has few people; another area beside them."""
    made, far = area(places=("=Eastgate <b>", "Mill Lane")), area("far")
    people(made, 0, "sent", 43, days=4)
    people(made, 0, "accepted", 22)
    people(made, 0, "declined", 9, who="full", reason="no-capacity", need="debt")
    people(made, 0, "visited", 12, days=9)
    people(made, 1, "sent", 7)
    people(far, 0, "sent", 30, who="far")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()


@pytest.fixture
def planner(make: Make, as_user: Callable[..., Browser]) -> Browser:
    return as_user(make.user("commissioner", area="vale"))


def test_home_leads_to_the_newest_figures_of_the_area(quarter: None, planner: Browser) -> None:
    assert planner.get(HOME, expect=303).headers["Location"].endswith(ADDRESS)
    assert planner.get(f"{HOME}?area=far&quarter=2026-q3", expect=303).headers["Location"].endswith(ADDRESS)
    assert planner.get(f"{HOME}?area=vale&quarter=nonsense", expect=303).headers["Location"].endswith(ADDRESS)


@pytest.mark.parametrize("role", ["link-worker", "administrator", "moderator", "team-coordinator"])
def test_home_leads_who_sees_no_figures_on_to_what_they_may_see(
    role: str, active_app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    area_of = {"area": "vale"} if role in {"moderator", "team-coordinator"} else {}
    who = as_user(make.user(role, **area_of))
    where = who.get(HOME, expect=303).headers["Location"]
    assert where == "/insight/searches"
    page = who.get(where)
    assert page.words(".staff-header__parts [aria-current]") == ["Searches"]
    assert "Insight" not in page.words(".staff-header__parts a")
    who.get("/insight/overview", expect=403)


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("2026-q4", "Figures for October to December 2026 will be published on 15 January 2027, or soon after."),
        ("2031-q1", "Figures for January to March 2031 will be published on 15 April 2031, or soon after."),
    ],
)
def test_a_quarter_to_come_says_when_it_will_be_published(
    quarter: None, planner: Browser, slug: str, told: str
) -> None:
    with clock.freeze(datetime.fromisoformat(AFTER)):
        for page in ("", "/fairness", "/unmet", "/groups"):
            shown = planner.get(f"/insight/vale/{slug}{page}", expect=404)
            assert shown.words("main .lead") == [told]
        assert planner.get(shown.link("See the newest that there is"), expect=303).headers["Location"].endswith(ADDRESS)
        assert shown.words(".staff-header__parts [aria-current]")[0] == "Insight" and not shown.select("[type=search]")
        other = planner.get(f"/insight/far/{slug}", expect=404)
        assert other.words("main .lead") == planner.get("/insight/nowhere/2026-q3", expect=404).words("main .lead")
        assert other.words("main .lead") == planner.get("/insight/vale/2024-q1", expect=404).words("main .lead")
        assert "will be published" not in other.html


@pytest.mark.parametrize(
    "path",
    [
        ADDRESS,
        f"{ADDRESS}/fairness",
        f"{ADDRESS}/unmet",
        f"{ADDRESS}/groups",
        "/insight/vale/offers",
        "/insight/searches",
    ],
)
def test_title_and_heading_say_the_same(quarter: None, planner: Browser, path: str) -> None:
    page = planner.get(path)
    assert page.words("title")[0].rpartition(" - ")[0] == page.words("h1")[0]
    assert "Vale" in page.words("h1")[0] or path == "/insight/searches"


def test_the_page_of_groups_is_named_for_both_that_it_tells(quarter: None, planner: Browser) -> None:
    heading = planner.get(f"{ADDRESS}/groups").words("h1")[0]
    assert "How quickly groups answer" in heading and "helped" in heading


def test_small_numbers_are_hidden_in_page_file_and_json_alike(quarter: None, planner: Browser) -> None:
    page = planner.get(ADDRESS)
    told = rows(page, "referrals")
    assert told == [
        ["=Eastgate <b>", "45", "20", "10", "0", "not shown", "9 days"],
        ["Mill Lane", "fewer than 8", "0", "0", "0", "not shown", "not shown"],
    ]
    file = planner.get(f"{ADDRESS}/referrals.csv")
    lines = list(csv.reader(io.StringIO(file.html.lstrip("\ufeff"))))
    assert lines[1] == ["Vale", "2026-q3", "'=Eastgate <b>", "45", "20", "10", "0", "not shown", "9"]
    assert lines[2][3] == "fewer than 8"
    document = json.loads(planner.get(f"{ADDRESS}.json").html)
    table = next(one for one in document["tables"] if one["id"] == "referrals")
    assert table["rows"][1]["cells"][0] == {"value": None, "shown": "fewer than 8"}
    assert table["rows"][0]["cells"][0] == {"value": 45}


def test_full_and_not_funded_stand_apart(quarter: None, planner: Browser) -> None:
    page = planner.get(ADDRESS)
    heads = page.words("section[aria-labelledby=t-declined] thead th")
    assert heads[:3] == ["Neighbourhood", "Full", "Not funded to take this"]
    assert rows(page, "declined")[0][:3] == ["=Eastgate <b>", "10", "0"]


def test_bars_repeat_cells_and_a_small_one_has_one_length(quarter: None, planner: Browser) -> None:
    page = planner.get(ADDRESS)
    chart = page.one("#chart-referrals-0")
    assert [one.get_text() for one in chart.select(".chart__number")] == ["45", "fewer than 8"]
    assert [one["width"] for one in chart.select(".chart__told, .chart__small")] == ["90.0%", "16.0%"]
    assert "style=" not in page.html


def test_how_each_figure_is_counted_stands_on_the_page(quarter: None, planner: Browser) -> None:
    said = " ".join(planner.get(ADDRESS).words(".counted__how dd"))
    assert "Each person counts once a quarter." in said and "Counts of 1 to 7 show as" in said


@pytest.mark.parametrize("end", ["", ".json", "/referrals.csv"])
@pytest.mark.parametrize("place", ["far", "nowhere", "vale%00", "%ED%A0%80"])
def test_another_area_is_not_there(quarter: None, planner: Browser, place: str, end: str) -> None:
    planner.get(f"/insight/{place}/2026-q3{end}", expect=404)


@pytest.mark.parametrize(
    "address",
    [
        f"{HOME}/vale/2026-q5", f"{HOME}/vale/2026-q2", f"{HOME}/vale/99999999999999-q1", f"{HOME}/vale/q3.json",
        f"{ADDRESS}/nothing.csv",
    ],
)  # fmt: skip
def test_a_quarter_or_table_that_is_not_there(quarter: None, planner: Browser, address: str) -> None:
    planner.get(address, expect=404)


def test_before_anything_is_published_that_is_said(app: Flask, planner: Browser) -> None:
    assert "Not enough activity to show this safely yet" in planner.get(HOME).main


def test_an_area_with_nobody_says_so(app: Flask, planner: Browser) -> None:
    made = area()
    people(made, 0, "sent", 3)
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    page = planner.get(ADDRESS)
    assert "Not enough activity to show this safely yet" in page.main
    assert not page.select("section[aria-labelledby=t-referrals]")


def test_it_asks_little_of_the_database(app: Flask, planner: Browser, count_statements: Callable[[], object]) -> None:
    made = area(places=tuple(f"Ward {number:02}" for number in range(30)))
    for turn in range(4):
        quarter, counted = Quarter(2025, turn + 1), 0
        people(made, turn, "sent", 20, quarter)
        counted += 1
    with clock.freeze(datetime.fromisoformat(AFTER) + timedelta(days=1)):
        publishing.look()
    db.session.commit()
    with count_statements() as seen:  # type: ignore[attr-defined]
        planner.get("/insight/vale/2025-q4")
    assert len([one for one in seen if "insight_" in one]) <= 3
