"""What is remembered of each service of a feed, so that filters can be judged by the documents themselves: a few numbers each.

Some things documents say for sure (`must`), some may be read either way (`may`): a schedule without days, for one.
"""

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan, nan
from random import Random
from typing import Any

from portal.openreferral.tables import OURS

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = re.compile(r"(?<![A-Z])[+-]?\d*(MO|TU|WE|TH|FR|SA|SU)(?![A-Z])")
WITHHELD = frozenset({"area", "hidden"})
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\b")
SAMPLE = 2_000
LONGEST_NAME = 100
EVERY_DAY = (1 << 7) - 1

Point = tuple[float, float]


class Names:
    """Texts as small numbers, each kept once."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def of(self, text: str) -> int:
        """The number of a text."""
        return self.number.setdefault(text, len(self.number))


class Reservoir:
    """A fair sample of whatever is shown to it, of a fixed size."""

    def __init__(self, chance: Random, most: int = SAMPLE) -> None:
        self.kept: list[Any] = []
        self._chance, self._most, self._seen = chance, most, 0

    def show(self, value: Any) -> None:
        """Keep it, perhaps."""
        self._seen += 1
        if len(self.kept) < self._most:
            self.kept.append(value)
        elif (place := self._chance.randrange(self._seen)) < self._most:
            self.kept[place] = value


@dataclass
class Facts:
    """Services of a feed by number, in the order in which they came."""

    chance: Random
    number: dict[str, int] = field(default_factory=dict)
    modified: "array[float]" = field(default_factory=lambda: array("d"))
    minimum_age: "array[float]" = field(default_factory=lambda: array("d"))
    maximum_age: "array[float]" = field(default_factory=lambda: array("d"))
    organization: "array[int]" = field(default_factory=lambda: array("l"))
    days: "array[int]" = field(default_factory=lambda: array("l"))
    days_perhaps: "array[int]" = field(default_factory=lambda: array("l"))
    latest_start: "array[float]" = field(default_factory=lambda: array("d"))
    latest_start_perhaps: "array[float]" = field(default_factory=lambda: array("d"))
    earliest_end: "array[float]" = field(default_factory=lambda: array("d"))
    earliest_end_perhaps: "array[float]" = field(default_factory=lambda: array("d"))
    terms: list[tuple[int, ...]] = field(default_factory=list)
    taxonomies: list[tuple[int, ...]] = field(default_factory=list)
    points: list[tuple[Point, ...]] = field(default_factory=list)
    withheld: list[tuple[int, ...]] = field(default_factory=list)
    organizations: Names = field(default_factory=Names)
    term_names: Names = field(default_factory=Names)
    taxonomy_names: Names = field(default_factory=Names)
    areas: Names = field(default_factory=Names)
    is_whole: bool = True

    def __post_init__(self) -> None:
        self.named = Reservoir(self.chance)
        self.addressed = Reservoir(self.chance)
        self.areas.of("")
        self._tuples: dict[tuple[int, ...], tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.number)

    def add(self, one: str, document: Mapping[str, Any]) -> None:
        """Remember a service. Its id is new."""
        self.number[one] = len(self.number)
        self.modified.append(moment_of(document.get("last_modified")))
        self.minimum_age.append(number_of(document.get("minimum_age")))
        self.maximum_age.append(number_of(document.get("maximum_age")))
        owner = _text(_part(document, "organization").get("id")) or _text(document.get("organization_id"))
        self.organization.append(self.organizations.of(owner) if owner else -1)
        self._add_terms(document)
        self._add_times(document)
        self._add_places(one, document)
        if name := _text(document.get("name")):
            self.named.show((one, name[:LONGEST_NAME]))

    def _add_terms(self, document: Mapping[str, Any]) -> None:
        terms, taxonomies = set(), set()
        for attribute in _parts(document, "attributes"):
            term = _part(attribute, "taxonomy_term")
            if told := _text(term.get("id")) or _text(attribute.get("taxonomy_term_id")):
                terms.add(self.term_names.of(told))
            if told := _text(term.get("taxonomy_id")) or _text(_part(term, "taxonomy_detail").get("id")):
                taxonomies.add(self.taxonomy_names.of(told))
        self.terms.append(self._kept(terms))
        self.taxonomies.append(self._kept(taxonomies))

    def _add_times(self, document: Mapping[str, Any]) -> None:
        sure, perhaps = 0, 0
        starts, ends, starts_perhaps, ends_perhaps = [nan], [nan], [nan], [nan]
        places = _parts(document, "service_at_locations")
        schedules = [*_parts(document, "schedules"), *(one for place in places for one in _parts(place, "schedules"))]
        for schedule in schedules:
            days = days_of(schedule.get("byday"))
            sure |= days
            perhaps |= days or EVERY_DAY
            starts.append(minutes_of(schedule.get("opens_at")))
            ends.append(minutes_of(schedule.get("closes_at")))
        for session in (one for place in places for one in _parts(_part(place, OURS), "sessions")):
            perhaps = EVERY_DAY
            for each in (session, *_parts(session, "exceptions")):
                starts_perhaps.append(minutes_of(each.get("starts_at")))
                ends_perhaps.append(minutes_of(each.get("ends_at")))
        self.days.append(sure)
        self.days_perhaps.append(perhaps)
        self.latest_start.append(_best(max, starts))
        self.latest_start_perhaps.append(_best(max, [*starts, *starts_perhaps]))
        self.earliest_end.append(_best(min, ends))
        self.earliest_end_perhaps.append(_best(min, [*ends, *ends_perhaps]))

    def _add_places(self, one: str, document: Mapping[str, Any]) -> None:
        points, withheld = [], set()
        for place in _parts(document, "service_at_locations"):
            location = _part(place, "location")
            if is_withheld(location):
                withheld.add(self.area_of(location))
                continue
            point = (number_of(location.get("latitude")), number_of(location.get("longitude")))
            if isnan(point[0]) or isnan(point[1]):
                continue
            points.append(point)
            for address in _parts(location, "addresses"):
                if postcode := full_postcode(address.get("postal_code")):
                    self.addressed.show((postcode, point, one))
        self.points.append(tuple(points))
        self.withheld.append(self._kept(withheld))

    def area_of(self, location: Mapping[str, Any]) -> int:
        """The number of a withheld place's area; 0 where nothing is told of it."""
        return self.areas.of(_text(_part(location, OURS).get("neighbourhood_code")) or "")

    def _kept(self, numbers: set[int]) -> tuple[int, ...]:
        found = tuple(sorted(numbers))
        return self._tuples.setdefault(found, found)


