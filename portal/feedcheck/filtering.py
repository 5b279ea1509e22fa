"""Whether filters give only what matches, and all of it: judged by what the documents of the walk say."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import asin, cos, isnan, radians, sin, sqrt
from typing import Any

from portal.feedcheck.facts import DAYS, Facts, Point
from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import AtAddress
from portal.feedcheck.paging import Envelope, contents_of, id_of
from portal.feedcheck.walking import PER_PAGE
from portal.openreferral.tables import OURS

EACH = 3
"""Values that are tried of each filter."""
MOST_PAGES = 20
"""Pages of one answer that are read; of a longer one its number of items is judged, and what was read."""
FEW = MOST_PAGES * PER_PAGE
EARTH_METRES = 6_371_008.8
SLACK_METRES = 1_500.0
"""How far the middle of a postcode may lie from a place of that postcode, with room to spare."""
TOGETHER_METRES = 200.0
NEAR_METRES, FAR_METRES = 5_000, 15_000
NONSENSE = "qzxvwkjh"
TIMES = ("07:00", "12:00", "18:00")
AGES = (5, 16, 18, 25, 50, 60)
OLDEST = 120


@dataclass(frozen=True)
class Tried:
    """A filter with a value, and which services must come, and may, by their numbers."""

    query: Mapping[str, object]
    must: frozenset[int]
    may: frozenset[int]

    @property
    def name(self) -> str:
        """The filter's name, or names."""
        return " and ".join(self.query)


@dataclass(frozen=True)
class Given:
    """What came: ids in small letters, how many there are said to be, and whether all pages were read."""

    ids: frozenset[str]
    total: int | None
    is_all: bool
    items: tuple[Any, ...] = ()


