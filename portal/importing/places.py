"""Where a listing is: its postcode looked up, its coordinates believed only where they can be right."""

import re
from dataclasses import dataclass

from portal.geography import postcodes
from portal.geography.places import Place, PlaceProblem
from portal.geography.projection import distance_km
from portal.geography.queries import area_at, locate

NEAR_KM = 2.0
"""Farther than this from its postcode, a point is not believed: postcodes of the countryside reach this far."""
NORTHERN_IRELAND = (54.0, 55.4, -8.2, -5.4)
UNKNOWN = "is not one that we know"
PROBLEMS = {
    "ended": "is no longer used",
    "post_only": "is only used for post",
    "no_grid_reference": "has no place on the map",
    "northern_ireland": "is in Northern Ireland, where we cannot look one up",
    "crown_dependency": "is in the Channel Islands or the Isle of Man, where we cannot look one up",
    "forces": "is a forces address",
}
WITHIN = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\b", re.IGNORECASE)
COUNTRY = re.compile(r"(?<!\w)(?:united kingdom|uk)\Z", re.IGNORECASE)
ENDS = " \t\r\n,.;"


@dataclass(frozen=True)
class Spot:
    """A place of a listing. `latitude` and `longitude` in degrees, WGS 84; codes of its council and neighbourhood."""

    address: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    authority_code: str | None = None
    neighbourhood_code: str | None = None
    is_private: bool = False


def read_place(
    address: str | None, postcode: str | None, point: tuple[float, float] | None, *, is_private: bool = False
) -> tuple[Spot | None, list[str]]:
    """The place that a source's address, postcode and point tell together, and what was wrong with them.

    A postcode gives the council, the neighbourhood and, where there is no better, the point. Without one, a point gives the
    council only: the nearest postcode's neighbourhood would be a guess.
    """
    notes: list[str] = []
    wanted = postcode or _postcode_in(address)
    place, shown = _looked_up(wanted, notes) if wanted else (None, None)
    point = _believed(point, place, notes)
    address = _without_postcode(address, shown)
    if not (address or shown or point):
        return None, notes
    lat, lon = point or (None, None)
    return Spot(address, shown, lat, lon, *_codes(place, point), is_private), notes


def _codes(place: Place | PlaceProblem | None, point: tuple[float, float] | None) -> tuple[str | None, str | None]:
    """Codes of the council and the neighbourhood, as far as they are known."""
    if isinstance(place, Place):
        return place.authority_code, place.neighbourhood_code
    if place is not None and place.authority_code:
        return place.authority_code, None
    council = area_at(*point) if point is not None else None
    return (council.authority_code if council else None), None


def _looked_up(text: str, notes: list[str]) -> tuple[Place | PlaceProblem | None, str | None]:
    """A full postcode's place, and how the postcode is written. Nothing that is not a full postcode is looked up."""
    reading = next((one for one in postcodes.readings(re.sub(r"[^A-Z0-9 ]", "", text.upper())) if one.unit), None)
    if reading is None:
        notes.append(f'"{text[:40]}" is not a whole postcode, so it was not used')
        return None, None
    found = locate(reading.text)
    if isinstance(found, Place) and found.kind == "postcode":
        return found, found.text
    problem = found if isinstance(found, PlaceProblem) else None
    notes.append(f"the postcode {reading.text} {PROBLEMS.get(problem.reason if problem else '', UNKNOWN)}")
    return problem, reading.text


def _believed(
    point: tuple[float, float] | None, place: Place | PlaceProblem | None, notes: list[str]
) -> tuple[float, float] | None:
    """The source's point if it can be right, else the postcode's, else none."""
    known = (place.lat, place.lon) if isinstance(place, Place) else None
    if point is None:
        return known
    distance = float(distance_km(*point, *known)) if known else None
    if distance is not None and distance <= NEAR_KM:
        return point
    if point == (0.0, 0.0) or not _is_british(*point):
        notes.append(f"its coordinates {point[0]:g}, {point[1]:g} are not in the United Kingdom, so they were not used")
        return known
    if distance is None:
        return point
    notes.append(f"its coordinates are {distance:,.0f} km from its postcode; the postcode was believed")
    return known


def _is_british(lat: float, lon: float) -> bool:
    south, north, west, east = NORTHERN_IRELAND
    if south <= lat <= north and west <= lon <= east:
        return True
    return 49.8 <= lat <= 60.9 and -8.7 <= lon <= 1.8 and area_at(lat, lon) is not None


def _postcode_in(address: str | None) -> str | None:
    """The postcode that ends an address, if there is one."""
    found = list(WITHIN.finditer(address or ""))
    return found[-1][0] if found and not _without_country((address or "")[found[-1].end() :]) else None


def _without_postcode(address: str | None, postcode: str | None) -> str | None:
    """An address without the postcode and the country at its end, and without empty parts."""
    if not address:
        return None
    text = _without_country(address)
    found = list(WITHIN.finditer(text))
    if (
        postcode
        and found
        and found[-1].end() == len(text)
        and "".join(found[-1].groups()).upper() == postcode.replace(" ", "")
    ):
        text = text[: found[-1].start()]
    parts = [" ".join(part.split()) for part in text.split(",")]
    return ", ".join(part for part in parts if part) or None


def _without_country(text: str) -> str:
    """A text without the country at its end, and without the marks around it."""
    return COUNTRY.sub("", text.rstrip(ENDS)).rstrip(ENDS)