def is_withheld(location: Mapping[str, Any]) -> bool:
    """Whether a location says that its place is withheld."""
    told = _part(location, OURS).get("privacy")
    return isinstance(told, str) and told in WITHHELD


def full_postcode(told: Any) -> str | None:
    """A whole postcode of the United Kingdom, as "LE2 0QB"."""
    found = POSTCODE.fullmatch(told.strip().upper()) if isinstance(told, str) else None
    return f"{found[1]} {found[2]}" if found else None


def moment_of(told: Any) -> float:
    """Seconds since 1970 of a date with a time; not a number where it is none."""
    if not isinstance(told, str):
        return nan
    try:
        moment = datetime.fromisoformat(told)
        return moment.timestamp() if moment.tzinfo else nan
    except (ValueError, OverflowError):
        return nan


def minutes_of(told: Any) -> float:
    """Minutes of a time of the day, "10:00" or "10:00:00"."""
    found = re.match(r"([01]\d|2[0-3]):([0-5]\d)", told) if isinstance(told, str) else None
    return int(found[1]) * 60 + int(found[2]) if found else nan


def days_of(told: Any) -> int:
    """The days of "TU,1FR" as bits, Monday first."""
    found = DAY.findall(told.upper()) if isinstance(told, str) else ()
    return sum(1 << number for number, day in enumerate(DAYS) if day in found)


def number_of(told: Any) -> float:
    """A number as it is told; not a number where it is none."""
    if isinstance(told, int | float) and not isinstance(told, bool) and abs(told) < 1e15:
        return float(told)
    return nan


def _best(choose: Any, numbers: list[float]) -> float:
    known = [one for one in numbers if not isnan(one)]
    return choose(known) if known else nan


def _text(told: Any) -> str | None:
    return told.strip() or None if isinstance(told, str) else None


def _part(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _parts(document: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]] | list[Mapping[str, Any]]:
    found = document.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
