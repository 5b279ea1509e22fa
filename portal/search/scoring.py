"""Which documents have the words of a question, and how well each fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, log

import numpy as np

from portal.search import words
from portal.search.asking import Asked, Part
from portal.search.columns import HAS, Bits, Floats, Ints, count, pack, unpack
from portal.search.nearness import alike
from portal.search.phrases import phrase_postings, start_postings
from portal.search.port import TOPIC
from portal.search.postings import Postings
from portal.search.snapshot import Snapshot
from portal.search.weights import WEIGHTS


@dataclass(frozen=True)
class Matched:
    """Documents that answer and their scores. `found` is none where nothing was asked for: then all answer, alike.

    `relaxed`: not all words were needed. Then `partial` are those that have neither all words nor a topic.
    """

    found: Bits | None
    scores: Floats | None
    relaxed: bool = False
    partial: Bits | None = None


def matched(snapshot: Snapshot, asked: Asked, topics: Mapping[str, float], reach: Bits, meaning: bytes) -> Matched:
    """Who has all the words or one of the topics; where few in reach do, also who has half of the words, or is near in meaning.

    Where nobody in reach has even half, who has most of them. `topics`: how certain each is, 0 to 1.
    """
    if not asked.parts and not topics:
        return Matched(None, None, relaxed=asked.is_cut)
    scores = np.zeros(snapshot.size)
    by_topic: Bits | None = None
    for topic, certainty in sorted(topics.items()):
        row = snapshot.row(HAS, TOPIC, topic)
        by_topic = row if by_topic is None else by_topic | row
        scores[unpack(row)] += topic_gain(snapshot, row, certainty)
    snapshot.expect("stems", _terms(snapshot, asked))
    wanted = len(asked.parts)
    had: Ints = np.zeros(snapshot.size, dtype=np.int8)
    for part in asked.parts:
        docs, gains = part_gains(snapshot, part)
        had[docs] += 1
        scores[docs] += gains
    whole = pack(had == wanted) if wanted else snapshot.nobody
    if by_topic is not None:
        whole = whole | by_topic
    sure = count(whole & reach)
    if sure >= WEIGHTS.few:
        return Matched(whole, scores, asked.is_cut)
    partial = snapshot.nobody
    if wanted > 1:
        half = ceil(wanted / 2)
        fewer = half if sure else min(half, int(had[unpack(reach)].max(initial=0)))
        partial = pack(had >= fewer) & ~whole if fewer else partial
    partial = partial | (nearest(snapshot, meaning, reach) & ~whole)
    if not (partial & reach).any():
        return Matched(whole, scores, asked.is_cut)
    scores[unpack(partial)] *= WEIGHTS.partial_words
    return Matched(whole | partial, scores, relaxed=True, partial=partial)


def nearest(snapshot: Snapshot, meaning: bytes, reach: Bits) -> Bits:
    """The documents in reach that are nearest in meaning, where they are near enough."""
    docs = np.flatnonzero(unpack(reach))
    near = alike(snapshot.segments, meaning, docs)
    enough = np.flatnonzero(near >= WEIGHTS.nearest_alike)
    chosen = enough[np.argsort(-near[enough], kind="stable")[: WEIGHTS.nearest]]
    flags = np.zeros(snapshot.size, dtype=np.bool_)
    flags[docs[chosen]] = True
    return pack(flags)


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
    """Documents that have a part, each once, and what it adds to the score of each. Kept as long as the snapshot."""
    key = ("gains", snapshot.name, "start" if part.is_start else "words", *part.words)
    held = snapshot.cache.find(key)
    if held is not None:
        return held
    docs, weights = part_postings(snapshot, part)
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
