"""Outlines for the map: neighbourhoods inside a box, ours alone, and nothing for a box that makes no sense."""

import json
from typing import Any

import pytest

LEICESTER = "/services/areas.geojson?box=52.55,-1.25,52.70,-1.00"


def test_a_box_gives_the_neighbourhoods_inside_it_by_name(browser: Any) -> None:
    answer = browser.get(LEICESTER)
    features = json.loads(answer.html)["features"]
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert len(features) > 30
    assert all(feature["properties"]["name"] for feature in features)


def test_outlines_are_closed_rings_of_longitude_and_latitude(browser: Any) -> None:
    features = json.loads(browser.get(LEICESTER).html)["features"]
    assert features
    for feature in features:
        for [ring] in feature["geometry"]["coordinates"]:
            assert ring[0] == ring[-1]
            assert all(-1.5 < lon < -0.8 and 52.4 < lat < 52.9 for lon, lat in ring)


def test_outlines_are_the_same_for_everybody_and_may_be_kept(browser: Any) -> None:
    assert browser.get(LEICESTER).headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "53,-1,52,0", "nan,nan,nan,nan", "1e9,0,1e9,0", "inf,0,inf,0"])
def test_a_box_that_makes_no_sense_gives_nothing(browser: Any, box: str) -> None:
    assert json.loads(browser.get(f"/services/areas.geojson?box={box}").html)["features"] == []


def test_a_box_as_large_as_the_country_is_cut(browser: Any) -> None:
    features = json.loads(browser.get("/services/areas.geojson?box=-90,-180,90,180").html)["features"]
    assert len(features) <= 250
