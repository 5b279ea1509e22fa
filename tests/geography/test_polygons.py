import csv
import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from portal.geography import polygons
from portal.geography.atlas import Atlas
from portal.geography.polygons import NOWHERE, Outlines

SQUARE = [(0.0, 52.0), (0.1, 52.0), (0.1, 52.1), (0.0, 52.1), (0.0, 52.0)]


def squares(*offsets: float) -> Outlines:
    """Squares of a tenth of a degree side by side, each a neighbourhood."""
    starts, ends, first = [], [], [0]
    for offset in offsets:
        ring = [(x + offset, y) for x, y in SQUARE]
        starts += ring[:-1]
        ends += ring[1:]
        first.append(len(starts))
    names = [f"Square {number:03d}" for number in range(len(offsets))]
    return Outlines(names, names, np.array(starts), np.array(ends), np.array(first))


def assigned(outlines: Outlines, *points: tuple[float, float]) -> tuple[list[int], list[bool]]:
    lat, lon = np.array([lat for lat, _ in points]), np.array([lon for _, lon in points])
    area, near = polygons.assign(outlines, lat, lon, lambda _share: None)
    return area.tolist(), near.tolist()


def test_a_point_is_in_the_neighbourhood_that_holds_it() -> None:
    areas, _near = assigned(squares(0.0, 0.1), (52.05, 0.05), (52.05, 0.15), (52.05, 0.5))
    assert areas == [0, 1, NOWHERE]


def test_a_point_within_a_hundred_metres_of_the_edge_is_near_it() -> None:
    ninety_metres, two_hundred_metres = 0.09 / 111, 0.2 / 111
    _areas, near = assigned(squares(0.0), (52.0 + ninety_metres, 0.05), (52.0 + two_hundred_metres, 0.05))
    assert near == [True, False]


def test_a_point_beside_every_outline_goes_to_the_nearest_of_its_own_council() -> None:
    outlines = squares(0.0, 0.5)
    lat, lon = np.array([52.05, 52.05, 52.05]), np.array([0.05, 0.55, 0.2])
    area_of = np.array([0, 1, NOWHERE])
    moved = polygons.settle(outlines, lat, lon, np.array([7, 8, 8]), area_of)
    assert area_of.tolist() == [0, 1, 1]
    assert moved.tolist() == [False, False, True]


def test_a_point_of_a_council_without_neighbourhoods_stays_nowhere() -> None:
    area_of = np.array([0, NOWHERE])
    polygons.settle(squares(0.0), np.array([52.05, 57.0]), np.array([0.05, -4.0]), np.array([7, 9]), area_of)
    assert area_of.tolist() == [0, NOWHERE]


def test_the_outline_of_two_neighbours_leaves_out_the_side_between_them() -> None:
    (ring,) = polygons.outline_rings(squares(0.0, 0.1), [0, 1])
    assert ring[0] == ring[-1]
    assert not any(a[0] == b[0] == pytest.approx(0.1) for a, b in pairwise(ring))
    assert {x for x, _ in ring} == {0.0, 0.1, 0.2}


def test_two_neighbourhoods_apart_have_an_outline_each() -> None:
    assert len(polygons.outline_rings(squares(0.0, 0.5), [0, 1])) == 2


def test_there_are_7201_neighbourhoods_each_with_a_code_of_its_own(atlas: Atlas) -> None:
    codes = {area.code: area.official for area in atlas.areas}
    assert len(codes) == len(atlas.areas) == 7_201
    assert codes["E02002856"] == "Leicester 030"
    assert all(code[:3] in {"E02", "W02"} and len(code) == 9 for code in codes)


@pytest.mark.needs_shared
def test_the_codes_are_those_of_the_official_list(atlas: Atlas, shared: Path) -> None:
    path = shared / "data/neighbourhoods/msoa_names_2011_hcl.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        official = {row["msoa11cd"]: row["msoa11nm"] for row in csv.DictReader(file)}
    assert {area.code: area.official for area in atlas.areas} == official
