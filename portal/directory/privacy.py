"""What may be told of a place: all of it, the area it is in, or nothing. Applied once, when a listing is read.

A refuge's address must not leak through a description either, so words of private addresses are taken out of every text.
"""

import re
from collections.abc import Iterable

from portal.geography import current

WITHHELD = "…"
SHORTEST_SECRET = 5
"""Shorter parts of an address are ordinary words or house numbers."""
HOUSE = re.compile(r"(?:(?:flat|unit|room|suite|apartment)\s+)?\d+[a-z]?(?:\s*[-/]\s*\d+[a-z]?)?\s+", re.IGNORECASE)
"""A house number before its street."""


def secrets_of(address: str | None, postcode: str | None, venue: str | None) -> frozenset[str]:
    """Words of a private address that no text may hold: its lines, its street alone, its postcode either way, its name."""
    parts = {*re.split(r"[\n,;]", address or ""), venue or "", postcode or "", (postcode or "").replace(" ", "")}
    told = {re.sub(r"\s+", " ", part).strip() for part in parts}
    streets = {part[house.end() :] for part in told if (house := HOUSE.match(part))}
    return frozenset(part for part in told | streets if len(part) >= SHORTEST_SECRET)


def hushed(text: str | None, secrets: Iterable[str]) -> str | None:
    """A text without any of the secrets, whatever their case and spacing."""
    if not text:
        return text
    for secret in sorted(secrets, key=len, reverse=True):
        loose = r"\s+".join(re.escape(word) for word in secret.split())
        text = re.sub(rf"(?<!\w){loose}(?!\w)", WITHHELD, text, flags=re.IGNORECASE)
    return text


def middle_of(neighbourhood_code: str | None, authority_code: str | None) -> tuple[float, float] | None:
    """The middle of an area (degrees, WGS 84): of the neighbourhood, else of the council, else nothing is told."""
    if not (neighbourhood_code or authority_code):
        return None
    atlas = current.atlas()
    number = atlas.area_numbers.get(neighbourhood_code or "")
    about = atlas.areas[number] if number is not None else None
    if about is None or about.lat is None or about.lon is None:
        council = atlas.authority_numbers.get(authority_code or "")
        if council is None:
            return None
        lat, lon = atlas.authorities[council].lat, atlas.authorities[council].lon
        return None if lat is None or lon is None else (lat, lon)
    return about.lat, about.lon
