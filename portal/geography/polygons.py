"""Which neighbourhood (MSOA) holds a point, from the small areas (LSOA) that make it up.

A side that two small areas of one neighbourhood share is drawn twice, so dropping sides drawn twice leaves the outline
of the neighbourhood. Adjacent areas of the source share their corners exactly, which makes this safe.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.geography import sources

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

NOWHERE = -1
EDGE_KM = 0.1
KM_A_DEGREE = 111.195
VINTAGE = 2011
RENAMED = dict.fromkeys(("E01024508", "E01024509", "E01024510", "E01024517"), "Shepway 015")
"""LSOAs whose name and MSOA do not go together. Source: ONS, LSOA (2011) to MSOA (2011) look-up."""


@dataclass(frozen=True)
class Outlines:
    """The sides of all neighbourhoods, grouped: side i goes from `start[i]` to `end[i]` (longitude, latitude).

    The sides of neighbourhood n lie between `first[n]` and `first[n + 1]`.
    """

    names: list[str]
    codes: list[str]
    start: Floats
    end: Floats
    first: Whole

    def sides(self, area: int) -> tuple[Floats, Floats]:
        """Where the sides of one neighbourhood begin and end."""
        part = slice(self.first[area], self.first[area + 1])
        return self.start[part], self.end[part]


def read_outlines() -> Outlines:
    """Outlines of all 7,201 neighbourhoods of England and Wales, census of 2011."""
    codes = _codes()
    numbers: dict[str, int] = {}
    corners: list[list[float]] = []
    lengths, owners = [], []
    for lsoa, name, rings in sources.polygons():
        owner = numbers.setdefault(RENAMED.get(lsoa, name[:-1]), len(numbers))
        for ring in rings:
            corners.extend(ring)
            lengths.append(len(ring))
            owners.append(owner)
    names = list(numbers)
    start, end, owner_of = _sides(np.array(corners), np.array(lengths), np.array(owners))
    first = np.searchsorted(owner_of, np.arange(len(names) + 1))
    return Outlines(names, [codes[name] for name in names], start, end, first)


def assign(
    outlines: Outlines, lat: Floats, lon: Floats, step: Callable[[float], None]
) -> tuple[Whole, NDArray[np.bool_]]:
    """For every point its neighbourhood (a number, or NOWHERE), and whether it lies within 100 m of the edge."""
    order = np.argsort(lat, kind="stable")
    lat_sorted, lon_sorted = lat[order], lon[order]
    area_of = np.full(len(lat), NOWHERE, dtype=np.int64)
    near_edge = np.zeros(len(lat), dtype=np.bool_)
    for area in range(len(outlines.names)):
        start, end = outlines.sides(area)
        south, north = np.searchsorted(lat_sorted, [start[:, 1].min(), start[:, 1].max()])
        strip = lon_sorted[south:north]
        inside_box = south + np.flatnonzero((strip >= start[:, 0].min()) & (strip <= start[:, 0].max()))
        hit = inside_box[_inside(lat_sorted[inside_box], lon_sorted[inside_box], start, end)]
        area_of[order[hit]] = area
        near_edge[order[hit]] = _km_to_sides(lat_sorted[hit], lon_sorted[hit], start, end) < EDGE_KM
        if area % 500 == 0:
            step(area / len(outlines.names))
    return area_of, near_edge


def settle(outlines: Outlines, lat: Floats, lon: Floats, authority: NDArray[Any], area_of: Whole) -> NDArray[np.bool_]:
    """Give points beside every outline, or over their council's border, the nearest neighbourhood of their council.

    Changes `area_of`; says which points it moved. Points whose council has no neighbourhood become NOWHERE.
    """
    council_of = _council_of_each(outlines, authority, area_of)
    held = area_of != NOWHERE
    astray: NDArray[np.bool_] = ~held
    astray[held] = council_of[area_of[held]] != authority[held]
    areas_of_council = defaultdict(list)
    for area, council in enumerate(council_of):
        areas_of_council[council].append(area)
    for council in np.unique(authority[astray]):
        points = np.flatnonzero(astray & (authority == council))
        area_of[points] = _nearest(outlines, lat[points], lon[points], areas_of_council.get(council, []))
    return astray


def outline_rings(outlines: Outlines, areas: Iterable[int]) -> list[list[list[float]]]:
    """Closed rings (longitude, latitude) around several neighbourhoods taken together."""
    drawn: Counter[tuple[tuple[float, float], tuple[float, float]]] = Counter()
    for area in areas:
        for a, b in zip(*outlines.sides(area), strict=True):
            one, two = (round(a[0], 5), round(a[1], 5)), (round(b[0], 5), round(b[1], 5))
            drawn[min(one, two), max(one, two)] += 1
    nexts = defaultdict(list)
    for (one, two), times in drawn.items():
        if times == 1 and one != two:
            nexts[one].append(two)
            nexts[two].append(one)
    return _walk(nexts)


def _walk(nexts: dict[tuple[float, float], list[tuple[float, float]]]) -> list[list[list[float]]]:
    rings = []
    while nexts:
        origin = here = next(iter(nexts))
        ring = [list(here)]
        while nexts.get(here):
            there = nexts[here].pop()
            nexts[there].remove(here)
            for corner in (here, there):
                if not nexts[corner]:
                    del nexts[corner]
            ring.append(list(there))
            here = there
            if here == origin:
                break
        rings.append(ring)
    return sorted(rings, key=len, reverse=True)


def _codes() -> dict[str, str]:
    """The ONS code of each neighbourhood's official name. Source: ONS, register of geographic codes, E02 and W02."""
    return {
        f"{row['authority']} {number:03d}": f"{row['code'][0]}{int(row['code'][1:]) + number - int(row['first']):08d}"
        for row in sources.own_table("msoa_codes.csv")
        for number in range(int(row["first"]), int(row["last"]) + 1)
    }


