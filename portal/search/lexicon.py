"""The words of a segment in order, packed so that a process holds them all: a word that is not there costs no journey.

It also tells a lost row from a word that nobody used.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

FIELDS: Final = ("forms", "stems")
_NUMBER: Final = np.dtype("<u4")


class Lexicon:
    """The terms of each field as bytes, ascending, and how many documents have each."""

    def __init__(self, packed: bytes) -> None:
        """Raises ValueError where the bytes are none."""
        self.packed = packed
        self._ends: dict[str, npt.NDArray[np.uint32]] = {}
        self._often: dict[str, npt.NDArray[np.uint32]] = {}
        self._first: dict[str, int] = {}
        at = 0
        for field in FIELDS:
            count, size = np.frombuffer(packed, _NUMBER, 2, at).tolist()
            at += 8
            self._ends[field] = np.frombuffer(packed, _NUMBER, count, at)
            self._often[field] = np.frombuffer(packed, _NUMBER, count, at + 4 * count)
            self._first[field] = at + 8 * count
            at += 8 * count + size

    @classmethod
    def of(cls, fields: Mapping[str, Mapping[bytes, int]]) -> "Lexicon":
        """From terms and the number of documents that have each."""
        packed = b""
        for field in FIELDS:
            terms = sorted(fields[field].items())
            text = b"".join(term for term, _ in terms)
            ends = np.cumsum([len(term) for term, _ in terms], dtype=_NUMBER)
            often = np.array([number for _, number in terms], dtype=_NUMBER)
            packed += np.array([len(terms), len(text)], _NUMBER).tobytes() + ends.tobytes() + often.tobytes() + text
        return cls(packed)

    def size(self, field: str) -> int:
        """How many terms there are."""
        return len(self._ends[field])

    def term(self, field: str, number: int) -> bytes:
        """The term with this number."""
        ends, first = self._ends[field], self._first[field]
        begin = int(ends[number - 1]) if number else 0
        return self.packed[first + begin : first + int(ends[number])]

    def _place(self, field: str, term: bytes) -> int:
        return bisect_left(range(self.size(field)), term, key=lambda number: self.term(field, number))

    def has(self, field: str, term: bytes) -> bool:
        """Whether a document has the term."""
        place = self._place(field, term)
        return place < self.size(field) and self.term(field, place) == term

    def starting(self, field: str, start: bytes) -> Iterator[bytes]:
        """The terms that start so, ascending."""
        for number in range(self._place(field, start), self.size(field)):
            term = self.term(field, number)
            if not term.startswith(start):
                return
            yield term

    def counted(self, field: str) -> Iterator[tuple[int, bytes]]:
        """Every term, after the number of documents that have it."""
        often = self._often[field].tolist()
        for number in range(self.size(field)):
            yield often[number], self.term(field, number)
