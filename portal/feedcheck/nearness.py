"""Whether distance filters are true, and whether they tell where a withheld place is: judged by points that documents tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

from portal.feedcheck.asking import Asking, Given, written
from portal.feedcheck.endpoints import PLACES, SERVICES
from portal.feedcheck.facts import Facts, Point, is_withheld
from portal.feedcheck.findings import Findings

EACH = 3
"""Postcodes that are tried."""
EARTH_METRES = 6_371_008.8
SLACK_METRES = 1_500.0
"""How far the middle of a postcode may lie from a place of that postcode, with room to spare."""
TOGETHER_METRES = 200.0
NEAR_METRES, FAR_METRES = 5_000, 15_000
NAME = "postcode and proximity"


class Nearness:
    """Tries distance filters of a feed that was walked."""

    def __init__(self, asking: Asking, facts: Facts, findings: Findings) -> None:
        self._asking, self._facts, self._findings = asking, facts, findings
        self._ids = list(facts.number)

    def try_all(self) -> None:
        """Try a few postcodes, each with a short and a long distance, at services and at their places."""
        for postcode, middle in self._postcodes():
            for metres in (NEAR_METRES, FAR_METRES):
                query = {"postcode": postcode, "proximity": metres}
                given = self._asking.ask(SERVICES.path, query, NAME)
                if given is None:
                    return
                self._judge(query, middle, metres, given)
                at_places = self._asking.ask(PLACES.path, query, NAME)
                if at_places is not None and at_places.is_all:
                    self._judge_places(query, at_places.items.values())

    def _judge(self, query: Mapping[str, object], middle: Point, metres: int, given: Given) -> None:
        facts = self._facts
        got = {facts.number[one] for one in given.items if one in facts.number}
        distance = [min((between(middle, one) for one in points), default=None) for points in facts.points]
        for number in sorted(got):
            far = distance[number]
            if (far is None or far > metres + SLACK_METRES) and not facts.withheld[number]:
                self._note("filter_extra", SERVICES.path, query, number)
        if not given.is_all:
            return
        for number, far in enumerate(distance):
            if far is not None and far <= metres - SLACK_METRES and number not in got:
                self._note("filter_missing", SERVICES.path, query, number)
        only_withheld = {
            number
            for number, areas in enumerate(facts.withheld)
            if areas and ((far := distance[number]) is None or far > metres + SLACK_METRES)
        }
        self._judge_withheld(SERVICES.path, query, got & only_withheld, only_withheld - got)

    def _judge_places(self, query: Mapping[str, object], items: Iterable[Any]) -> None:
        """Of places of services each is judged by itself: no public place of the same service stands in for it."""
        come = set()
        for item in items:
            location, service = item.get("location"), item.get("service")
            if isinstance(location, dict) and isinstance(service, dict) and is_withheld(location):
                number = self._facts.number.get(str(service.get("id", "")).lower())
                come |= {number} if number is not None else set()
        stayed = {number for number, areas in enumerate(self._facts.withheld) if areas} - come
        self._judge_withheld(PLACES.path, query, come, stayed)

    def _judge_withheld(self, path: str, query: Mapping[str, object], come: set[int], stayed: set[int]) -> None:
        """What only a withheld place can have brought: nothing of a hidden one, and of an area all of it or none."""
        left: defaultdict[int, bool] = defaultdict(bool)
        for number in stayed:
            if len(areas := self._facts.withheld[number]) == 1:
                left[areas[0]] = True
        for number in sorted(come):
            areas = self._facts.withheld[number]
            if len(areas) == 1 and (areas[0] == 0 or left[areas[0]]):
                self._note("withheld_near", path, query, number)

    def _postcodes(self) -> list[tuple[str, Point]]:
        """Postcodes whose middle is known well: two places or more of it close together, or one that the feed finds itself."""
        of: defaultdict[str, list[Point]] = defaultdict(list)
        chance = self._facts.chance
        for postcode, point, _one in self._facts.addressed.kept:
            of[postcode].append(point)
        sure = [one for one, points in of.items() if len(set(points)) > 1 and _are_together(points)]
        found = [(one, _middle(of[one])) for one in chance.sample(sure, min(EACH, len(sure)))]
        alone = [kept for kept in self._facts.addressed.kept if len(of[kept[0]]) == 1]
        for postcode, point, one in chance.sample(alone, min(2 * EACH, len(alone))):
            if len(found) >= EACH:
                break
            query = {"postcode": postcode, "proximity": int(SLACK_METRES)}
            given = self._asking.ask(SERVICES.path, query, NAME, is_known=False)
            if given is not None and one.lower() in given.items:
                found.append((postcode, point))
        if not found:
            self._findings.skip(
                "No postcode with a point is told that the feed knows, so distance filters were not judged."
            )
        return found

    def _note(self, fault: str, path: str, query: Mapping[str, object], number: int) -> None:
        self._findings.add(3, fault, path, NAME, f"{written(query)}: id {self._ids[number]}")


def between(one: Point, other: Point) -> float:
    """Metres over ground between two points (degrees, WGS 84)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(min(1.0, half)))


def _middle(points: list[Point]) -> Point:
    return sum(one[0] for one in points) / len(points), sum(one[1] for one in points) / len(points)


def _are_together(points: list[Point]) -> bool:
    middle = _middle(points)
    return all(between(middle, one) <= TOGETHER_METRES for one in points)
