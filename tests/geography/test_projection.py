import csv
import gzip
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from portal.geography import projection

KNOWN = [
    # easting, northing, latitude, longitude: the middle of well-known places, to about ten metres
    (530_034, 180_381, 51.50733, -0.12765),  # Charing Cross
    (458_690, 304_450, 52.63468, -1.13405),  # the Clock Tower, Leicester
    (325_897, 673_500, 55.94866, -3.18826),  # Edinburgh
]


@pytest.mark.parametrize(("easting", "northing", "lat", "lon"), KNOWN)
def test_a_grid_reference_becomes_degrees(easting: int, northing: int, lat: float, lon: float) -> None:
    lats, lons = projection.degrees_from_grid(np.array([easting]), np.array([northing]))
    assert float(projection.distance_km(lat, lon, float(lats[0]), float(lons[0]))) < 0.4


def test_the_worked_example_of_the_ordnance_survey_comes_out() -> None:
    """Source: A guide to coordinate systems in Great Britain, annex C.2: 651409.903 E, 313177.270 N."""
    lat, lon = projection._reverse_mercator(np.array([651_409.903]), np.array([313_177.270]))
    assert np.degrees(lat[0]) == pytest.approx(52 + 39 / 60 + 27.2531 / 3600, abs=1e-7)
    assert np.degrees(lon[0]) == pytest.approx(1 + 43 / 60 + 4.5177 / 3600, abs=1e-7)


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert float(projection.distance_km(52.0, -1.0, 53.0, -1.0)) == pytest.approx(111.2, abs=0.1)
    assert float(projection.distance_km(52.0, -1.0, 52.0, -1.0)) == 0


@pytest.mark.needs_shared
def test_the_postcodes_of_the_extract_lie_where_a_reference_library_puts_them(shared: Path) -> None:
    with gzip.open(shared / "data/postcodes/live_extract_13_areas.csv.gz", "rt") as file:
        rows = list(islice(csv.DictReader(file), 0, None, 500))
    columns = [np.array([float(row[name]) for row in rows]) for name in ("easting", "northing", "lat", "lon")]
    lat, lon = projection.degrees_from_grid(columns[0], columns[1])
    assert len(rows) > 400
    assert float(projection.distance_km(lat, lon, columns[2], columns[3]).max()) < 0.006
