"""The same offer compared across neighbourhoods: exact, of today, and without places that nobody may know of."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.directory.understanding import Understanding
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.insight import offers
from portal.insight.definitions import MEASURES
from tests.factories import Make
from tests.insight.made import SINCE, area
from tests.support.page import Browser

CODES = {"Belgrave": "E02002832", "Evington": "E02002845", "Stoneygate": "E02002849"}


@pytest.fixture
def planner(app: Flask, make: Make, as_user: Callable[..., Browser]) -> Browser:
    made = NeighbourhoodSet(slug="vale", name="Vale", area="Vale", valid_from=SINCE)
    for name, code in CODES.items():
        part = NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=SINCE)
        made.neighbourhoods.append(Neighbourhood(slug=name.lower(), name=name, parts=[part]))
    db.session.add(made)
    db.session.commit()
    area("far")
    return as_user(make.user("commissioner", area="vale"))


def listing(make: Make, name: str, place: str, need: str, **columns: object) -> None:
    at = make.location(
        neighbourhood_code=CODES[place], authority_code="E06000016", privacy=columns.pop("privacy", "public")
    )
    make.service(name, needs=[need], location=at, **columns)


def test_each_need_says_where_there_is_none(planner: Browser, make: Make) -> None:
    listing(make, "Warm lunch", "Belgrave", "food")
    listing(make, "Second lunch", "Belgrave", "food")
    listing(make, "Pantry", "Evington", "food")
    listing(make, "Refuge kitchen", "Stoneygate", "food", privacy="hidden")
    page = planner.get("/insight/vale/offers")
    line = next(row for row in page.select("tbody tr") if "none in 1 neighbourhood" in row.get_text(" "))
    assert "Stoneygate" in line.get_text(" ")
    assert line.select("td")[0].get_text() == "3"
    assert page.words(".counted__how dd")[0].startswith(str(MEASURES["listings"].what) + " As it is today.")
    lines = list(csv.reader(io.StringIO(planner.get("/insight/vale/offers.csv").html.lstrip("\ufeff"))))
    assert lines[0][2:] == ["Belgrave", "Evington", "Stoneygate"]
    assert next(one for one in lines if one[1] == "3")[2:] == ["2", "1", "0"]


def test_an_offer_in_words_is_found_whatever_its_endings(planner: Browser, make: Make) -> None:
    listing(make, "Strength and balance class", "Belgrave", "physical-activity")
    listing(make, "Chess", "Evington", "loneliness")
    page = planner.get("/insight/vale/offers?q=Strength+and+balancing+classes")
    assert page.words("#looked-for bdi") == ["Strength and balancing classes"]
    assert page.select("#looked-for")[0].get_text().endswith(": none in 2 neighbourhoods")
    assert "No listing of the area says these words" in planner.get("/insight/vale/offers?q=kite+surfing").html


def test_words_that_name_a_need_count_its_listings(planner: Browser, make: Make) -> None:
    """The example of the page itself: whoever reads "none" buys what is there under another name."""
    example = planner.get("/insight/vale/offers").words("label[for=q]")[0].partition("such as ")[2]
    listing(make, "Steady on your feet", "Belgrave", "falls-frailty")
    listing(make, "Chess", "Evington", "loneliness")
    page = planner.get(f"/insight/vale/offers?q={example}")
    assert page.select("#looked-for")[0].get_text().endswith(": none in 2 neighbourhoods")
    told = page.words("[aria-labelledby=looked-for] p")[0]
    assert told.startswith("1 listing of the area") and "Falls, balance and frailty" in told
    assert "None of them says the words themselves" in told
    lines = list(csv.reader(io.StringIO(planner.get(f"/insight/vale/offers.csv?q={example}").html.lstrip("\ufeff"))))
    assert lines[1] == [example, "1", "1", "0", "0"]


def test_words_that_may_mean_a_need_lead_to_its_row(
    planner: Browser, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "understand", lambda words, language: Understanding(needs=("falls-frailty",)))
    listing(make, "Steady on your feet", "Belgrave", "falls-frailty")
    page = planner.get("/insight/vale/offers?q=wibble")
    assert page.words("[aria-labelledby=looked-for] a") == ["Falls, balance and frailty"]
    (link,) = page.select("[aria-labelledby=looked-for] a")
    assert page.words(f"[id='{str(link['href']).removeprefix('#')}'] th") == ["Falls, balance and frailty"]


@pytest.mark.parametrize("typed", ["%", "_", "%25", "=cmd", "<script>alert(1)</script>", "a" * 5000, "%00", "and"])
def test_whatever_is_typed_is_read_as_words(typed: str, planner: Browser) -> None:
    assert "<script>alert" not in planner.get(f"/insight/vale/offers?q={typed}").html
    assert "\n=cmd" not in planner.get(f"/insight/vale/offers.csv?q={typed}").html


def test_another_area_is_not_there(planner: Browser) -> None:
    assert planner.get("/insight/offers?area=far", expect=303).headers["Location"].endswith("/insight/vale/offers")
    planner.get("/insight/far/offers", expect=404)
    planner.get("/insight/far/offers.csv", expect=404)
