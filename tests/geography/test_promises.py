"""What is promised about real postcodes, held against the official data where it lies beside the project."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from portal.geography import polygons
from portal.geography.atlas import Atlas, Spot
from portal.geography.locating import Locator
from portal.geography.places import Place
from portal.geography.postcodes import Postcode

pytestmark = pytest.mark.needs_shared


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def truth(shared: Path, atlas: Atlas) -> list[tuple[str, Spot]]:
    """Official neighbourhood, and what we say, of every live English and Welsh postcode of four postcode areas."""
    spots = []
    for row in rows(shared / "data/postcodes/nspl_2021_wc_sm_hx_tf.csv.gz"):
        outward, inward = row["pcds"].split()
        spot = atlas.spot(Postcode(outward, inward[0], inward[1:])) if not row["doterm"] else None
        if spot is not None and row["msoa11"][:1] in {"E", "W"}:
            spots.append((row["msoa11"], spot))
    return spots


def test_every_live_postcode_has_the_right_council(shared: Path, locator: Locator) -> None:
    """A tenth of them here; `benchmarks/geography.py` reads all."""
    wrong, asked = [], 0
    for number, row in enumerate(rows(shared / "data/postcodes/live_extract_13_areas.csv.gz")):
        if number % 10 == 0:
            found = locator.locate(row["pcds"])
            asked += 1
            if not isinstance(found, Place) or found.authority_code != row["lad_2025"]:
                wrong.append(row["pcds"])
    assert asked > 24_000
    assert wrong == []


def test_the_neighbourhood_is_right_as_often_as_the_plain_polygon_test(
    truth: list[tuple[str, Spot]], atlas: Atlas
) -> None:
    lat, lon = np.array([spot.lat for _, spot in truth]), np.array([spot.lon for _, spot in truth])
    outlines = polygons.read_outlines()
    plain, _near = polygons.assign(outlines, lat, lon, lambda _share: None)
    plain_right = np.mean(
        [area >= 0 and outlines.codes[area] == code for area, (code, _) in zip(plain, truth, strict=True)]
    )
    ours_right = np.mean([spot.area >= 0 and atlas.areas[spot.area].code == code for code, spot in truth])
    assert len(truth) > 19_000
    assert ours_right >= plain_right - 0.005
    assert ours_right >= 0.965 - 0.005


def test_where_we_say_in_we_are_right_and_where_we_are_wrong_we_said_near(
    truth: list[tuple[str, Spot]], atlas: Atlas
) -> None:
    said_in = [(code, spot) for code, spot in truth if not spot.is_near_edge]
    right = np.mean([atlas.areas[spot.area].code == code for code, spot in said_in])
    assert len(said_in) > 0.7 * len(truth)
    assert right > 0.995


REASONS = {
    "in ONSPD but not in Code-Point Open (terminated or non-geographic), England": {"ended"},
    "Northern Ireland (not in Code-Point Open; grid is Irish)": {"northern_ireland"},
    "Channel Islands or Isle of Man": {"crown_dependency"},
    "no grid reference": {"crown_dependency", "northern_ireland", "post_only", "no_grid_reference"},
    "no local authority code": {"northern_ireland", "post_only", "no_grid_reference"},
}


def test_each_of_the_two_hundred_hard_postcodes_gets_its_own_sentence(shared: Path, locator: Locator) -> None:
    answers: dict[str, set[str]] = {}
    with (shared / "data/postcodes/edge_cases.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    for row in cases:
        found = locator.locate(row["postcode"].replace(" ", "").lower())
        said = found.kind if isinstance(found, Place) else found.reason
        answers.setdefault(row["why"], set()).add(said)
        assert found.text == row["postcode"]
    assert len(cases) == 200
    assert {why: said - REASONS[why] for why, said in answers.items() if said - REASONS[why]} == {}


def test_northern_ireland_and_the_islands_are_never_called_unknown(shared: Path, locator: Locator) -> None:
    said = Counter[str]()
    with (shared / "data/postcodes/edge_cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["postcode"][:2] in {"BT", "JE", "GY", "IM"}:
                found = locator.locate(row["postcode"])
                said["found" if isinstance(found, Place) else found.reason] += 1
    assert set(said) == {"northern_ireland", "crown_dependency"}
