"""Turns what somebody typed into a place: a postcode, part of one, or a name."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from portal.core import plain
from portal.geography import naming, postcodes
from portal.geography.atlas import Atlas, Name, Spot, Spread
from portal.geography.gazetteer import OWN_WEIGHT
from portal.geography.models import PostcodeFact
from portal.geography.places import COUNTRY_CODES, NATIONS, Alternative, Nation, Place, PlaceProblem, Reason
from portal.geography.postcodes import Postcode

LONGEST = 120
WIDE_PEOPLE = 60_000
"""A settlement of more people than this is not put into one neighbourhood."""
CROWN = frozenset({"JE", "GY", "IM"})
POST_ONLY = frozenset({"BX", "XX"})
GIROBANK = "GIR0AA"
JOINERS = re.compile(r"[-_./]+")
FORCES_BOX = re.compile(r"BFPO\b.*")


FactOf = Callable[[str], PostcodeFact | None]
"""What a loaded file says of a postcode without its space."""
AreaName = Callable[[str], str | None]
"""A loaded name of an official area, in the reader's language."""


class Locator:
    """Reads one text against the atlas and whatever an operator has loaded."""

    def __init__(
        self,
        atlas: Atlas,
        *,
        look_up: naming.LookUp,
        fact_of: FactOf,
        area_name: AreaName,
    ) -> None:
        self.atlas = atlas
        self.look_up = look_up
        self.fact_of = fact_of
        self.area_name = area_name

    def locate(self, text: str) -> Place | PlaceProblem:
        """The place, or why there is none."""
        typed = cleaned(text)
        if not typed:
            return PlaceProblem("", "empty")
        wanted = naming.without_lead(typed)
        capitals = JOINERS.sub(" ", wanted.upper())
        if (found := self._first_of(postcodes.readings(capitals))) is not None:
            return found
        if postcodes.looks_full(capitals):
            return self._unknown_postcode(capitals)
        if (found := self._first_of(part for part in postcodes.within(capitals) if part.unit)) is not None:
            return found
        if naming.is_too_wide(wanted):
            return PlaceProblem(wanted, "too_wide")
        if (named := naming.find(wanted, self.atlas, self.look_up)) is not None:
            return self._named(wanted, named)
        if (found := self._first_of(postcodes.within(capitals))) is not None:
            return found
        return self._unknown(wanted, capitals)

    def _first_of(self, readings: Iterable[Postcode]) -> Place | PlaceProblem | None:
        return next((found for reading in readings if (found := self._postcode(reading)) is not None), None)

    def _postcode(self, postcode: Postcode) -> Place | PlaceProblem | None:
        if not postcode.unit:
            spread = self.atlas.spread(postcode)
            return None if spread is None else self._spread(postcode, spread)
        spot, fact = self.atlas.spot(postcode), self.fact_of(postcode.text.replace(" ", ""))
        if spot is not None:
            return self._with_fact(self._spot(postcode, spot), fact)
        if fact is not None and fact.ended_date is not None:
            return self._problem(postcode, "ended", fact.authority_code, ended=f"{fact.ended_date:%Y}")
        if fact is not None and fact.lat is not None and fact.lon is not None:
            return self._from_fact(postcode, fact)
        other = self.atlas.other(postcode)
        return None if other is None else self._other(postcode, *other)

    def _spot(self, postcode: Postcode, spot: Spot) -> Place:
        certainty: Literal["in", "near"] = "near" if spot.is_near_edge else "in"
        place = Place(
            postcode.text, postcode.text, "postcode", spot.lat, spot.lon, "postcode", postcode.shared,
            certainty=certainty if spot.area >= 0 else None,
        )  # fmt: skip
        return self._with_areas(place, (spot.authority,), (spot.area,))

    def _spread(self, postcode: Postcode, spread: Spread) -> Place:
        kind: Literal["sector", "district"] = "sector" if postcode.sector else "district"
        place = Place(postcode.text, postcode.text, kind, spread.lat, spread.lon, kind, postcode.text)
        place = self._with_areas(place, spread.authorities, spread.areas)
        if kind == "sector" and spread.areas:
            return replace(place, certainty="near")
        return replace(place, neighbourhood_code=None, neighbourhood_name=None, vintage=None)

    def _named(self, text: str, found: naming.Found) -> Place:
        name = found.name
        is_whole = name.kind in {"authority", "county"} or WIDE_PEOPLE < name.weight < OWN_WEIGHT
        certainty: Literal["in", "near"] | None = "in" if name.kind == "neighbourhood" else "near"
        place = Place(
            text, naming.label_of(name, self.atlas), name.kind, name.lat, name.lon, "place",  # type: ignore[arg-type]
            nation=NATIONS.get(name.nation),
            certainty=None if is_whole or name.area < 0 else certainty,
            alternatives=tuple(self._alternative(other) for other in found.others),
        )  # fmt: skip
        place = self._with_areas(place, (name.authority,), () if is_whole else (name.area,))
        return self._with_county(place, name) if name.kind == "county" else place

    def _alternative(self, name: Name) -> Alternative:
        label = naming.label_of(name, self.atlas)
        return Alternative(label, label)

    def _with_county(self, place: Place, name: Name) -> Place:
        codes = {council.county_code for council in self.atlas.authorities if council.county_name == name.name}
        return replace(place, area_codes=place.area_codes | codes)

    def _with_areas(self, place: Place, authorities: Sequence[int], areas: Sequence[int]) -> Place:
        councils = [self.atlas.authorities[number] for number in authorities if number >= 0]
        hoods = [self.atlas.areas[number] for number in areas if number >= 0]
        nation = place.nation or (NATIONS.get(councils[0].code[:1]) if councils else None)
        codes = {council.code for council in councils} | {council.county_code for council in councils}
        codes |= {hood.code for hood in hoods} | ({COUNTRY_CODES[nation]} if nation else set())
        return replace(
            place,
            nation=nation,
            authority_code=(councils[0].code or None) if councils else None,
            authority_name=(councils[0].name or None) if councils else None,
            neighbourhood_code=hoods[0].code if hoods else None,
            neighbourhood_name=self._hood_name(hoods[0].code) if hoods else None,
            vintage=self.atlas.vintage if hoods else None,
            area_codes=frozenset(code for code in codes if code),
        )

    def _hood_name(self, code: str) -> str | None:
        number = self.atlas.area_numbers.get(code)
        ours = self.atlas.areas[number] if number is not None else None
        return self.area_name(code) or (ours.name or ours.official if ours else None)

    def _with_fact(self, place: Place, fact: PostcodeFact | None) -> Place:
        """What a loaded file says goes before what was worked out from outlines."""
        if fact is None or fact.ended_date is not None:
            return place
        exact = fact.msoa_code
        guessed = {place.neighbourhood_code} if exact and fact.vintage == place.vintage else set()
        return replace(
            place,
            neighbourhood_code=exact or place.neighbourhood_code,
            neighbourhood_name=self._hood_name(exact) if exact else place.neighbourhood_name,
            vintage=fact.vintage if exact else place.vintage,
            certainty="exact" if exact else place.certainty,
            lsoa_code=fact.lsoa_code,
            deprivation_rank=fact.deprivation_rank,
            area_codes=(place.area_codes - guessed) | {code for code in (exact, fact.lsoa_code) if code},
        )

    def _from_fact(self, postcode: Postcode, fact: PostcodeFact) -> Place:
        """A postcode that only a loaded file knows: a newer one, or one of Northern Ireland."""
        authority = self.atlas.authority_numbers.get(fact.authority_code or "", -1)
        text, lat, lon = postcode.text, float(fact.lat or 0), float(fact.lon or 0)
        place = Place(text, text, "postcode", lat, lon, "postcode", postcode.shared)
        return self._with_fact(self._with_areas(place, (authority,), ()), fact)

    def _other(self, postcode: Postcode, code: str, is_used: bool) -> PlaceProblem:
        if code.startswith("N") or postcode.area == "BT":
            return self._problem(postcode, "northern_ireland", code)
        if code[:1] in {"L", "M"} or postcode.area in CROWN:
            return self._problem(postcode, "crown_dependency", None)
        reason: Reason = "no_grid_reference" if is_used else "ended" if code else "post_only"
        return self._problem(postcode, reason, code or None)

    def _problem(self, postcode: Postcode, reason: Reason, code: str | None, ended: str | None = None) -> PlaceProblem:
        wider = [Postcode(postcode.outward, postcode.sector), Postcode(postcode.outward)]
        usable = next((part.text for part in wider if part != postcode and self.atlas.spread(part) is not None), None)
        number = self.atlas.authority_numbers.get(code or "")
        nation: Nation | None = "northern_ireland" if reason == "northern_ireland" else NATIONS.get((code or " ")[0])
        council = self.atlas.authorities[number] if number is not None and code else None
        problem = PlaceProblem(postcode.text, reason, usable, ended, nation)
        return (
            problem if council is None else replace(problem, authority_code=council.code, authority_name=council.name)
        )

    def _unknown_postcode(self, capitals: str) -> PlaceProblem:
        compact = capitals.replace(" ", "")
        readings = [reading for reading in postcodes.readings(capitals) if reading.unit]
        if compact == GIROBANK or not readings:
            reason: Reason = "post_only" if compact == GIROBANK else "unknown_postcode"
            return PlaceProblem(f"{compact[:-3]} {compact[-3:]}", reason)
        return self._problem(readings[0], _reason_by_area(readings[0].area) or "unknown_postcode", None)

    def _unknown(self, wanted: str, capitals: str) -> PlaceProblem:
        if FORCES_BOX.fullmatch(capitals) is not None:
            return PlaceProblem(wanted, "forces")
        for part in postcodes.readings(capitals):
            if (reason := _reason_by_area(part.area)) is not None:
                return self._problem(part, reason, None)
        for full in postcodes.within(capitals):
            if full.unit:
                return self._problem(full, _reason_by_area(full.area) or "unknown_postcode", None)
        return PlaceProblem(wanted, "unknown", naming.close_spelling(wanted, self.atlas))


def cleaned(text: str) -> str:
    """What was typed in plain characters: no controls, no direction marks, single spaces, at most 120 characters."""
    joined = re.sub(f"[{plain.JOINERS}]", "", text[: LONGEST * 4])
    words = plain.one_line(unicodedata.normalize("NFKC", joined)).strip(" ,.;:!?\"'()[]<>")
    return words[:LONGEST].strip()


def _reason_by_area(area: str) -> Reason | None:
    if area == "BT":
        return "northern_ireland"
    if area in CROWN:
        return "crown_dependency"
    if area == "BF":
        return "forces"
    return "post_only" if area in POST_ONLY else None
