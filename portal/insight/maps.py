"""A map of neighbourhoods drawn from our own boundaries, with the numbers of one row of a table written on it. No tiles.

It tells what the table beside it tells: programs that read pages aloud are sent there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import cos, radians
from typing import Literal
from uuid import UUID

from portal.core.remembered import remembered
from portal.geography.queries import codes_by_neighbourhood, outline
from portal.insight.figures import Edition
from portal.insight.tables import Cell, Row

WIDTH = 640
MOST_DRAWN = 60
"""Above this the numbers would stand on each other."""
SHAPES_SECONDS = 3600.0
Shade = Literal["hidden", "none", "small", "low", "middle", "high"]
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Shape:
    """One neighbourhood: its outline as the path of an SVG, and the middle of it. In units of the map."""

    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Part:
    """One neighbourhood of a map: its number on the map and in the list beside it, its name, and the words of its cell."""

    number: int
    name: str
    words: str
    shade: Shade
    shape: Shape


@dataclass(frozen=True)
class Map:
    """A map of so many units, with its parts by name."""

    title: str
    width: int
    height: int
    parts: tuple[Part, ...]


def of_need(edition: Edition, row: Row | None) -> Map | None:
    """A map of one row: none where nothing is shown, where boundaries are not known, or where there are too many."""
    if row is None or not 1 < len(edition.places) <= MOST_DRAWN:
        return None
    height, shapes = remembered("insight.shapes", edition.id, lambda: _shapes(edition), seconds=SHAPES_SECONDS)
    if len(shapes) < len(edition.places):
        return None
    most = max([cell.value or 0 for cell in row.cells])
    parts = tuple(
        Part(number, name, cell.words, _shade(cell, most), shapes[place])
        for number, ((place, name), cell) in enumerate(zip(edition.places.items(), row.cells, strict=True), start=1)
    )
    return Map(row.label, WIDTH, height, parts)


def _shade(cell: Cell, most: int) -> Shade:
    if cell.value is None:
        return "small" if cell.figure is not None and cell.figure.is_small else "hidden"
    if not cell.value:
        return "none"
    return "low" if 3 * cell.value <= most else "middle" if 3 * cell.value <= 2 * most else "high"


def _shapes(edition: Edition) -> tuple[int, Mapping[str, Shape]]:
    """The height of the map, and the shape of each neighbourhood as it was at the end of the quarter, by its id (hex)."""
    held = codes_by_neighbourhood(map(UUID, edition.places), edition.quarter.after - timedelta(days=1))
    rings = {place.hex: outline(codes)["coordinates"] for place, codes in held.items()}
    every = [point for polygons in rings.values() for (ring,) in polygons for point in ring]
    if not every:
        return 0, {}
    west, east = min(one[0] for one in every), max(one[0] for one in every)
    south, north = min(one[1] for one in every), max(one[1] for one in every)
    narrow = cos(radians((south + north) / 2))
    scale = WIDTH / max((east - west) * narrow, 1e-6)
    found = {}
    for place, polygons in rings.items():
        drawn = [_placed(ring, west, north, scale * narrow, scale) for (ring,) in polygons]
        if drawn:
            largest = max(drawn, key=len)
            middle = [round(sum(one[axis] for one in largest) / len(largest)) for axis in (0, 1)]
            found[place] = Shape("".join(map(_path, drawn)), middle[0], middle[1])
    return round((north - south) * scale), found


def _placed(ring: Ring, west: float, north: float, across: float, down: float) -> list[tuple[int, int]]:
    """A ring in whole units of the map, without the corners that fall on the one before."""
    found: list[tuple[int, int]] = []
    for lon, lat in ring:
        point = (round((lon - west) * across), round((north - lat) * down))
        if not found or found[-1] != point:
            found.append(point)
    return found


def _path(points: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"
