"""Whether filters give only what matches, and all of it: judged by what the documents of the walk say."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isnan

from portal.feedcheck.asking import MOST_PAGES, Asking, written
from portal.feedcheck.facts import DAYS, Facts
from portal.feedcheck.findings import Findings
from portal.feedcheck.getting import AtAddress
from portal.feedcheck.nearness import Nearness
from portal.feedcheck.walking import PER_PAGE

EACH = 3
"""Values that are tried of each filter."""
FEW = MOST_PAGES * PER_PAGE
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


class Filters:
    """Tries filters of the services of a feed that was walked."""

    def __init__(self, feed: AtAddress, facts: Facts, findings: Findings) -> None:
        self._asking = Asking(feed, findings)
        self._facts, self._findings = facts, findings
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
            Nearness(self._asking, self._facts, self._findings).try_all()

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
        given = self._asking.ask("/services", tried.query, tried.name)
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
                3, fault, "/services", tried.name, f"{written(tried.query)}: {given.total:,}, not {wanted}"
            )

    def _search(self) -> None:
        """A name finds its service. What else a search gives cannot be judged; that it gives all for nonsense can."""
        names = self._facts.named.kept
        for one, name in self._chance.sample(names, min(EACH, len(names))):
            words = " ".join(name.split()[:6])
            given = self._asking.ask("/services", {"search": words}, "search")
            if given is not None and given.is_all and one.lower() not in given.ids:
                self._note("filter_missing", "search", {"search": words}, self._facts.number[one.lower()])
        nonsense = f"{NONSENSE}{self._chance.randrange(10**6)}"
        given = self._asking.ask("/services", {"search": nonsense}, "search")
        if given is not None and given.ids:
            self._findings.add(3, "filter_extra", "/services", "search", f"{given.total} for {nonsense}")

    def _note(self, fault: str, name: str, query: Mapping[str, object], number: int) -> None:
        self._findings.add(3, fault, "/services", name, f"{written(query)}: id {self._ids[number]}")


def _told(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
