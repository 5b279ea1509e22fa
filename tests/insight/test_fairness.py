"""Fairness and how quickly groups answer: gaps in words, made from what is shown alone."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.insight import publishing
from tests.factories import Make
from tests.insight.made import AFTER, area, people
from tests.insight.test_overview import rows
from tests.support.page import Browser

ADDRESS = "/insight/vale/2026-q3/fairness"


@pytest.fixture
def planner(active_app: object, make: Make, as_user: Callable[..., Browser]) -> Browser:
    made, far = area(), area("far")
    for number in range(2):
        people(made, number, "sent", 60, who=f"young{number}", age="26-49", language="en", access="none", fifth="3")
        people(made, number, "visited", 50, who=f"young{number}", age="26-49", language="en", access="none", fifth="3")
        people(made, number, "sent", 60, who=f"old{number}", age="65-over", language="ur", access="none", fifth="3")
        people(made, number, "visited", 20, who=f"old{number}", age="65-over", language="ur", access="none", fifth="3")
    people(far, 0, "sent", 30, who="far")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    return as_user(make.user("commissioner", area="vale"))


def test_home_leads_to_the_newest_of_the_area(planner: Browser) -> None:
    assert planner.get("/insight/fairness", expect=303).headers["Location"].endswith(ADDRESS)
    assert planner.get("/insight/groups", expect=303).headers["Location"].endswith("/insight/vale/2026-q3/groups")


def test_a_gap_is_said_in_words_and_no_other(planner: Browser) -> None:
    page = planner.get(ADDRESS)
    said = page.words(".counted__gaps li")
    assert len(said) == 2 and "there were 33 first visits; among the others 83" in said[0], "by age, and by language"
    assert said[1].startswith("Urdu (اردو): ")
    assert "no group is clearly behind" in " ".join(page.words(".counted__gaps p"))


@pytest.mark.parametrize(
    ("sent", "came", "said"),
    [
        (18, 12, []),
        (40, 12, ["65 or over: for every 100 people referred there were 25 first visits; among the others 67."]),
    ],
    ids=["as many came as of the others, and it reads as half", "far fewer came"],
)
def test_no_gap_is_said_that_rounding_made(
    sent: int, came: int, said: list[str], active_app: object, make: Make, as_user: Callable[..., Browser]
) -> None:
    """Of 60 others 40 came. 12 of 18 are as many, though they are shown as 10 of 20."""
    made = area()
    for step, young, old in (("sent", 60, sent), ("visited", 40, came)):
        people(made, 0, step, young, who="young", age="26-49")
        people(made, 0, step, old, who="old", age="65-over")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    page = as_user(make.user("commissioner", area="vale")).get(ADDRESS)
    shown = {row[0]: row[1:] for row in rows(page, "age")}
    assert shown["65 or over"][0] == str(5 * round(sent / 5)) and shown["65 or over"][2] == "10"
    assert page.words("section[aria-labelledby=t-age] .counted__gaps li") == said


def test_page_file_and_json_tell_the_same(planner: Browser) -> None:
    told = {row[0]: row[1:] for row in rows(planner.get(ADDRESS), "language")}
    assert told["Urdu (اردو)"] == ["120", "0", "40", "0", "33%"]
    lines = list(csv.reader(io.StringIO(planner.get(f"{ADDRESS}/language.csv").html.lstrip("\ufeff"))))
    assert next(line for line in lines if line[2] == "Urdu (اردو)")[3:] == ["120", "0", "40", "0", "33%"]
    document = json.loads(planner.get(f"{ADDRESS}.json").html)
    assert {one["id"] for one in document["tables"]} == {"age", "language", "access", "fifth"}


def test_languages_have_the_name_that_the_reader_knows_and_their_own(planner: Browser) -> None:
    heads = [row[0] for row in rows(planner.get(ADDRESS), "language")]
    assert {"English", "Welsh (Cymraeg)", "Gujarati (ગુજરાતી)", "Punjabi (ਪੰਜਾਬੀ)", "Polish (Polski)"} <= set(heads)
    heads = [row[0] for row in rows(planner.get(f"/cy{ADDRESS}"), "language")]
    assert {"Saesneg (English)", "Cymraeg"} <= set(heads)


def test_without_a_file_of_postcodes_nothing_is_said_of_deprivation(
    active_app: object, make: Make, as_user: Callable[..., Browser]
) -> None:
    people(area(), 0, "sent", 40, age="26-49")
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    db.session.commit()
    browser = as_user(make.user("commissioner", area="vale"))
    assert "needs a file of postcodes" in browser.get(ADDRESS).html
    browser.get(f"{ADDRESS}/fifth.csv", expect=404)


@pytest.mark.parametrize(
    "path", ["fairness", "fairness.json", "fairness/age.csv", "groups", "groups.csv", "groups.json"]
)
def test_another_area_is_not_there(path: str, planner: Browser) -> None:
    planner.get(f"/insight/vale/2026-q3/{path}")
    planner.get(f"/insight/far/2026-q3/{path}", expect=404)
    planner.get(f"/insight/vale/2026-q9/{path}", expect=404)
