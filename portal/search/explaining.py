"""What a score is made of, part by part: the same numbers as scoring and ranking use, taken for a few documents."""

from collections.abc import Iterable, Mapping

import numpy as np

from portal.search.answering import Answering
from portal.search.asking import Part
from portal.search.columns import HAS, Bits, Ints, has
from portal.search.port import TOPIC, Gain, Journey, Why
from portal.search.postings import Postings
from portal.search.ranking import nearer, sooner
from portal.search.scoring import part_gains, topic_gain
from portal.search.snapshot import Snapshot
from portal.search.weights import WEIGHTS

Gains = Mapping[int, float]
"""What a part adds, by the number of the document; who has not got it is left out."""


def explained(answering: Answering, ids: Iterable[str]) -> Mapping[str, Why]:
    """Why each of these documents that answer stands where it does."""
    found, snapshot = answering.docs, answering.snapshot
    names = np.array([name.encode() for name in ids], dtype=np.bytes_)
    places = np.flatnonzero(np.isin(snapshot.ids[found], names))
    docs = found[places]
    words = {_said(part): _among(docs, part_gains(snapshot, part)) for part in answering.asked.parts}
    topics = [_topic(answering, topic, certainty) for topic, certainty in sorted(answering.topics.items())]
    kilometres, soon = answering.journeys[places], answering.is_soon[places]
    journeys = np.where(kilometres == np.inf, WEIGHTS.no_journey_km, kilometres)
    led = answering.led if answering.has_leaders else {}
    return {
        snapshot.ids[doc].decode(): Why(
            words=tuple(Gain(part, gains.get(doc, 0.0)) for part, gains in words.items()),
            topics=tuple(
                Gain(topic, gain if has(row, docs[at : at + 1])[0] else 0.0, certainty)
                for topic, certainty, gain, row in topics
            ),
            asked_nothing=answering.matched.found is None,
            is_partial=(is_partial := bool(has(answering.partial, docs[at : at + 1])[0])),
            words_share=WEIGHTS.partial_words if is_partial else 1.0,
            likeness=float(answering.likeness[place]),
            meaning=float(answering.meant[place]) if answering.matched.found is not None else 0.0,
            kilometres=float(journeys[at]),
            journey=_journey(answering, float(kilometres[at])),
            distance_share=float(nearer(kilometres)[at]),
            is_soon=bool(soon[at]),
            soon_share=float(sooner(soon)[at]),
            demerit=_demerit(snapshot, doc),
            demerit_share=float(snapshot.worth[doc]),
            leads=tuple(answering.query.leading[number] for number in led.get(place, ())),
            score=float(answering.scores(docs)[at]),
        )
        for at, (place, doc) in enumerate(zip(places.tolist(), docs.tolist(), strict=True))
    }


def _said(part: Part) -> str:
    """A part as it was typed."""
    if len(part.words) > 1:
        return f'"{" ".join(part.words)}"'
    return f"{part.words[0]}*" if part.is_start else part.words[0]


def _among(docs: Ints, postings: Postings) -> Gains:
    """What a part adds to those of these documents that have it."""
    having, gains = postings
    at = np.flatnonzero(np.isin(having, docs))
    return dict(zip(having[at].tolist(), gains[at].tolist(), strict=True))


def _topic(answering: Answering, topic: str, certainty: float) -> tuple[str, float, float, Bits]:
    """A topic, how certain it is, what it adds, and who has it."""
    row = answering.snapshot.row(HAS, TOPIC, topic)
    return topic, certainty, topic_gain(answering.snapshot, row, certainty), row


def _journey(answering: Answering, kilometres: float) -> Journey:
    if kilometres == np.inf:
        return "none"
    return "known" if answering.is_placed else "unknown"


def _demerit(snapshot: Snapshot, doc: int) -> int:
    for segment in snapshot.segments:
        if segment.base <= doc < segment.base + segment.columns.count:
            return int(segment.columns.demerit[doc - segment.base])
    return 0