class Filters:
    """Tries filters of the services of a feed that was walked."""

    def __init__(self, feed: AtAddress, facts: Facts, findings: Findings) -> None:
        self._feed, self._facts, self._findings = feed, facts, findings
        self._chance = facts.chance
        self._ids = list(facts.number)

    def try_all(self) -> None:
        """Try every filter that can be judged."""
        if not len(self._facts):
            self._findings.skip("There are no services, so filters were not judged.")
            return
        groups: list[Callable[[], Iterator[Tried]]] = [self._organizations, self._modified, self._ages, self._minimal]
        if self._facts.is_whole:
            groups += [self._terms, self._taxonomies, self._days, self._times]
        for group in groups:
            for tried in group():
                self._try(tried)
        self._search()
        if self._facts.is_whole:
            self._near()

    # What is tried

    def _organizations(self) -> Iterator[Tried]:
        of: defaultdict[int, set[int]] = defaultdict(set)
        for number, owner in enumerate(self._facts.organization):
            if owner >= 0:
                of[owner].add(number)
        names = list(self._facts.organizations.number)
        yield from (self._exact({"organization_id": names[one]}, of[one]) for one in self._picked(of))

    def _terms(self) -> Iterator[Tried]:
        yield from self._by_words("taxonomy_term_id", self._facts.terms, list(self._facts.term_names.number))

    def _taxonomies(self) -> Iterator[Tried]:
        if all(self._facts.taxonomies[number] or not terms for number, terms in enumerate(self._facts.terms)):
            names = list(self._facts.taxonomy_names.number)
            yield from self._by_words("taxonomy_id", self._facts.taxonomies, names)
        else:
            self._findings.skip("Terms do not tell their taxonomies, so the filter taxonomy_id was not judged.")

    def _by_words(self, name: str, words: list[tuple[int, ...]], names: list[str]) -> Iterator[Tried]:
        of: defaultdict[int, set[int]] = defaultdict(set)
        for number, those in enumerate(words):
            for one in those:
                of[one].add(number)
        yield from (self._exact({name: names[one]}, of[one]) for one in self._picked(of))

    def _modified(self) -> Iterator[Tried]:
        moments = sorted({one for one in self._facts.modified if not isnan(one)}, reverse=True)
        if not moments:
            self._findings.skip("No service tells last_modified, so the filter modified_after was not judged.")
            return
        for place in dict.fromkeys((0, min(len(moments) - 1, 50), len(moments) // 2)):
            since = moments[place]
            numbers = {number for number, one in enumerate(self._facts.modified) if one >= since}
            yield self._exact({"modified_after": _told(since)}, numbers)
        yield self._exact({"modified_after": _told(moments[0] + 366 * 86_400)}, set())

    def _ages(self) -> Iterator[Tried]:
        least, most = self._facts.minimum_age, self._facts.maximum_age
        told = sorted({int(one) for one in (*least, *most) if 0 <= one <= OLDEST})
        ages = {*self._chance.sample(told, min(EACH, len(told))), *self._chance.sample(AGES, 1)}
        for age in sorted(ages):
            yield self._exact({"minimum_age": age}, {number for number, one in enumerate(least) if one >= age})
            yield self._exact({"maximum_age": age}, {number for number, one in enumerate(most) if one <= age})

    def _days(self) -> Iterator[Tried]:
        for bit, day in self._chance.sample(list(enumerate(DAYS)), EACH):
            must = {number for number, days in enumerate(self._facts.days) if days >> bit & 1}
            may = {number for number, days in enumerate(self._facts.days_perhaps) if days >> bit & 1}
            yield Tried({"day": day}, frozenset(must), frozenset(must | may))

    def _times(self) -> Iterator[Tried]:
        facts = self._facts
        for told in TIMES:
            at = int(told[:2]) * 60
            must = {number for number, one in enumerate(facts.latest_start) if one >= at}
            may = {number for number, one in enumerate(facts.latest_start_perhaps) if one >= at}
            yield Tried({"start_time": told}, frozenset(must), frozenset(must | may))
            must = {number for number, one in enumerate(facts.earliest_end) if one <= at}
            may = {number for number, one in enumerate(facts.earliest_end_perhaps) if one <= at}
            yield Tried({"end_time": told}, frozenset(must), frozenset(must | may))

    def _minimal(self) -> Iterator[Tried]:
        yield self._exact({"minimal": "true"}, set(range(len(self._facts))))

    def _picked(self, of: Mapping[int, set[int]]) -> list[int]:
        """Some values: the one with most that can be read to its end, and others by chance."""
        if not of:
            return []
        readable = [one for one, numbers in of.items() if len(numbers) <= FEW] or list(of)
        largest = max(readable, key=lambda one: len(of[one]))
        return list(dict.fromkeys([largest, *self._chance.sample(readable, min(EACH, len(readable)))]))[:EACH]

    def _exact(self, query: Mapping[str, object], numbers: set[int]) -> Tried:
        return Tried(query, frozenset(numbers), frozenset(numbers))

    # Trying

    def _try(self, tried: Tried) -> None:
        given = self._ask("/services", tried.query, tried.name)
        if given is None:
            return
        got = {self._facts.number[one] for one in given.ids if one in self._facts.number}
        most = given.total or 0 if "modified_after" in tried.query else len(tried.may)  # what is gone counts there too
        for number in sorted(got - tried.may):
            self._note("filter_extra", tried.name, tried.query, number)
        if given.is_all:
            for number in sorted(tried.must - got):
                self._note("filter_missing", tried.name, tried.query, number)
        elif given.total is not None and not len(tried.must) <= given.total <= most:
            fault = "filter_missing" if given.total < len(tried.must) else "filter_extra"
            wanted = f"{len(tried.must):,}" + (f" to {len(tried.may):,}" if len(tried.may) > len(tried.must) else "")
            self._findings.add(
                3, fault, "/services", tried.name, f"{_written(tried.query)}: {given.total:,}, not {wanted}"
            )

    def _search(self) -> None:
        """A name finds its service. What else a search gives cannot be judged; that it gives all for nonsense can."""
        names = self._facts.named.kept
        for one, name in self._chance.sample(names, min(EACH, len(names))):
            words = " ".join(name.split()[:6])
            given = self._ask("/services", {"search": words}, "search")
            if given is not None and given.is_all and one.lower() not in given.ids:
                self._note("filter_missing", "search", {"search": words}, self._facts.number[one.lower()])
        nonsense = f"{NONSENSE}{self._chance.randrange(10**6)}"
        given = self._ask("/services", {"search": nonsense}, "search")
        if given is not None and given.ids:
            self._findings.add(3, "filter_extra", "/services", "search", f"{given.total} for {nonsense}")

    def _near(self) -> None:
        """What has a place near a postcode: by the points that documents tell, with room for where a postcode's middle is."""
        for postcode, middle in self._postcodes():
            for metres in (NEAR_METRES, FAR_METRES):
                query = {"postcode": postcode, "proximity": metres}
                given = self._ask("/services", query, "postcode and proximity")
                if given is None:
                    return
                self._judge_near(query, middle, metres, given)

    def _judge_near(self, query: Mapping[str, object], middle: Point, metres: int, given: Given) -> None:
        facts = self._facts
        got = {facts.number[one] for one in given.ids if one in facts.number}
        distance = [min((between(middle, one) for one in points), default=None) for points in facts.points]
        for number in sorted(got):
            far = distance[number]
            if (far is None or far > metres + SLACK_METRES) and not facts.withheld[number]:
                self._note("filter_extra", "postcode and proximity", query, number)
        if given.is_all:
            for number, far in enumerate(distance):
                if far is not None and far <= metres - SLACK_METRES and number not in got:
                    self._note("filter_missing", "postcode and proximity", query, number)
            self._judge_withheld(query, metres, distance, got)

    def _judge_withheld(
        self, query: Mapping[str, object], metres: int, distance: list[float | None], got: set[int]
    ) -> None:
        """Services that only a withheld place can have brought: none of a hidden one, and of an area all of it or none."""
        come: defaultdict[int, list[int]] = defaultdict(list)
        stayed: defaultdict[int, list[int]] = defaultdict(list)
        for number, areas in enumerate(self._facts.withheld):
            far = distance[number]
            if areas and (far is None or far > metres + SLACK_METRES):
                (come if number in got else stayed)[areas[0] if len(areas) == 1 else -1].append(number)
        for area, numbers in come.items():
            for number in numbers:
                if area == 0 or (area > 0 and stayed.get(area)):
                    self._note("withheld_near", "postcode and proximity", query, number)

    def _postcodes(self) -> list[tuple[str, Point]]:
        """Postcodes whose middle is known well: two places or more of it close together, or one that the feed finds itself."""
        of: defaultdict[str, list[Point]] = defaultdict(list)
        for postcode, point, _one in self._facts.addressed.kept:
            of[postcode].append(point)
        sure = [one for one, points in of.items() if len(set(points)) > 1 and _are_together(points)]
        found = [(one, _middle(of[one])) for one in self._chance.sample(sure, min(EACH, len(sure)))]
        alone = [kept for kept in self._facts.addressed.kept if len(of[kept[0]]) == 1]
        for postcode, point, one in self._chance.sample(alone, min(2 * EACH, len(alone))):
            if len(found) >= EACH:
                break
            query = {"postcode": postcode, "proximity": int(SLACK_METRES)}
            given = self._ask("/services", query, "postcode and proximity", is_known=False)
            if given is not None and one.lower() in given.ids:
                found.append((postcode, point))
        if not found:
            self._findings.skip(
                "No postcode with a point is told that the feed knows, so distance filters were not judged."
            )
        return found

    def _ask(self, path: str, query: Mapping[str, object], name: str, *, is_known: bool = True) -> Given | None:
        """Everything that comes, to a limit. None where it does not answer, which is noted unless `is_known` is false."""
        ids, seen = set[str](), set[str]()
        total: int | None = None
        for number in range(1, MOST_PAGES + 1):
            got = self._feed.get(path, {**query, "page": number, "per_page": PER_PAGE})
            contents = contents_of(got.document) if got.problem is None else None
            if contents is None:
                if is_known:
                    self._findings.add(
                        3, "filter_fails", path, name, f"{_written(query)}: {got.problem or 'no page is given'}"
                    )
                return None
            told = Envelope.of(got.document)
            total = told.total_items if total is None else total
            told_here = {one.lower() for item in contents if (one := id_of(item)) is not None}
            is_new = not told_here <= seen
            seen |= told_here
            ids.update(one.lower() for item in contents if not _is_gone(item) and (one := id_of(item)) is not None)
            if not is_new or number >= (told.total_pages or 0):
                return Given(frozenset(ids), total, is_all=True)
        return Given(frozenset(ids), total, is_all=False)

    def _note(self, fault: str, name: str, query: Mapping[str, object], number: int) -> None:
        self._findings.add(3, fault, "/services", name, f"{_written(query)}: id {self._ids[number]}")


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


def _is_gone(item: Any) -> bool:
    own = item.get(OURS) if isinstance(item, dict) else None
    return isinstance(own, dict) and "gone" in own


def _told(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _written(query: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in query.items())
