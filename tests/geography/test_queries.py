from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.core.extensions import db
from portal.geography import current, queries
from portal.geography.actions import ensure_sets
from portal.geography.models import (
    AreaName,
    GeographyFile,
    Neighbourhood,
    NeighbourhoodPart,
    NeighbourhoodSet,
    PlaceName,
)
from portal.geography.places import Place


@pytest.fixture
def file(app: Flask) -> GeographyFile:
    """A file that has been loaded."""
    loaded = GeographyFile(kind="names", name="names.csv", digest="0" * 64)
    db.session.add(loaded)
    db.session.flush()
    current.forget_loaded()
    return loaded


def located(text: str) -> Place:
    found = queries.locate(text)
    assert isinstance(found, Place), found
    return found


def test_a_look_up_asks_the_database_nothing_while_nothing_is_loaded(
    app: Flask, count_statements: Callable[[], Any]
) -> None:
    located("LE2 0QB")
    with count_statements() as statements:
        located("LE2 0QB")
        located("Camden Town")
    assert statements == []


def test_a_loaded_name_goes_before_ours_and_is_said_in_welsh_to_welsh_readers(file: GeographyFile) -> None:
    columns = {"vintage": 2011, "key": "treganna", "name": "Canton", "name_cy": "Treganna", "file_id": file.id}
    db.session.add(AreaName(code="W02000386", **columns))
    db.session.flush()
    assert queries.area_name("W02000386") == "Canton"
    with force_locale("cy"):
        assert queries.area_name("W02000386") == "Treganna"


def test_names_of_many_areas_are_one_question(file: GeographyFile, count_statements: Callable[[], Any]) -> None:
    for number in range(5):
        told = {"vintage": 2011, "key": f"quarter {number}", "name": f"Quarter {number}", "file_id": file.id}
        db.session.add(AreaName(code=f"E0200285{number}", **told))
    db.session.commit()
    queries.area_name("E02002850")
    with count_statements() as statements:
        found = queries.area_names([*(f"E0200285{number}" for number in range(5)), "E0299"])
    assert found == {**{f"E0200285{number}": f"Quarter {number}" for number in range(5)}, "E0299": "E0299"}
    assert len(statements) <= 1


def test_a_loaded_name_of_a_neighbourhood_can_be_searched_for(file: GeographyFile) -> None:
    db.session.add(
        AreaName(code="E02002856", vintage=2011, key="queens road quarter", name="Queens Road Quarter", file_id=file.id)
    )
    db.session.flush()
    found = located("queens road quarter")
    assert (found.kind, found.neighbourhood_code, found.certainty) == ("neighbourhood", "E02002856", "in")


def test_a_loaded_hamlet_is_found_and_put_in_its_council(file: GeographyFile) -> None:
    db.session.add(
        PlaceName(
            id="1",
            key="pagewood",
            name="Pagewood",
            kind="Hamlet",
            country="England",
            lat=51.1555,
            lon=-0.2309,
            file_id=file.id,
        )
    )
    db.session.flush()
    found = located("Pagewood")
    assert (found.authority_name, found.nation, found.neighbourhood_code) == ("Mole Valley", "england", "E02006374")


def test_a_point_is_in_the_area_of_its_nearest_postcode(app: Flask) -> None:
    place = queries.area_at(52.6316, -1.1243)
    assert place is not None
    assert (place.authority_name, place.certainty) == ("Leicester", "near")
    assert "E92000001" in place.area_codes
    assert queries.area_at(48.85, 2.35) is None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E06000016", "Leicester"),
        ("E10000030", "Surrey"),
        ("E02002856", "Clarendon Park and Stoneygate"),
        ("X", None),
        ("", None),
    ],
)
def test_an_official_area_has_the_name_that_people_use(app: Flask, code: str, name: str | None) -> None:
    assert queries.area_name(code) == name


def test_an_outline_is_a_polygon_of_closed_rings(app: Flask) -> None:
    shape = queries.outline(frozenset({"E02002856", "E02002853"}))
    assert shape["type"] == "MultiPolygon"
    assert all(ring[0] == ring[-1] for (ring,) in shape["coordinates"])
    assert queries.outline(frozenset())["coordinates"] == []


def test_only_sets_of_the_instances_area_and_of_today_are_shown(app: Flask) -> None:
    ensure_sets()
    db.session.add(
        NeighbourhoodSet(
            slug="old", name="Old", area="Leicester", valid_from=date(2001, 1, 1), valid_to=date(2002, 1, 1)
        )
    )
    db.session.flush()
    assert [one.slug for one in queries.sets_shown(["leicester", "old"])] == ["leicester"]
    assert len(queries.sets_shown()) == 3


def test_sets_that_the_instance_names_come_first_and_then_the_older(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug, year in (("young", 2024), ("old", 2001), ("named", 2025), ("of-one-day", 2024)):
        db.session.add(NeighbourhoodSet(slug=slug, name=slug, area=slug, valid_from=date(year, 1, 1)))
    db.session.flush()
    assert [one.slug for one in queries.sets_in_order()] == ["old", "of-one-day", "young", "named"]
    settings = replace(sqlite_app.extensions["portal.settings"], area=("named", "young"))
    monkeypatch.setitem(sqlite_app.extensions, "portal.settings", settings)
    assert [one.slug for one in queries.sets_in_order()] == ["named", "young", "old", "of-one-day"]


def test_areas_that_make_up_neighbourhoods_are_those_of_the_day(
    app: Flask, count_statements: Callable[[], Any]
) -> None:
    cut = NeighbourhoodSet(slug="vale", name="Vale", area="Vale", valid_from=date(2020, 1, 1))
    here = Neighbourhood(slug="here", name="Here")
    there = Neighbourhood(slug="there", name="There")
    cut.neighbourhoods = [here, there]

    def part(code: str, ends: date | None = None, *, starts: date = date(2020, 1, 1)) -> NeighbourhoodPart:
        return NeighbourhoodPart(kind="msoa", code=code, vintage=2021, valid_from=starts, valid_to=ends)

    moved = date(2026, 4, 1)
    here.parts = [part("E1"), part("E2", moved)]
    there.parts = [part("E2", starts=moved), part("E3")]
    db.session.add(cut)
    db.session.commit()
    both = [here.id, there.id]
    with count_statements() as statements:
        before, after = (
            queries.codes_by_neighbourhood(both, date(2026, 3, 31)),
            queries.codes_by_neighbourhood(both, moved),
        )
    assert len(statements) == 2
    assert before == {here.id: {"E1", "E2"}, there.id: {"E3"}} and after == {here.id: {"E1"}, there.id: {"E2", "E3"}}
    assert queries.owners_of([here.id], date(2026, 3, 31)) == {"E1": {here.id}, "E2": {here.id}}
    assert queries.owners_of([], moved) == {}
