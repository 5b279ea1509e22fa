"""The built postcode structure, opened: what lies where, in microseconds and shared between processes."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.geography import building, polygons, projection
from portal.geography.gazetteer import folded
from portal.geography.postcodes import Postcode

ARRAYS = (
    "keys", "lat", "lon", "authority", "area", "other_keys", "other_authority", "cell_order", "cell_starts",
    "sides", "sides_first",
)  # fmt: skip
FEW = 0.05
"""A council or neighbourhood with less than this share of a sector's postcodes is not counted as serving it."""


class Spot(NamedTuple):
    """A place on the map. `authority` and `area` are numbers of the atlas, -1 for none."""

    lat: float
    lon: float
    authority: int
    area: int
    is_near_edge: bool


class Spread(NamedTuple):
    """The middle of many postcodes, and the councils and neighbourhoods that they lie in, most first."""

    lat: float
    lon: float
    authorities: tuple[int, ...]
    areas: tuple[int, ...]


class Name(NamedTuple):
    """One named place, as the gazetteer keeps it."""

    key: str
    name: str
    kind: str
    lat: float
    lon: float
    weight: int
    authority: int
    area: int
    nation: str


@dataclass(frozen=True)
class Authority:
    """A council, as of the directory of 2025, with the county above it if there is one."""

    code: str
    name: str
    county_code: str
    county_name: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True)
class Area:
    """An official neighbourhood (MSOA); `name` is our own name for it, or empty."""

    code: str
    official: str
    name: str
    authority: int
    lat: float | None
    lon: float | None


class Atlas:
    """Every postcode, council and neighbourhood of one built folder.

    All of it is opened at once, so that a newer version may sweep the folder away while this process goes on.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._arrays = {name: np.load(home / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        description = json.loads((home / building.DESCRIPTION).read_text(encoding="utf-8"))
        self.vintage: int = description["vintage"]
        self.sources: str = description["sources"]
        self.authorities = [Authority(**about) for about in description["authorities"]]
        self.areas = [Area(**about) for about in description["areas"]]
        self.area_numbers = {area.code: number for number, area in enumerate(self.areas)}
        self.authority_numbers = {authority.code: number for number, authority in enumerate(self.authorities)}
        self.names = _names(home)

    @property
    def size(self) -> int:
        """How many postcodes have a place."""
        return len(self._arrays["keys"])

    def spot(self, postcode: Postcode) -> Spot | None:
        """Where a full live postcode is, or none."""
        place = self._find("keys", postcode.bounds[0])
        return None if place is None else self._spot(place)

    def other(self, postcode: Postcode) -> tuple[str, bool] | None:
        """For a postcode that has no place here: its authority code, perhaps empty, and whether it is still in use."""
        place = self._find("other_keys", postcode.bounds[0])
        if place is None:
            return None
        marked = int(self._arrays["other_authority"][place])
        return self.authorities[marked & 0x7FFF].code, bool(marked & int(building.NO_PLACE))

    def spread(self, postcode: Postcode) -> Spread | None:
        """The middle of a sector or district, or none where no postcode begins so."""
        first, last = self._between(postcode.bounds)
        if first == last:
            first, last = self._between(postcode.lettered_bounds)
        if first == last:
            return None
        part = slice(first, last)
        areas = self._arrays["area"][part] & np.uint16(0x7FFF)
        return Spread(
            float(np.median(self._arrays["lat"][part])) / building.SCALE,
            float(np.median(self._arrays["lon"][part])) / building.SCALE,
            _most_first(self._arrays["authority"][part], len(areas)),
            _most_first(areas[areas != building.NO_AREA], len(areas)),
        )

    def nearest(self, lat: float, lon: float) -> tuple[Spot, float] | None:
        """The live postcode nearest to a point, and how many kilometres away; none within about 20 km."""
        row = int((lat - building.CELL_SOUTH) * building.CELLS_A_DEGREE)
        column = int((lon - building.CELL_WEST) * building.CELLS_A_DEGREE)
        for ring in (1, 3, 9):
            places = self._in_cells(row, column, ring)
            if len(places):
                lats = self._arrays["lat"][places] / building.SCALE
                lons = self._arrays["lon"][places] / building.SCALE
                km = projection.distance_km(lat, lon, lats, lons)
                best = int(np.argmin(km))
                return self._spot(int(places[best])), float(km[best])
        return None

    def named(self, text: str) -> list[Name]:
        """The places of that name, weightiest first."""
        return self.names.get(folded(text), [])

    def rings(self, codes: frozenset[str]) -> list[list[list[float]]]:
        """Closed rings (longitude, latitude) around neighbourhoods taken together."""
        sides, first = self._arrays["sides"], self._arrays["sides_first"]
        scaled = polygons.Outlines([], [], sides[:, :2], sides[:, 2:], first.astype(np.int64))
        numbers = [self.area_numbers[code] for code in sorted(codes) if code in self.area_numbers]
        rings = polygons.outline_rings(scaled, numbers)
        return [[[x / building.SCALE, y / building.SCALE] for x, y in ring] for ring in rings]

    def _between(self, bounds: tuple[int, int]) -> tuple[int, int]:
        first, last = np.searchsorted(self._arrays["keys"], np.array(bounds, dtype=np.uint32))
        return int(first), int(last)

    def _find(self, name: str, key: int) -> int | None:
        keys = self._arrays[name]
        place = int(np.searchsorted(keys, np.uint32(key)))
        return place if place < len(keys) and int(keys[place]) == key else None

    def _spot(self, place: int) -> Spot:
        marked = int(self._arrays["area"][place])
        area = marked & 0x7FFF
        return Spot(
            int(self._arrays["lat"][place]) / building.SCALE,
            int(self._arrays["lon"][place]) / building.SCALE,
            int(self._arrays["authority"][place]),
            -1 if area == int(building.NO_AREA) else area,
            bool(marked & int(building.NEAR_EDGE)),
        )

    def _in_cells(self, row: int, column: int, ring: int) -> NDArray[Any]:
        starts, order = self._arrays["cell_starts"], self._arrays["cell_order"]
        west, east = max(column - ring, 0), min(column + ring, building.CELL_COLUMNS - 1)
        found = [np.zeros(0, dtype=np.int64)]
        if west <= east:
            for line in range(max(row - ring, 0), min(row + ring, building.CELL_ROWS - 1) + 1):
                begin, end = line * building.CELL_COLUMNS + west, line * building.CELL_COLUMNS + east + 1
                found.append(np.asarray(order[int(starts[begin]) : int(starts[end])], dtype=np.int64))
        return np.concatenate(found)


def _most_first(numbers: NDArray[Any], total: int) -> tuple[int, ...]:
    values, counts = np.unique(numbers, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return tuple(int(values[place]) for place in order if counts[place] >= FEW * total)


def _names(home: Path) -> dict[str, list[Name]]:
    """Every name, by its folded form, weightiest first."""
    gathered: dict[str, list[Name]] = defaultdict(list)
    for row in json.loads((home / building.NAMES).read_text(encoding="utf-8")):
        gathered[row[0]].append(Name(*row))
    for same in gathered.values():
        same.sort(key=lambda name: -name.weight)
    return dict(gathered)
