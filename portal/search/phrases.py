"""Phrases and beginnings of words: the two kinds of question that need more than one posting list."""

from functools import partial
from typing import Any, Final

import numpy as np

from portal.search import words
from portal.search.postings import NONE, Postings, postings_of
from portal.search.snapshot import Segment, Snapshot

MOST_ENDINGS: Final = 1_000
"""Words that a beginning stands for at most."""


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
    for number, form in enumerate(segment.reader.expand_prefix("forms", start)):
        if number == MOST_ENDINGS:
            break
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
    having = [postings_of(segment.reader, "stems", term) for term in terms]
    candidates = having[0][0]
    for docs, _ in having[1:]:
        candidates = np.intersect1d(candidates, docs, assume_unique=True)
    if not len(candidates):
        return NONE
    walkers = {term: segment.reader.postings("stems", term) for term in terms}
    follows = np.array([_follow(walkers, terms, int(doc)) for doc in candidates], dtype=np.bool_)
    found = candidates[follows]
    weights = np.zeros(len(found))
    for docs, weight in having:
        weights += weight[np.searchsorted(docs, found)]
    return found, weights


def _follow(walkers: dict[str, Any], terms: list[str], doc: int) -> bool:
    """Whether the terms stand one after another somewhere in the document."""
    places: set[int] | None = None
    for step, term in enumerate(terms):
        walker = walkers[term]
        if walker.is_active() and walker.id() < doc:
            walker.skip_to(doc)
        if not walker.is_active() or walker.id() != doc:
            return False
        here = {place - step for place in walker.value_as("positions")}
        places = here if places is None else places & here
        if not places:
            return False
    return True
