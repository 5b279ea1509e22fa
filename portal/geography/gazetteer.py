"""Names of settlements, councils, counties and neighbourhoods, gathered when the structure is built."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.geography import projection, sources

Row = list[Any]
"""key, name, kind, lat, lon, weight, authority and neighbourhood numbers or -1, nation (E, W, S, N or none)."""

NATION_OF_GEONAMES = {"ENG": "E", "SCT": "S", "WLS": "W", "NIR": "N"}
COUNCIL_WORDS = re.compile(
    r"^(?:the )?(?:(?:royal |london |metropolitan )*borough of |city of |county of |district of |isle of (?=anglesey))"
    r"|(?: city| district| borough| county)* council$|(?<=\w\w\w\w) city$"
)
OWN_WEIGHT, COUNCIL_WEIGHT, COUNTY_WEIGHT, AREA_WEIGHT = 3_000_000, 60_000, 50_000, 20_000
SHORTEST = 3
ABROAD = 10
"""Where two towns bear a name, one that we can search near goes first: those of Northern Ireland count for a tenth."""
TWO_TONGUED = frozenset({"W", "S"})
"""Nations whose towns are also taken by their names in another language, Welsh or Gaelic."""
ALSO_CALLED = {"wigston magna": "wigston", "ashby de la zouch": "ashby"}
"""Towns that people call by a part of their name which no list holds. Both by their folded names."""
WIDE = 3_000_000
"""People: a city above this is not one council's."""


def folded(text: str) -> str:
    """A name as it is compared: small letters, no accents, no punctuation, "st" for saint, "and" for &."""
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).encode("ascii", "ignore").decode("ascii").lower()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "")).split()
    return " ".join("st" if word == "saint" else word for word in words)


@dataclass(frozen=True)
class Finder:
    """The council and neighbourhood of any point: those of the nearest postcode, if within 15 km."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    authority: NDArray[np.int64]
    area: NDArray[np.int64]

    def of(self, lats: list[float], lons: list[float]) -> list[tuple[int, int]]:
        """One (authority number, neighbourhood number) for each point; -1 for none."""
        order = np.argsort(self.lat)
        sorted_lat = self.lat[order]
        return [self._nearest(order, sorted_lat, lat, lon) for lat, lon in zip(lats, lons, strict=True)]

    def _nearest(
        self, order: NDArray[np.int64], sorted_lat: NDArray[np.float64], lat: float, lon: float
    ) -> tuple[int, int]:
        for reach_km in (0.3, 1.5, 15.0):
            south, north = np.searchsorted(sorted_lat, [lat - reach_km / 111, lat + reach_km / 111])
            strip = order[south:north]
            strip = strip[np.abs(self.lon[strip] - lon) < reach_km / 55]
            if len(strip):
                nearest = strip[np.argmin(projection.distance_km(lat, lon, self.lat[strip], self.lon[strip]))]
                return int(self.authority[nearest]), int(self.area[nearest])
        return -1, -1


def rows(description: dict[str, Any], finder: Finder) -> list[Row]:
    """All names with their places: ours first, then settlements, councils, counties and neighbourhoods."""
    gathered = [*_ours(finder), *_settlements(finder)]
    towns = {(row[0], row[6]): row for row in gathered}
    gathered.extend(_councils(description["authorities"], towns))
    gathered.extend(_counties(description["authorities"]))
    gathered.extend(_areas(description["areas"]))
    return gathered


def council_key(name: str) -> str:
    """A council's folded name without "city of", "borough council" and the like."""
    return COUNCIL_WORDS.sub("", folded(name)).strip()


def _ours(finder: Finder) -> Iterator[Row]:
    table = sources.own_table("places.csv")
    lats, lons = [float(row["lat"]) for row in table], [float(row["lon"]) for row in table]
    for row, lat, lon, (authority, area) in zip(table, lats, lons, finder.of(lats, lons), strict=True):
        yield [folded(row["name"]), row["name"], "place", lat, lon, OWN_WEIGHT, authority, area, ""]


def _settlements(finder: Finder) -> Iterator[Row]:
    table = sources.settlements()
    lats, lons = [row["latitude"] for row in table], [row["longitude"] for row in table]
    own_keys = {folded(row["name"]) for row in table}
    for row, found in zip(table, finder.of(lats, lons), strict=True):
        nation, key = NATION_OF_GEONAMES[row["admin1code"]], folded(row["name"])
        authority, area = (-1, -1) if nation == "N" or row["population"] >= WIDE else found
        weight = row["population"] // (ABROAD if nation == "N" else 1) + 1
        others = {folded(name) for name in row["alternatenames"]} - own_keys
        if nation not in TWO_TONGUED:
            others = {other for other in others if _is_longer_by_words(key, other) or _is_longer_by_words(other, key)}
        others |= {ALSO_CALLED[key]} - own_keys if key in ALSO_CALLED else set()
        for same in [key, *sorted(other for other in others if len(other) > SHORTEST)]:
            place = [row["latitude"], row["longitude"]]
            yield [same, row["name"], "place", *place, weight, authority, area, nation]


def _is_longer_by_words(name: str, other: str) -> bool:
    """True for "abingdon on thames" and "abingdon", "royal sutton coldfield" and "sutton coldfield"."""
    return bool(other) and (name.startswith(f"{other} ") or name.endswith(f" {other}"))


def _councils(authorities: list[dict[str, Any]], towns: dict[tuple[str, int], Row]) -> Iterator[Row]:
    """Councils; where a town bears the council's name, the town's own middle is meant."""
    for number, about in enumerate(authorities):
        if about["lat"] is None or not about["name"]:
            continue
        for key in dict.fromkeys([folded(about["name"]), council_key(about["name"])]):
            if (key, number) not in towns:
                place = [about["lat"], about["lon"]]
                yield [key, about["name"], "authority", *place, COUNCIL_WEIGHT, number, -1, ""]


def _counties(authorities: list[dict[str, Any]]) -> Iterator[Row]:
    members: dict[str, list[dict[str, Any]]] = {}
    for about in authorities:
        if about["county_name"] and about["lat"] is not None:
            members.setdefault(about["county_name"], []).append(about)
    for name, districts in members.items():
        lat = sum(about["lat"] for about in districts) / len(districts)
        lon = sum(about["lon"] for about in districts) / len(districts)
        yield [folded(name), name, "county", round(lat, 6), round(lon, 6), COUNTY_WEIGHT, -1, -1, "E"]


def _areas(areas: list[dict[str, Any]]) -> Iterator[Row]:
    for number, about in enumerate(areas):
        if about["lat"] is None:
            continue
        for name in filter(None, (about["name"], about["official"])):
            place = [about["lat"], about["lon"]]
            yield [folded(name), name, "neighbourhood", *place, AREA_WEIGHT, about["authority"], number, ""]
