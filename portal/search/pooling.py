"""The postings of a segment while it is written, in memory, by term.

Whoosh's own pool keeps a tuple for each posting and sorts them, on the disk where they are many. Documents come in their order,
so a term's postings are in order already and only the terms have to be sorted: half the work, and a few bytes a posting.
"""

from array import array
from collections.abc import Iterator

Posting = tuple[str, bytes, int, float, bytes | None]
"""Field, term, number of the document, weight, and what the field keeps beside it."""


class Pool:
    """Takes postings of documents in ascending order, and gives them sorted by field, term and document."""

    def __init__(self) -> None:
        self.fieldnames: set[str] = set()
        self._terms: dict[str, dict[bytes, _Postings]] = {}

    def add(self, posting: Posting) -> None:
        """Take a posting."""
        field, term, document, weight, value = posting
        terms = self._terms.get(field)
        if terms is None:
            terms = self._terms[field] = {}
            self.fieldnames.add(field)
        found = terms.get(term)
        if found is None:
            found = terms[term] = _Postings()
        found.documents.append(document)
        found.weights.append(weight)
        if value:
            found.values += value
        found.lengths.append(len(value) if value else 0)

    def iter_postings(self) -> Iterator[Posting]:
        """All postings, sorted."""
        for field in sorted(self._terms):
            terms = self._terms[field]
            for term in sorted(terms):
                found = terms[term]
                values, start = bytes(found.values), 0
                for document, weight, length in zip(found.documents, found.weights, found.lengths, strict=True):
                    yield field, term, document, weight, values[start : start + length]
                    start += length

    def cleanup(self) -> None:
        """Let go of everything."""
        self._terms.clear()


class _Postings:
    __slots__ = ("documents", "lengths", "values", "weights")

    def __init__(self) -> None:
        self.documents = array("I")
        self.weights = array("d")
        self.lengths = array("I")
        self.values = bytearray()
