"""Phrases and beginnings of words: the two kinds of question that need more than one posting list."""

from functools import partial

import numpy as np
import numpy.typing as npt

from portal.search import words
from portal.search.postings import AT, NONE, Postings, places_of, postings_of
from portal.search.snapshot import Segment, Snapshot


def phrase_postings(snapshot: Snapshot, phrase: tuple[str, ...]) -> Postings:
    """Documents in which the words follow each other in one text; weights are those of all words together."""
    return _over_segments(snapshot, "phrase", phrase)


def start_postings(snapshot: Snapshot, start: str) -> Postings:
    """Documents with a word that starts so; weights are those of all such words together."""
    return _over_segments(snapshot, "start", (start,))


def _over_segments(snapshot: Snapshot, kind: str, asked: tuple[str, ...]) -> Postings:
    read = _phrase_in if kind == "phrase" else _start_in

    def reading(segment: Segment) -> Postings:
        with snapshot.reading():
            return read(segment, asked)

    parts = []
    for segment in snapshot.segments:
        found = snapshot.cache.get((segment.name, kind, *asked), partial(reading, segment))
        parts.append((found[0] + segment.base, found[1]))
    if not parts:
        return NONE
    return np.concatenate([docs for docs, _ in parts]), np.concatenate([weights for _, weights in parts])


def _start_in(segment: Segment, asked: tuple[str, ...]) -> Postings:
    totals = np.zeros(segment.columns.count)
    start = asked[0].encode()
    for form in list(segment.reader.expand_prefix("forms", start)):
        docs, weights = postings_of(segment.reader, "forms", form)
        totals[docs] += weights
    docs = np.flatnonzero(totals)
    return docs, totals[docs]


def _phrase_in(segment: Segment, asked: tuple[str, ...]) -> Postings:
    parts = [_phrase_under(segment, [words.term(word, code) for word in asked]) for code in segment.columns.languages]
    docs = np.concatenate([found[0] for found in parts]) if parts else NONE[0]
    order = np.argsort(docs)
    return docs[order], np.concatenate([found[1] for found in parts])[order] if parts else NONE[1]


def _phrase_under(segment: Segment, terms: list[str]) -> Postings:
    standing: npt.NDArray[np.int64] | None = None
    having: list[Postings] = []
    for step, term in enumerate(terms):
        postings, places = places_of(segment.reader, "stems", term)
        having.append(postings)
        began = places - step
        standing = began if standing is None else standing[np.isin(standing, began, assume_unique=True, kind="sort")]
        if not len(standing):
            return NONE
    docs = np.unique(standing // AT) if standing is not None else NONE[0]
    return docs, sum((weights[np.searchsorted(held, docs)] for held, weights in having), np.zeros(len(docs)))
