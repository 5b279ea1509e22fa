"""Builds the postcode structure once: memory-mapped arrays beside a small description, in a folder named by version.

The folder is made beside and renamed, so that a reader finds it whole or not at all; two processes may build at once,
and the second to finish throws its own away. A torn folder is noticed by size and checksum, and built anew.
"""

import hashlib
import json
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.geography import gazetteer, polygons, postcodes, projection, sources

FORMAT = 5
DESCRIPTION = "atlas.json"
NAMES = "names.json"
SCALE = 1_000_000
NEAR_EDGE = np.uint16(0x8000)
NO_AREA = np.uint16(0x7FFF)
NO_PLACE = np.uint16(0x8000)
CELL_SOUTH, CELL_WEST, CELLS_A_DEGREE, CELL_ROWS, CELL_COLUMNS = 49.0, -9.0, 50, 620, 560
ABANDONED_SECONDS = 3600

Arrays = dict[str, NDArray[Any]]
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class _Points:
    """Every live postcode that has a place: sorted by key, degrees WGS 84."""

    keys: NDArray[np.uint32]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    authority: NDArray[np.int64]


def ensure_built(folder: Path, progress: Progress | None = None) -> Path:
    """The folder of the built structure below `folder`, built first where it is missing or torn.

    `progress` is told what goes on and how much is done (0 to 1). Raises SourceMissing without the data packages.
    """
    step = progress or (lambda _what, _share: None)
    home = folder / stamp()
    if is_whole(home):
        return home
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        _write(beside, step)
        _put_in_place(beside, home)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _sweep(folder, home)
    step("ready", 1.0)
    return home


def stamp() -> str:
    """The name of the structure that this code makes from the installed data packages and our own tables."""
    digest = hashlib.sha256(f"{FORMAT} {sources.version()}".encode())
    for table in sorted(resources.files("portal.geography").joinpath("data").iterdir(), key=lambda file: file.name):
        if table.is_file():
            digest.update(table.name.encode() + table.read_bytes())
    return f"{FORMAT}-{digest.hexdigest()[:12]}"


def is_whole(home: Path) -> bool:
    """True where every file is there, as long as it was written and with the same checksum."""
    try:
        written = json.loads((home / DESCRIPTION).read_text(encoding="utf-8"))["files"]
        return all(_seal(home / name) == seal for name, seal in written.items())
    except (OSError, ValueError, KeyError):
        return False


def cell_of(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.int64]:
    """The number of the cell, about two kilometres a side, that holds a point."""
    row = np.clip((lat - CELL_SOUTH) * CELLS_A_DEGREE, 0, CELL_ROWS - 1).astype(np.int64)
    column = np.clip((lon - CELL_WEST) * CELLS_A_DEGREE, 0, CELL_COLUMNS - 1).astype(np.int64)
    return row * CELL_COLUMNS + column


def _write(beside: Path, step: Progress) -> None:
    step("reading postcodes", 0.0)
    codes, points, others = _read_points()
    step("reading boundaries", 0.35)
    outlines = polygons.read_outlines()
    step("finding neighbourhoods", 0.5)
    area_of, near_edge = polygons.assign(
        outlines, points.lat, points.lon, lambda share: step("finding neighbourhoods", 0.5 + 0.3 * share)
    )
    near_edge |= polygons.settle(outlines, points.lat, points.lon, points.authority, area_of)
    arrays = others | _live_arrays(points, area_of, near_edge) | _cells(points) | _sides(outlines)
    for name, array in arrays.items():
        np.save(beside / f"{name}.npy", array, allow_pickle=False)
    step("naming places", 0.85)
    areas = _areas(outlines, points, area_of)
    description = {"authorities": _authorities(codes, points), "areas": areas, "vintage": polygons.VINTAGE}
    names = gazetteer.rows(description, gazetteer.Finder(points.lat, points.lon, points.authority, area_of))
    _dump(beside / NAMES, names)
    seals = {path.name: _seal(path) for path in sorted(beside.iterdir())}
    _dump(beside / DESCRIPTION, description | {"sources": sources.version(), "files": seals})