def _sides(corners: Floats, lengths: Whole, owners: Whole) -> tuple[Floats, Floats, Whole]:
    """Sides drawn once, sorted by owner."""
    last_of_ring = np.zeros(len(corners), dtype=np.bool_)
    last_of_ring[np.cumsum(lengths) - 1] = True
    begins = np.flatnonzero(~last_of_ring)
    owner = np.repeat(owners, lengths)[begins]
    exact = np.round(corners * 1e7).astype(np.int64)
    place = (exact[:, 0] + 200_000_000) * 2_000_000_000 + exact[:, 1]
    low, high = np.minimum(place[begins], place[begins + 1]), np.maximum(place[begins], place[begins + 1])
    order = np.lexsort((high, low, owner))
    low, high, by_owner = low[order], high[order], owner[order]
    twice = (low[1:] == low[:-1]) & (high[1:] == high[:-1]) & (by_owner[1:] == by_owner[:-1])
    once = ~(np.append(twice, False) | np.insert(twice, 0, False))
    kept = begins[order[once]]
    return corners[kept], corners[kept + 1], by_owner[once]


def _inside(lat: Floats, lon: Floats, start: Floats, end: Floats) -> NDArray[np.bool_]:
    """The even-odd rule: a point is inside when a line from it crosses an odd number of sides."""
    rise = end[:, 1] - start[:, 1]
    slope = np.divide(end[:, 0] - start[:, 0], rise, out=np.zeros(len(rise)), where=rise != 0)
    spans = (start[:, 1] > lat[:, None]) != (end[:, 1] > lat[:, None])
    crosses = lon[:, None] < start[:, 0] + (lat[:, None] - start[:, 1]) * slope
    return np.asarray(np.count_nonzero(spans & crosses, axis=1) % 2 == 1)


def _km_to_sides(lat: Floats, lon: Floats, start: Floats, end: Floats) -> Floats:
    """Kilometres from each point to the nearest of the sides."""
    if not len(lat):
        return np.zeros(0)
    shrink = np.cos(np.radians(start[0, 1]))
    x0, y0 = start[:, 0] * shrink, start[:, 1]
    dx, dy = end[:, 0] * shrink - x0, end[:, 1] - y0
    px, py = lon[:, None] * shrink - x0, lat[:, None] - y0
    along = np.clip((px * dx + py * dy) / np.maximum(dx**2 + dy**2, 1e-18), 0, 1)
    squared = (px - along * dx) ** 2 + (py - along * dy) ** 2
    return np.asarray(np.sqrt(squared.min(axis=1)) * KM_A_DEGREE)


def _council_of_each(outlines: Outlines, authority: NDArray[Any], area_of: Whole) -> NDArray[Any]:
    """The authority of most points of each neighbourhood."""
    held = area_of != NOWHERE
    width = int(authority.max()) + 1
    pairs, counts = np.unique(area_of[held] * width + authority[held], return_counts=True)
    council = np.full(len(outlines.names), NOWHERE, dtype=np.int64)
    order = np.argsort(counts, kind="stable")
    council[pairs[order] // width] = pairs[order] % width
    return council


def _nearest(outlines: Outlines, lat: Floats, lon: Floats, areas: list[int]) -> Whole:
    best = np.full(len(lat), np.inf)
    found = np.full(len(lat), NOWHERE, dtype=np.int64)
    for area in areas:
        km = _km_to_sides(lat, lon, *outlines.sides(area))
        closer = km < best
        best[closer], found[closer] = km[closer], area
    return found
