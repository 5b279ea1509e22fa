"""Documents as Whoosh keeps them: three fields, of which one weighs every word.

A word's posting weight says how much the document is about it: how often it stands in each text, against the text's length,
times what the text counts for (BM25F, with fixed usual lengths, so that a weight depends on its own document alone). One
posting list a word then answers for all FIELDS.
"""

import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.formats import Existence, Positions

from portal.search import words
from portal.search.port import FIELDS, Document, Point
from portal.search.weights import WEIGHTS

_USUAL: Final = {"name": 4.0, "needs": 6.0, "organisation": 4.0, "summary": 20.0, "description": 80.0}
_LENGTH_MATTERS: Final = 0.5
_GAP: Final = 16
"""Places left free between two texts, so that no phrase runs from one into the next."""

Item = tuple[bytes, int, float, bytes]


class Places(Positions):  # type: ignore[misc, unused-ignore]
    """Where a word stands, as plain numbers of four bytes that can be read for many documents at once."""

    def encode(self, poslist: Any) -> bytes:
        """Places as bytes."""
        return array("I", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """Bytes as places."""
        return array("I", valuestring).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        """How many places there are."""
        return len(valuestring) // 4


class Stems(FieldType):  # type: ignore[misc, unused-ignore]
    """The stems of a document with their weights and places. The value is a Read."""

    def __init__(self) -> None:
        super().__init__(format=Places(), analyzer=None)

    def index(self, value: Any, **_: Any) -> Iterator[Item]:
        """Each stem once, as Whoosh asks for it: text, frequency, weight, encoded places."""
        places: dict[str, list[int]] = {}
        weights: dict[str, float] = {}
        for place, word, weight in value.words:
            stem = words.term(word, value.code)
            if stem in places:
                places[stem].append(place)
                weights[stem] += weight
            else:
                places[stem] = [place]
                weights[stem] = weight
        for stem, found in places.items():
            yield stem.encode(), len(found), weights[stem], array("I", found).tobytes()


class Forms(FieldType):  # type: ignore[misc, unused-ignore]
    """The words of a document as they were written, folded only: for words cut short and for spelling."""

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None)

    def index(self, value: Any, **_: Any) -> Iterator[Item]:
        """Each word once."""
        weights: dict[str, float] = {}
        for _place, word, weight in value.words:
            weights[word] = weights.get(word, 0.0) + weight
        for word, weight in weights.items():
            yield word.encode(), 1, weight, b""


class Read(NamedTuple):
    """A document's words, as `weighed` gives them, and how they are read."""

    words: list[tuple[int, str, float]]
    code: str


def weighed(document: Document) -> Iterator[tuple[int, str, float]]:
    """The words of all texts in order: place, folded word, weight of this one occurrence."""
    place = 0
    for name in FIELDS:
        found = list(words.cut(document.texts.get(name, "")))
        length = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * len(found) / _USUAL[name]
        weight = WEIGHTS.texts[name] / length
        for word in found:
            yield place, word, weight
            place += 1
        place += _GAP


def schema() -> Schema:
    """The fields of the index."""
    return Schema(id=ID(unique=True), stems=Stems(), forms=Forms(), body=STORED)


def fields_of(document: Document) -> dict[str, Any]:
    """What Whoosh is given of a document."""
    read = Read(list(weighed(document)), words.reading(document.language))
    return {"id": document.id, "stems": read, "forms": read, "body": to_json(document)}


def to_json(document: Document) -> str:
    """The document as text. The same document always gives the same text."""
    return json.dumps(
        {
            "id": document.id,
            "language": document.language,
            "texts": dict(document.texts),
            "points": [(point.lat, point.lon) for point in document.points],
            "serves": sorted(document.serves),
            "facets": {facet: sorted(values) for facet, values in sorted(document.facets.items())},
            "denied": {facet: sorted(values) for facet, values in sorted(document.denied.items())},
            "sessions": document.sessions,
            "checked": document.checked,
            "demerit": document.demerit,
            "meaning": b64encode(document.meaning).decode(),
        },
        ensure_ascii=False,
    )


def from_json(text: str) -> Document:
    """The document that gave this text."""
    held = json.loads(text)
    return Document(
        id=held["id"],
        language=held["language"],
        texts=held["texts"],
        points=tuple(Point(lat, lon) for lat, lon in held["points"]),
        serves=frozenset(held["serves"]),
        facets={facet: frozenset(values) for facet, values in held["facets"].items()},
        denied={facet: frozenset(values) for facet, values in held["denied"].items()},
        sessions=tuple((start, end) for start, end in held["sessions"]),
        checked=held["checked"],
        demerit=held["demerit"],
        meaning=b64decode(held["meaning"]),
    )
