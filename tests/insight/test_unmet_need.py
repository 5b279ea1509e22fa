"""Unmet need: four sources apart, a count of 7 hidden everywhere, charts and a map of the same cells."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.geography.models import NeighbourhoodPart
from portal.insight import publishing
from portal.insight.definitions import UNMET_SOURCES
from portal.insight.unmet_need import WORDS_OF
from portal.voice import clearing
from tests.factories import Make
from tests.insight.made import AFTER, area, people, places_of
from tests.insight.test_overview import rows
from tests.support.page import Browser

ADDRESS = "/insight/vale/2026-q3/unmet"
BEFORE = Quarter(2026, 2)


@pytest.fixture
def planner(active_app: object, make: Make, as_user: Callable[..., Browser]) -> Browser:
    made, far = area(), area("far")
    for number, (debt, grief) in enumerate(((43, 12), (21, 7))):
        people(made, number, "sent", 90)
        people(made, number, "declined", debt, who=f"d{number}", reason="no-capacity", need="debt")
        people(made, number, "declined", grief, who=f"g{number}", reason="not-funded", need="bereavement")
        people(made, number, "declined", 30, who=f"n{number}", reason="not-eligible", need="food")
    people(made, 0, "declined", 20, BEFORE, who="before", reason="no-capacity", need="debt")
    people(far, 0, "declined", 30, who="far", reason="no-capacity", need="debt")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    return as_user(make.user("commissioner", area="vale"))


def test_only_what_says_that_something_is_missing_counts_and_seven_are_hidden(planner: Browser) -> None:
    page = planner.get(ADDRESS)
    told = {row[0]: row[1:] for row in rows(page, "unmet-declined")}
    debt, grief = told.values()
    assert debt == ["45", "20"] and grief == ["10", "fewer than 8"], "people for whom it was not right are not here"


def test_what_stands_out_is_said_in_sentences(planner: Browser) -> None:
    said = planner.get(ADDRESS).words("p.lead")
    assert said[0].endswith("is the largest need that nobody could meet, in every neighbourhood.")
    assert any("is new since April to June 2026" in one for one in said[1:])


def test_page_file_and_json_tell_the_same(planner: Browser) -> None:
    page = rows(planner.get(ADDRESS), "unmet-declined")
    lines = list(csv.reader(io.StringIO(planner.get(f"{ADDRESS}/unmet-declined.csv").html.lstrip("\ufeff"))))
    assert [line[2:] for line in lines[1:]] == page
    document = json.loads(planner.get(f"{ADDRESS}.json").html)
    assert [one["id"] for one in document["tables"]] == [
        "unmet-declined", "unmet-forms", "unmet-searches", "unmet-gaps"
    ]  # fmt: skip


def test_a_source_that_told_nothing_says_so_and_leads_to_the_others(planner: Browser) -> None:
    page = planner.get(f"{ADDRESS}?source=unmet-gaps")
    assert "Not enough activity to show this safely yet" in page.html
    assert len(page.select("ul.views a")) == 4


def test_words_of_a_source_are_read_once_they_are_cleared_or_not_at_all(planner: Browser) -> None:
    assert list(WORDS_OF) == list(UNMET_SOURCES)
    for source, name in WORDS_OF.items():
        kind = clearing.kind_named(name) if name else None
        assert name is None or (kind is not None and kind.cleared is not None), source
    page = planner.get(f"{ADDRESS}?source=unmet-gaps")
    assert page.link("What people wrote, as far as a moderator cleared it") == "/voice/cleared#kind-gap"


def test_what_an_address_says_that_is_not_there_is_passed_over(planner: Browser) -> None:
    page = planner.get(f"{ADDRESS}?source=none&need=%00&place=nowhere")
    assert rows(page, "unmet-declined")
    assert (
        planner.get("/insight/unmet?area=far&source=unmet-forms", expect=303)
        .headers["Location"]
        .endswith(f"{ADDRESS}?source=unmet-forms")
    )


def test_the_map_has_the_figures_of_the_row_that_is_chosen(active_app: object, planner: Browser) -> None:
    parts = db.session.scalars(db.select(NeighbourhoodPart)).all()
    codes = iter(["E02002832", "E02002833", "E02002834", "E02002835"])
    for part in parts:
        part.code = next(codes)
    db.session.commit()
    page = planner.get(f"{ADDRESS}?need=bereavement")
    chosen = next(
        row for row in rows(page, "unmet-declined") if row[0] == page.words("select#need option[selected]")[0]
    )
    listed = page.words(".area-map__list li")
    assert [one.partition(": ")[2] for one in listed] == chosen[1:]
    assert len(page.select("svg.area-map__drawing path.area-map__place")) == 2
    assert not page.select("svg.area-map__drawing [style]")


def test_a_wide_area_shows_one_neighbourhood_at_a_time(
    active_app: object, make: Make, as_user: Callable[..., Browser]
) -> None:
    made = area("wide", places=[f"Ward {number:02}" for number in range(13)])
    for number in range(13):
        people(made, number, "sent", 120)
        people(made, number, "declined", 20 + 5 * number, who=f"d{number}", reason="no-capacity", need="debt")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    browser = as_user(make.user("commissioner", area="wide"))
    assert rows(browser.get("/insight/wide/2026-q3/unmet"), "by-need")[0][1:] == ["80"], "the one with most"
    third = places_of(made)[2]
    assert rows(browser.get(f"/insight/wide/2026-q3/unmet?place={third}"), "by-need")[0][1:] == ["30"]
    lines = list(csv.reader(io.StringIO(browser.get("/insight/wide/2026-q3/unmet/unmet-declined.csv").html)))
    assert len(lines[0]) == 16, "the file has all of them"


@pytest.mark.parametrize("path", ["", ".json", "/unmet-forms.csv"])
def test_another_area_is_not_there(path: str, planner: Browser) -> None:
    planner.get(f"/insight/far/2026-q3/unmet{path}", expect=404)
