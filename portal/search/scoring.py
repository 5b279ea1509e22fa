"""Which documents have the words of a question, and how well each fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log

import numpy as np

from portal.search import words
from portal.search.asking import Asked, Part
from portal.search.columns import HAS, Bits, Floats, Ints, bits_of, count, has, pack, unpack
from portal.search.nearness import alike
from portal.search.phrases import phrase_postings, start_postings
from portal.search.port import TOPIC
from portal.search.postings import Postings
from portal.search.snapshot import Snapshot
from portal.search.weights import WEIGHTS


@dataclass(frozen=True)
class Matched:
    """Documents that answer, and what makes them fit. `found` is none where nothing was asked for: then all answer, alike.

    `parts`: the documents of each part of the question, ascending, with what it adds to their scores; `topics` the same of
    topics. `relaxed`: not all words were needed. Then `partial` are those that have neither all words nor a topic.
    """

    found: Bits | None
    parts: tuple[Postings, ...] = ()
    topics: tuple[tuple[Bits, float], ...] = ()
    relaxed: bool = False
    partial: Bits | None = None

    def relevance(self, docs: Ints) -> Floats:
        """How well words and topics fit each of these documents; 1 where nothing was asked for."""
        if self.found is None:
            return np.ones(len(docs))
        fit = np.zeros(len(docs))
        for having, gain in self.topics:
            fit[has(having, docs)] += gain
        for part in self.parts:
            fit += _gained(part, docs)
        if self.partial is not None:
            fit[has(self.partial, docs)] *= WEIGHTS.partial_words
        return fit


def matched(snapshot: Snapshot, asked: Asked, topics: Mapping[str, float], reach: Bits, meaning: bytes) -> Matched:
    """Who has all the words or one of the topics; where few in reach do, also who has half of the words, or is near in meaning.

    Where nobody in reach has even half, who has most of them. `topics`: how certain each is, 0 to 1.
    """
    if not asked.parts and not topics:
        return Matched(None, relaxed=asked.is_cut)
    rows = [(snapshot.row(HAS, TOPIC, topic), certainty) for topic, certainty in sorted(topics.items())]
    gains = tuple((row, topic_gain(snapshot, row, certainty)) for row, certainty in rows)
    snapshot.expect("stems", _terms(snapshot, asked))
    parts = tuple(part_gains(snapshot, part) for part in asked.parts)
    whole = bits_of(_in_all(parts), snapshot.size) if parts else snapshot.nobody
    for row, _certainty in rows:
        whole = whole | row
    sure = count(whole & reach)
    if sure >= WEIGHTS.few:
        return Matched(whole, parts, gains, asked.is_cut)
    partial = (_with_some(snapshot, parts, reach, is_any_sure=sure > 0) | nearest(snapshot, meaning, reach)) & ~whole
    if not (partial & reach).any():
        return Matched(whole, parts, gains, asked.is_cut)
    return Matched(whole | partial, parts, gains, relaxed=True, partial=partial)


def _in_all(parts: Sequence[Postings]) -> Ints:
    """Documents that stand in every list: those of the shortest, looked up in the others."""
    shortest, *others = sorted((docs for docs, _ in parts), key=len)
    for docs in others:
        if not len(shortest):
            break
        places = np.minimum(np.searchsorted(docs, shortest), len(docs) - 1)
        shortest = shortest[docs[places] == shortest]
    return shortest


def _with_some(snapshot: Snapshot, parts: Sequence[Postings], reach: Bits, *, is_any_sure: bool) -> Bits:
    """Documents with half of the parts; where nobody has all or even half, with as many as anybody in reach has."""
    if len(parts) < 2:
        return snapshot.nobody
    had: Ints = np.zeros(snapshot.size, dtype=np.int8)
    for docs, _ in parts:
        had[docs] += 1
    fewer = ceil(len(parts) / 2)
    if not is_any_sure:
        fewer = min(fewer, int(had[unpack(reach)].max(initial=0)))
    return pack(had >= fewer) if fewer else snapshot.nobody


def _gained(part: Postings, docs: Ints) -> Floats:
    """What a part adds to the score of each of these documents."""
    having, gains = part
    if not len(having):
        return np.zeros(len(docs))
    places = np.minimum(np.searchsorted(having, docs), len(having) - 1)
    added: Floats = np.where(having[places] == docs, gains[places], 0.0)
    return added


def nearest(snapshot: Snapshot, meaning: bytes, reach: Bits) -> Bits:
    """The documents in reach that are nearest in meaning, where they are near enough."""
    docs = np.flatnonzero(unpack(reach))
    near = alike(snapshot.segments, meaning, docs)
    enough = np.flatnonzero(near >= WEIGHTS.nearest_alike)
    chosen = enough[np.argsort(-near[enough], kind="stable")[: WEIGHTS.nearest]]
    return bits_of(docs[chosen], snapshot.size)


def _terms(snapshot: Snapshot, asked: Asked) -> Iterator[str]:
    """The terms of words that stand alone."""
    for part in asked.parts:
        if len(part.words) == 1 and not part.is_start:
            yield from (words.term(part.words[0], code) for code in snapshot.languages)


def rarity(having: int, snapshot: Snapshot) -> float:
    """What finding a word is worth: the rarer, the more."""
    return log(1 + max(snapshot.alive - having + 0.5, 0.5) / (having + 0.5))


def topic_gain(snapshot: Snapshot, having: Bits, certainty: float) -> float:
    """What a topic adds to the score of each document that has it."""
    return certainty * WEIGHTS.topic * rarity(count(having), snapshot)


def part_gains(snapshot: Snapshot, part: Part) -> Postings:
    """Documents that have a part, ascending, and what it adds to the score of each. Kept as long as the snapshot."""
    key = ("gains", snapshot.name, "start" if part.is_start else "words", *part.words)
    held = snapshot.cache.find(key)
    if held is not None:
        return held
    docs, weights = part_postings(snapshot, part)
    if len(docs) > 1 and bool((docs[1:] < docs[:-1]).any()):  # of several languages, one after the other
        order = np.argsort(docs)
        docs, weights = docs[order], weights[order]
    return snapshot.cache.keep(key, (docs, rarity(len(docs), snapshot) * weights / (weights + WEIGHTS.saturation)))


def part_postings(snapshot: Snapshot, part: Part) -> Postings:
    """Documents that have a word, a phrase or a word that starts so, each once."""
    if part.is_start:
        return start_postings(snapshot, part.words[0])
    if len(part.words) > 1:
        return phrase_postings(snapshot, part.words)
    return word_postings(snapshot, part.words[0])


def word_postings(snapshot: Snapshot, word: str) -> Postings:
    """Documents that have a word, each under the reading of its own language."""
    found = [snapshot.postings("stems", words.term(word, code)) for code in snapshot.languages]
    if len(found) == 1:
        return found[0]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    # A document has one language, so none is there twice.
    return np.concatenate([docs for docs, _ in found]), np.concatenate([weights for _, weights in found])
