"""What the columns of geography files mean, whatever a year's edition calls them.

Sources: ONS Postcode Directory and National Statistics Postcode Lookup user guides (2019 to 2025); OS Open Names technical
specification; House of Commons Library, MSOA names.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from portal.geography import postcodes, projection
from portal.geography.gazetteer import folded
from portal.geography.reading import BAD_LINE, Row

Kind = Literal["postcodes", "places", "names"]
Values = dict[str, Any]
Taken = list[Values] | str
"""The rows of a table that one line gives, or why it gives none. No rows at all: the line is not meant for us."""

POSTCODE = ("pcds", "pcd7", "pcd8", "pcd", "pcd2", "postcode")
PATTERNS = {
    "authority": r"(?:os)?laua|l(?:ad|tla)(?:\d\d)?cd|osla",
    "ended": r"doterm",
    "lat": r"lat(?:itude)?",
    "lon": r"long?(?:itude)?",
    "east": r"(?:os)?east1m|easting",
    "north": r"(?:os)?nrth1m|(?:os)?north1m|northing",
    "msoa11": r"msoa11(?:cd)?",
    "lsoa11": r"lsoa11(?:cd)?",
    "msoa21": r"msoa21(?:cd)?",
    "lsoa21": r"lsoa21(?:cd)?",
    "rank11": r"imd(?:19|20)?(?:ind)?",
    "rank21": r"imd2[5-9](?:ind)?",
}
CODE = re.compile(r"[A-Z][0-9]{8}|[0-9]{2}[A-Z]{2}[0-9]{2}[A-Z0-9]{1,2}")
NOWHERE_LAT = 90.0
UNSAID = re.compile(r"[A-Z]99999999")
AREA_NAME = re.compile(r"msoa(\d\d)hclnm")
SHORT_KINDS = {"c": "City", "t": "Town", "s": "Suburban Area", "a": "Suburban Area", "v": "Village", "h": "Hamlet"}
OTHER_KIND = "Other Settlement"
LONGEST_NAME = 120


@dataclass(frozen=True)
class Reader:
    """How the lines of one file are understood."""

    kind: Kind
    said: str
    take: Callable[[Row], Taken]
    left_out: str = ""


def reader_of(columns: frozenset[str]) -> Reader | None:
    """How to read a file with these columns, or none where we do not know it."""
    if any(AREA_NAME.fullmatch(column) for column in columns):
        return _names(columns)
    if {"name1", "local_type", "geometry_x"} <= columns:
        return Reader("places", "place names (OS Open Names)", _open_name)
    if {"name", "type", "lat", "lon"} <= columns:
        return Reader("places", "place names (a list with degrees)", _listed_place)
    return _postcodes(columns)


def _postcodes(columns: frozenset[str]) -> Reader | None:
    postcode = next((column for column in POSTCODE if column in columns), None)
    at = {meaning: _column(columns, pattern) for meaning, pattern in PATTERNS.items()}
    if postcode is None or not (at["lat"] or at["east"]) or not (at["authority"] or at["msoa11"] or at["msoa21"]):
        return None
    year = 11 if at["msoa11"] or at["lsoa11"] or not at["msoa21"] else 21
    left_out = ""
    if (at["rank11"] or at["rank21"]) and not at[f"rank{year}"]:
        left_out = (
            "Deprivation ranks were left out: they rank the small areas of another census than those of this file."
        )
    said = f"postcodes (ONSPD or NSPL, areas of 20{year})"
    return Reader("postcodes", said, lambda row: _postcode(row, postcode, at, year), left_out)


def _column(columns: frozenset[str], pattern: str) -> str | None:
    return next((column for column in sorted(columns) if re.fullmatch(pattern, column)), None)


def _postcode(row: Row, postcode: str, at: dict[str, str | None], year: int) -> Taken:
    written = row[postcode].replace(" ", "").upper()
    if postcodes.FULL.fullmatch(written) is None:
        return "this is not a postcode"

    def cell(meaning: str) -> str:
        column = at[meaning]
        return row[column].strip() if column else ""

    try:
        ended, (lat, lon) = _month(cell("ended")), _degrees(cell("lat"), cell("lon"), cell("east"), cell("north"))
        rank = int(float(cell(f"rank{year}") or 0))
    except (ValueError, OverflowError):
        return "a date, a rank or a place on the map is no number"
    msoa, lsoa = _code(cell(f"msoa{year}")), _code(cell(f"lsoa{year}"))
    return [
        {
            "postcode": written, "lat": lat, "lon": lon, "ended_date": ended,
            "authority_code": _code(cell("authority")), "msoa_code": msoa, "lsoa_code": lsoa,
            "vintage": 2000 + year if msoa or lsoa else None, "deprivation_rank": rank if 0 < rank < 100_000 else None,
        }
    ]  # fmt: skip


def _month(text: str) -> date | None:
    """The first day of a month written as 202405, also as a spreadsheet writes it: 202405.0."""
    if not text:
        return None
    digits = text.removesuffix(".0")
    return date(int(digits[:4]), int(digits[4:6]), 1)


def _degrees(lat: str, lon: str, east: str, north: str) -> tuple[float | None, float | None]:
    if lat and lon:
        north_of, east_of = float(lat), float(lon)
        on_map = 45 < north_of < NOWHERE_LAT and -15 < east_of < 10 and (north_of, east_of) != (0.0, 0.0)
        return (north_of, east_of) if on_map else (None, None)
    if not (east and north) or not float(east):
        return None, None
    lats, lons = projection.degrees_from_grid(np.array([float(east)]), np.array([float(north)]))
    return round(float(lats[0]), 6), round(float(lons[0]), 6)


def _code(text: str) -> str | None:
    return text if CODE.fullmatch(text) and not UNSAID.fullmatch(text) else None


def _names(columns: frozenset[str]) -> Reader | None:
    (year, *_rest) = sorted(found[1] for column in columns if (found := AREA_NAME.fullmatch(column)))
    code, name, welsh = f"msoa{year}cd", f"msoa{year}hclnm", f"msoa{year}hclnmw"
    if code not in columns:
        return None

    def take(row: Row) -> Taken:
        said = row[name].strip()
        if _code(row[code]) is None or not said or len(said) > LONGEST_NAME:
            return "it has no code or no name"
        its_welsh = row.get(welsh, "").strip()[:LONGEST_NAME] or None
        return [
            {"code": row[code], "vintage": 2000 + int(year), "key": folded(said), "name": said, "name_cy": its_welsh}
        ]

    return Reader("names", f"names of neighbourhoods (MSOA 20{year})", take)


def _open_name(row: Row) -> Taken:
    if row["type"] != "populatedPlace":
        return []
    try:
        east, north = float(row["geometry_x"]), float(row["geometry_y"])
    except ValueError:
        return "its place on the map is no number"
    if not (0 < east < 700_000 and 0 < north < 1_300_000) or not row["id"]:
        return "it has no identifier, or lies off the map"
    lats, lons = projection.degrees_from_grid(np.array([east]), np.array([north]))
    lat, lon = round(float(lats[0]), 6), round(float(lons[0]), 6)
    within = row["district_borough"] or row["county_unitary"]
    named = [
        _place(f"{row['id'][:36]}{mark}", name, row["local_type"], within, lat, lon, lang=lang, country=row["country"])
        for mark, name, lang in (("", row["name1"], row["name1_lang"]), ("/2", row["name2"], row["name2_lang"]))
        if folded(name)
    ]
    return named or BAD_LINE


def _listed_place(row: Row) -> Taken:
    name, within = row["name"].strip(), row.get("district", "").strip()
    if not folded(name) or postcodes.DISTRICT.fullmatch(name.upper()):
        return []
    try:
        lat, lon = float(row["lat"]), float(row["lon"])
    except ValueError:
        return "its place on the map is no number"
    if not (49 < lat < 62 and -9 < lon < 3):
        return "it lies off the map"
    kind = SHORT_KINDS.get(row["type"].strip().lower(), OTHER_KIND)
    identifier = hashlib.sha256(f"{name}|{within}|{lat}|{lon}".encode()).hexdigest()[:40]
    return [_place(identifier, name, kind, within, lat, lon)]


def _place(
    identifier: str, name: str, kind: str, within: str, lat: float, lon: float, *, lang: str = "", country: str = ""
) -> Values:
    return {
        "id": identifier, "key": folded(name)[:LONGEST_NAME], "name": name[:LONGEST_NAME], "lang": lang[:3] or None,
        "kind": kind[:20], "within": within[:LONGEST_NAME], "country": country[:20], "lat": lat, "lon": lon,
    }  # fmt: skip
