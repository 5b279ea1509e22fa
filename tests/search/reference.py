"""The contract in the plainest words: one loop over all documents, nothing clever. Engines must count as this does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asin, ceil, cos, inf, radians, sin, sqrt

from portal.search import words
from portal.search.asking import Part, asked
from portal.search.meaning import unpack
from portal.search.port import (
    EVERYWHERE,
    FIELDS,
    REMOTE,
    TOPIC,
    UNTOLD,
    WHEN,
    Clause,
    Document,
    Point,
    Query,
)


def kilometres(here: Point, there: Point) -> float:
    lat, lon, lat2, lon2 = map(radians, (here.lat, here.lon, there.lat, there.lon))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(half))


def distance(document: Document, query: Query) -> float:
    if query.near is None:
        return inf
    return min((kilometres(query.near, point) for point in document.points), default=inf)


def texts(document: Document) -> list[list[str]]:
    return [list(words.cut(document.texts.get(name, ""))) for name in FIELDS]


def has_part(document: Document, part: Part) -> bool:
    code = words.reading(document.language)
    if part.is_start:
        return any(word.startswith(part.words[0]) for text in texts(document) for word in text)
    wanted = [words.term(word, code) for word in part.words]
    for text in texts(document):
        stems = [words.term(word, code) for word in text]
        if any(stems[at : at + len(wanted)] == wanted for at in range(len(stems))):
            return True
    return False


def reach(document: Document, query: Query, radius: float) -> str | None:
    if query.near is None and not query.area_codes:
        return "none"
    if distance(document, query) <= radius:
        return "near"
    if (query.area_codes - {REMOTE, EVERYWHERE}) & document.serves:
        return "serves"
    if REMOTE in document.serves:
        return "remote"
    return "everywhere" if EVERYWHERE in document.serves else None


def with_words(documents: Iterable[Document], query: Query) -> tuple[set[str], set[str], bool]:
    """Ids of those with the words or a topic, of those with some words that answer too, and whether that or a cut was made."""
    cut = asked(query.words, query.language)
    parts = cut.parts
    documents = list(documents)
    if not parts and not query.topics:
        return {document.id for document in documents}, set(), cut.is_cut
    had = {document.id: sum(has_part(document, part) for part in parts) for document in documents}
    whole = {
        document.id
        for document in documents
        if query.topics & document.facets.get(TOPIC, frozenset()) or (parts and had[document.id] == len(parts))
    }
    reached = {document.id for document in documents if reach(document, query, query.reach_km)}
    if len(whole & reached) >= 5:
        return whole, set(), cut.is_cut
    fewer = ceil(len(parts) / 2) if len(parts) > 1 else 0
    if not whole & reached:
        fewer = min(fewer, max((had[name] for name in reached), default=0))
    partial = {name for name, number in had.items() if fewer and number >= fewer} - whole
    near = {one.id: likeness(one, query) for one in documents if one.id in reached}
    enough = sorted((name for name in near if near[name] >= 0.3), key=lambda name: -near[name])
    partial |= set(enough[:30]) - whole
    return (whole, partial, True) if partial & reached else (whole, set(), cut.is_cut)


def likeness(document: Document, query: Query) -> float:
    if not document.meaning or not query.meaning:
        return 0.0
    return float(unpack(document.meaning) @ unpack(query.meaning))


def has(document: Document, facet: str, value: str, query: Query, radius: float) -> bool:
    if value not in document.facets.get(facet, frozenset()):
        return False
    return (facet, value) not in query.on_visit or query.near is None or distance(document, query) <= radius


def passes(document: Document, clause: Clause, query: Query, radius: float) -> bool:
    needed = all if clause.every else any
    return not clause.values or needed(has(document, clause.facet, value, query, radius) for value in clause.values)


def overlaps(document: Document, intervals: Iterable[tuple[int, int]]) -> bool:
    intervals = list(intervals)
    return any(start < until and end > since for start, end in document.sessions for since, until in intervals)


def chosen_intervals(query: Query) -> list[tuple[int, int]]:
    return [part for window in query.windows if window.value in query.when for part in window.intervals]


def next_start(document: Document, query: Query) -> int | None:
    ahead = [(start, end) for start, end in document.sessions if end > query.now]
    if query.when:
        within = chosen_intervals(query)
        ahead = [(s, e) for s, e in ahead if any(s < until and e > since for since, until in within)]
    return min((start for start, _ in ahead), default=None)


@dataclass
class Reference:
    documents: list[Document]
    query: Query
    wordy: set[str] = field(init=False)
    partial: set[str] = field(init=False)
    relaxed: bool = field(init=False)

    def __post_init__(self) -> None:
        whole, self.partial, self.relaxed = with_words(self.documents, self.query)
        self.wordy = whole | self.partial
        self.radius = self.query.reach_km if self.query.within_km is None else self.query.within_km

    def answers(self, radius: float | None = None, without: str = "", bare: str = "") -> list[Document]:
        """Those that answer; `without` a facet's one-is-enough ticks, or `bare` of all its ticks."""
        far = self.radius if radius is None else radius
        query = self.query
        clauses = [
            clause for clause in query.clauses if clause.facet != bare and (clause.every or clause.facet != without)
        ]
        return [
            document
            for document in self.documents
            if document.id in self.wordy
            and reach(document, query, far)
            and all(passes(document, clause, query, far) for clause in clauses)
            and (not query.when or without == WHEN or overlaps(document, chosen_intervals(query)))
        ]

    def facets(self) -> dict[str, dict[str, int]]:
        found: dict[str, Counter[str]] = {}
        for facet in {facet for document in self.documents for facet in document.facets}:
            for document in self.answers(without=facet):
                for value in document.facets.get(facet, ()):
                    if has(document, facet, value, self.query, self.radius):
                        found.setdefault(facet, Counter())[value] += 1
        for window in self.query.windows:
            number = sum(overlaps(document, window.intervals) for document in self.answers(without=WHEN))
            if number:
                found.setdefault(WHEN, Counter())[window.value] = number
        return {facet: dict(values) for facet, values in found.items()}

    def radii(self) -> dict[float | None, int]:
        far: dict[float | None, int] = {each: len(self.answers(radius=each)) for each in self.query.radii_km}
        return {**far, None: len(self.answers(radius=self.query.reach_km))}

    def untold(self) -> dict[str, dict[str, int]]:
        told = [document.facets for document in self.documents] + [document.denied for document in self.documents]
        found = {facet: self._untold(facet) for facet in {facet for facets in told for facet in facets}}
        if self.query.windows:
            found[WHEN] = {UNTOLD: sum(not document.sessions for document in self.answers(without=WHEN))}
        kept = {facet: {value: n for value, n in values.items() if n} for facet, values in found.items()}
        return {facet: values for facet, values in kept.items() if values}

    def _untold(self, facet: str) -> dict[str, int]:
        query = self.query
        ticks = {v for clause in query.clauses if clause.every and clause.facet == facet for v in clause.values}
        found: dict[str, int] = {}
        if any(document.denied.get(facet) for document in self.documents):
            for value in self._values(facet) | ticks:
                rest = Clause(facet, frozenset(ticks - {value}), every=True)
                found[value] = sum(
                    is_silent(document, facet, value) and passes(document, rest, query, self.radius)
                    for document in self.answers(bare=facet)
                )
        if not ticks:
            found[UNTOLD] = sum(
                not document.facets.get(facet) and not document.denied.get(facet)
                for document in self.answers(without=facet)
            )
            return found
        whole = Clause(facet, frozenset(ticks), every=True)
        found[UNTOLD] = sum(
            not passes(document, whole, query, self.radius)
            and all(
                is_silent(document, facet, value) or has(document, facet, value, query, self.radius) for value in ticks
            )
            for document in self.answers(bare=facet)
        )
        return found

    def _values(self, facet: str) -> set[str]:
        return {
            value
            for document in self.documents
            for told in (document.facets, document.denied)
            for value in told.get(facet, ())
        }


def is_silent(document: Document, facet: str, value: str) -> bool:
    return value not in document.facets.get(facet, ()) and value not in document.denied.get(facet, ())