def _read_points() -> tuple[list[str], _Points, Arrays]:
    live_keys, easting, northing = sources.live_points()
    keys, authorities = sources.directory()
    order = np.argsort(keys)
    keys, authorities = keys[order], authorities[order]
    codes, authority = np.unique(authorities, return_inverse=True)
    placed = (easting > 0) & (live_keys != postcodes.NO_KEY)
    order = np.argsort(live_keys[placed])
    place_keys = live_keys[placed][order]
    lat, lon = projection.degrees_from_grid(easting[placed][order], northing[placed][order])
    found = np.minimum(np.searchsorted(keys, place_keys), len(keys) - 1)
    unlisted = np.flatnonzero(codes == b"")[0] if (codes == b"").any() else 0
    its_authority = np.where(keys[found] == place_keys, authority[found], unlisted)
    rest = ~np.isin(keys, place_keys, assume_unique=True)
    without_place = np.isin(keys[rest], live_keys[~placed], assume_unique=True)
    marked = authority[rest].astype(np.uint16) | np.where(without_place, NO_PLACE, 0).astype(np.uint16)
    points = _Points(place_keys, lat, lon, its_authority.astype(np.int64))
    return [code.decode("ascii") for code in codes], points, {"other_keys": keys[rest], "other_authority": marked}


def _live_arrays(points: _Points, area_of: NDArray[np.int64], near_edge: NDArray[np.bool_]) -> Arrays:
    area = np.where(area_of == polygons.NOWHERE, NO_AREA, area_of).astype(np.uint16)
    return {
        "keys": points.keys,
        "lat": np.round(points.lat * SCALE).astype(np.int32),
        "lon": np.round(points.lon * SCALE).astype(np.int32),
        "authority": points.authority.astype(np.uint16),
        "area": area | np.where(near_edge, NEAR_EDGE, 0).astype(np.uint16),
    }


def _cells(points: _Points) -> Arrays:
    cell = cell_of(points.lat, points.lon)
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(CELL_ROWS * CELL_COLUMNS + 1))
    return {"cell_order": order.astype(np.uint32), "cell_starts": starts.astype(np.uint32)}


def _sides(outlines: polygons.Outlines) -> Arrays:
    sides = np.hstack([outlines.start, outlines.end])
    return {"sides": np.round(sides * SCALE).astype(np.int32), "sides_first": outlines.first.astype(np.uint32)}


def _authorities(codes: list[str], points: _Points) -> list[dict[str, Any]]:
    """Code, name, county and middle of every authority, in the order of the arrays."""
    known = {row["code"]: row for row in sources.own_table("authorities.csv")}
    middles = _middles(points, points.authority, len(codes))
    empty = {"name": "", "county_code": "", "county_name": ""}
    return [
        {**empty, **known.get(code, {}), "code": code, **middle} for code, middle in zip(codes, middles, strict=True)
    ]


def _areas(outlines: polygons.Outlines, points: _Points, area_of: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Code, official name, our own name where we have one, authority and middle of every neighbourhood."""
    ours = sources.own_document("neighbourhoods.json")["names"]
    held = area_of != polygons.NOWHERE
    middles = _middles(points, area_of, len(outlines.codes), held)
    authority = np.zeros(len(outlines.codes), dtype=np.int64)
    authority[area_of[held]] = points.authority[held]
    return [
        {"code": code, "official": name, "name": ours.get(code, ""), "authority": int(council), **middle}
        for code, name, council, middle in zip(outlines.codes, outlines.names, authority, middles, strict=True)
    ]


def _middles(
    points: _Points, group: NDArray[np.int64], size: int, held: NDArray[np.bool_] | None = None
) -> list[dict[str, float | None]]:
    """The mean place of each group's postcodes, which lies where its people live."""
    kept = np.ones(len(group), dtype=np.bool_) if held is None else held
    count = np.bincount(group[kept], minlength=size)
    lat = np.bincount(group[kept], weights=points.lat[kept], minlength=size) / np.maximum(count, 1)
    lon = np.bincount(group[kept], weights=points.lon[kept], minlength=size) / np.maximum(count, 1)
    return [
        {"lat": round(float(y), 6), "lon": round(float(x), 6)} if n else {"lat": None, "lon": None}
        for n, y, x in zip(count, lat, lon, strict=True)
    ]


def _seal(path: Path) -> list[int]:
    return [path.stat().st_size, zlib.crc32(path.read_bytes())]


def _dump(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _put_in_place(beside: Path, home: Path) -> None:
    for _ in range(3):
        with suppress(OSError):
            beside.rename(home)
            return
        if is_whole(home):
            return
        with suppress(OSError):
            home.rename(beside.with_name(f"{beside.name}-torn"))
    raise OSError(f"The postcode structure could not be put in its place: {home}")


def _sweep(folder: Path, home: Path) -> None:
    """Remove structures of earlier versions and what broken-off builds left behind."""
    for other in folder.iterdir():
        left = not other.name.startswith(".building-") or other.stat().st_mtime < time.time() - ABANDONED_SECONDS
        if other.is_dir() and other != home and (left or other.name.endswith("-torn")):
            shutil.rmtree(other, ignore_errors=True)
