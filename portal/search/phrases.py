"""Phrases and beginnings of words: the two kinds of question that need more than one posting list."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from portal.search import words
from portal.search.postings import AT, NONE, Postings
from portal.search.shelf import Placed, Shelf
from portal.search.snapshot import Segment, Snapshot


def phrase_postings(snapshot: Snapshot, phrase: tuple[str, ...]) -> Postings:
    """Documents in which the words follow each other in one text; weights are those of all words together."""
    return _over_segments(snapshot, "phrase", phrase)


def start_postings(snapshot: Snapshot, start: str) -> Postings:
    """Documents with a word that starts so; weights are those of all such words together."""
    return _over_segments(snapshot, "start", (start,))


def _over_segments(snapshot: Snapshot, kind: str, asked: tuple[str, ...]) -> Postings:
    read = _phrases_in if kind == "phrase" else _starts_in
    held = {segment.name: snapshot.cache.find((segment.name, kind, *asked)) for segment in snapshot.segments}
    missing = [segment for segment in snapshot.segments if held[segment.name] is None]
    if missing:
        with snapshot.reading():
            for segment, found in zip(missing, list(read(snapshot.shelf, missing, asked)), strict=True):
                held[segment.name] = snapshot.cache.keep((segment.name, kind, *asked), found)
    parts = [(segment.base, held[segment.name] or NONE) for segment in snapshot.segments]
    if not parts:
        return NONE
    return np.concatenate([docs + base for base, (docs, _) in parts]), np.concatenate([w for _, (_, w) in parts])


def _starts_in(shelf: Shelf, segments: Sequence[Segment], asked: tuple[str, ...]) -> Iterator[Postings]:
    wanted = [(each.name, "forms", form) for each in segments for form in shelf.starting(each.name, asked[0])]
    totals = {segment.name: np.zeros(segment.columns.count) for segment in segments}
    for (name, _, _), (docs, weights) in zip(wanted, shelf.postings(wanted), strict=True):
        totals[name][docs] += weights
    for total in totals.values():
        docs = np.flatnonzero(total)
        yield docs, total[docs]


def _phrases_in(shelf: Shelf, segments: Sequence[Segment], asked: tuple[str, ...]) -> Iterator[Postings]:
    readings = [(segment.name, code) for segment in segments for code in sorted(segment.columns.languages)]
    placed = iter(shelf.places([(name, "stems", words.term(word, code)) for name, code in readings for word in asked]))
    found: dict[str, list[Postings]] = {segment.name: [] for segment in segments}
    for name, _ in readings:
        found[name].append(_phrase_of([next(placed) for _ in asked]))
    for parts in found.values():
        docs = np.concatenate([docs for docs, _ in parts]) if parts else NONE[0]
        order = np.argsort(docs)
        yield docs[order], np.concatenate([weights for _, weights in parts])[order] if parts else NONE[1]


def _phrase_of(placed: Sequence[Placed]) -> Postings:
    standing: npt.NDArray[np.int64] | None = None
    for step, (_, places) in enumerate(placed):
        began = places - step
        standing = began if standing is None else standing[np.isin(standing, began, assume_unique=True, kind="sort")]
        if not len(standing):
            return NONE
    docs = np.unique(standing // AT) if standing is not None else NONE[0]
    return docs, sum((weights[np.searchsorted(held, docs)] for (held, weights), _ in placed), np.zeros(len(docs)))
