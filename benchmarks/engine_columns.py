"""What engines that find words alone need beside them: a question's parts, and columns for radius, filters and counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos
from typing import Literal

import numpy as np
import numpy.typing as npt

from portal.search import words
from portal.search.asking import asked
from portal.search.columns import EARTH_KM, on_sphere
from portal.search.port import FIELDS, Document, Query

Counts = dict[str, dict[str, int]]
Answer = tuple[int, Counts, list[int]]
"""How many there are, how many of them have each value, and the numbers of the first."""

Numbers = npt.NDArray[np.int64]
BETWEEN = "zzbetweenzz"
"""Stands between two texts of a document, so that no phrase runs from one into the next."""
FIRST = 20
FEW = 400
"""With fewer hits than this, their rows are added up; with more, bits are counted."""


@dataclass(frozen=True)
class Part:
    """What must be found: a word or a phrase as stems, or the start of a word as it was written."""

    kind: Literal["words", "start"]
    words: tuple[str, ...]


def parts_of(query: Query) -> list[Part]:
    """What our own analyser makes of a question."""
    return [
        Part("start", part.words) if part.is_start else Part("words", tuple(stem(word) for word in part.words))
        for part in asked(query.words, query.language).parts
    ]


def stem(word: str) -> str:
    """The indexed form of a word, without its language."""
    return words.term(word, "en").removeprefix("en:")


def read(document: Document) -> tuple[list[str], list[str]]:
    """The words of all texts in order: stemmed, and as they were written."""
    stems: list[str] = []
    forms: list[str] = []
    for name in FIELDS:
        found = list(words.cut(document.texts.get(name, "")))
        forms += found
        stems += [*map(stem, found), BETWEEN]
    return stems, forms


class Columns:
    """Points and values of documents, by their numbers."""

    def __init__(self, documents: Sequence[Document]) -> None:
        told = sorted({(facet, value) for one in documents for facet in one.facets for value in one.facets[facet]})
        self.number = {pair: at for at, pair in enumerate(told)}
        self._pairs = told
        flags = np.zeros((len(documents) + -len(documents) % 64, len(told)), dtype=np.uint8)
        self._points = np.full((len(documents), 3), np.nan)
        for doc, document in enumerate(documents):
            flags[doc, [self.number[facet, value] for facet, values in document.facets.items() for value in values]] = 1
            if document.points:
                self._points[doc] = on_sphere(document.points[:1])[0]
        self._flags = flags
        self._bits = np.packbits(np.ascontiguousarray(flags.T), axis=1, bitorder="little").view(np.uint64)

    def kept(self, docs: Numbers, query: Query) -> Numbers:
        """Those of the documents that are near enough and pass the filters."""
        if query.near is not None and query.within_km is not None:
            docs = docs[self._points[docs] @ on_sphere([query.near])[0] >= cos(query.within_km / EARTH_KM)]
        for clause in query.clauses:
            [value] = clause.values
            docs = docs[self._flags[docs, self.number[clause.facet, value]] == 1]
        return docs

    def in_box(self, docs: Numbers, query: Query) -> Numbers:
        """The same with the box around the radius."""
        if query.near is None:
            return self.kept(docs, query)
        north, south, east, west = box(query)
        x, y, z = self._points[docs].T
        lat, lon = np.degrees(np.arcsin(z)), np.degrees(np.arctan2(y, x))
        inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
        return self.kept(docs[inside], Query(clauses=query.clauses))

    def counts(self, docs: Numbers) -> Counts:
        """How many of the documents have each value."""
        if len(docs) < FEW:
            numbers = self._flags[docs].sum(axis=0, dtype=np.int64)
        else:
            chosen = np.zeros(len(self._flags), dtype=np.bool_)
            chosen[docs] = True
            bits = np.packbits(chosen, bitorder="little").view(np.uint64)
            numbers = np.bitwise_count(self._bits & bits).sum(axis=1, dtype=np.int64)
        return self.named(enumerate(numbers.tolist()))

    def named(self, numbers: Iterable[tuple[int, int]]) -> Counts:
        """Counts under the names of facet and value, those of none left out."""
        counts: Counts = {}
        for at, number in numbers:
            if number:
                facet, value = self._pairs[at]
                counts.setdefault(facet, {})[value] = number
        return counts


def box(query: Query) -> tuple[float, float, float, float]:
    """A box that holds the radius: north, south, east, west in degrees."""
    assert query.near is not None
    assert query.within_km is not None
    high = np.degrees(query.within_km / EARTH_KM)
    wide = high / cos(np.radians(query.near.lat)) * 1.01
    return query.near.lat + high, query.near.lat - high, query.near.lon + wide, query.near.lon - wide
