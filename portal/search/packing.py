"""Documents as the rows of a segment, and rows as arrays again. Each row carries a checksum of what is in it.

A posting list: documents and weights as numbers of 32 bits, for stems also places: of each document how many, then all
of them, then a checksum of their own, so that they are left out where only weights are read.
"""

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np

from portal.search import columns, storing, words
from portal.search.columns import Columns, Ints
from portal.search.lexicon import Lexicon
from portal.search.port import Document
from portal.search.postings import AT, Postings
from portal.search.shelf import Placed

_NUMBER: Final = np.dtype("<u4")
_WEIGHT: Final = np.dtype("<f4")


class Torn(ValueError):
    """Something that was kept is not as it was, or not there."""


class TermRow(NamedTuple):
    """A posting list, packed."""

    field: str
    term: bytes
    docs: bytes
    weights: bytes
    places: bytes
    checksum: int


class DocumentRow(NamedTuple):
    """A document as JSON text."""

    number: int
    body: str
    checksum: int


@dataclass
class _Posting:
    docs: "array[int]" = field(default_factory=lambda: array("I"))
    weights: "array[float]" = field(default_factory=lambda: array("f"))
    often: "array[int]" = field(default_factory=lambda: array("I"))
    places: "array[int]" = field(default_factory=lambda: array("I"))


class Packer:
    """Documents put in one after the other; then the rows of all of them."""

    def __init__(self) -> None:
        self._stems: dict[str, _Posting] = {}
        self._forms: dict[str, _Posting] = {}
        self._bare: list[Document] = []

    @property
    def count(self) -> int:
        """How many documents were put in."""
        return len(self._bare)

    def add(self, document: Document) -> DocumentRow:
        """Put a document in. Gives its row."""
        number = self.count
        code = words.reading(document.language)
        stems: dict[str, float] = {}
        forms: dict[str, float] = {}
        places: dict[str, list[int]] = {}
        for place, word, weight in storing.weighed(document):
            stem = words.term(word, code)
            stems[stem] = stems.get(stem, 0.0) + weight
            forms[word] = forms.get(word, 0.0) + weight
            places.setdefault(stem, []).append(place)
        for stem, weight in stems.items():
            posting = _put(self._stems, stem, number, weight)
            posting.often.append(len(places[stem]))
            posting.places.extend(places[stem])
        for form, weight in forms.items():
            _put(self._forms, form, number, weight)
        self._bare.append(replace(document, texts={}))
        body = storing.to_json(document)
        return DocumentRow(number, body, document_checksum(number, body))

    def columns(self) -> Columns:
        """The columns of all."""
        return columns.columns_of(self._bare, {words.reading(document.language) for document in self._bare})

    def lexicon(self) -> Lexicon:
        """The terms of all."""
        held = {"stems": self._stems, "forms": self._forms}
        return Lexicon.of(
            {
                name: {term.encode(): len(posting.docs) for term, posting in terms.items()}
                for name, terms in held.items()
            }
        )

    def terms(self) -> Iterator[TermRow]:
        """The posting lists of all, in the order in which they are kept."""
        for name, terms in (("forms", self._forms), ("stems", self._stems)):
            for term, posting in sorted(terms.items(), key=lambda item: item[0].encode()):
                key, docs, weights = term.encode(), _bytes(posting.docs), _bytes(posting.weights)
                places = _sealed(_bytes(posting.often) + _bytes(posting.places)) if name == "stems" else b""
                yield TermRow(name, key, docs, weights, places, term_checksum(name, key, docs, weights))


def _put(terms: dict[str, _Posting], term: str, number: int, weight: float) -> _Posting:
    posting = terms.get(term)
    if posting is None:
        posting = terms[term] = _Posting()
    posting.docs.append(number)
    posting.weights.append(weight)
    return posting


def _bytes(numbers: "array[int] | array[float]") -> bytes:
    return np.asarray(numbers).astype(_WEIGHT if numbers.typecode == "f" else _NUMBER).tobytes()


def _sealed(places: bytes) -> bytes:
    return places + crc32(places).to_bytes(4, "little")


def term_checksum(field: str, term: bytes, docs: bytes, weights: bytes) -> int:
    """The checksum of a posting list without its places, which have their own."""
    return crc32(weights, crc32(docs, crc32(term, crc32(field.encode()))))


def document_checksum(number: int, body: str) -> int:
    """The checksum of a document."""
    return crc32(body.encode(), number)


def postings_from(field: str, term: bytes, docs: bytes, weights: bytes, checksum: int) -> Postings:
    """A posting list. Raises Torn where it is not as it was written."""
    if term_checksum(field, term, docs, weights) != checksum:
        raise Torn(f"a posting list of {field} is damaged")
    return np.frombuffer(docs, _NUMBER).astype(np.int64), np.frombuffer(weights, _WEIGHT).astype(np.float64)


def placed_from(postings: Postings, places: bytes) -> Placed:
    """A posting list with its places. Raises Torn where they are not as they were written."""
    docs = postings[0]
    if _sealed(places[:-4]) != places:
        raise Torn("the places of a word are damaged")
    numbers = np.frombuffer(places[:-4], _NUMBER).astype(np.int64)
    return postings, np.repeat(docs, numbers[: len(docs)]) * AT + numbers[len(docs) :]


def body_from(number: int, body: str, checksum: int) -> str:
    """A document's JSON text. Raises Torn where it is not as it was written."""
    if document_checksum(number, body) != checksum:
        raise Torn("a document is damaged")
    return body


@dataclass(frozen=True)
class Entry:
    """A segment as a state names it. `deleted`: numbers of documents that are gone from it."""

    name: str
    count: int
    deleted: Ints

    @property
    def live(self) -> int:
        """How many documents are left in it."""
        return self.count - len(self.deleted)


@dataclass(frozen=True)
class State:
    """What the index consists of after one commit."""

    generation: int
    entries: tuple[Entry, ...]


def state_text(entries: Sequence[Entry]) -> str:
    """The segments of a state as JSON text."""
    return json.dumps([(each.name, each.count, each.deleted.astype(_NUMBER).tobytes().hex()) for each in entries])


def state_checksum(generation: int, segments: str) -> int:
    """The checksum of a state."""
    return crc32(f"{generation} {segments}".encode())


def state_from(generation: int, segments: str, checksum: int) -> State:
    """A state. Raises Torn where it is not as it was written."""
    if state_checksum(generation, segments) != checksum:
        raise Torn("the list of segments is damaged")
    entries = (
        Entry(name, count, np.frombuffer(bytes.fromhex(deleted), _NUMBER).astype(np.int64))
        for name, count, deleted in json.loads(segments)
    )
    return State(generation, tuple(entries))
