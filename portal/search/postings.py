"""The documents that have a word, with the weight that it has in each, as arrays.

Whoosh's posting reader steps through documents one at a time, in Python. Its blocks of 128 are read whole here instead. This
is the one place that knows how they are laid out (`whoosh.codec.whoosh3`); other readers are stepped through as usual.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.reading import SegmentReader, TermNotFound

Postings = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Numbers of documents, ascending, and weights."""

AT: Final = 1 << 32

NONE: Final[Postings] = (np.zeros(0, dtype=np.int64), np.zeros(0))


def postings_of(reader: SegmentReader, field: str, term: str | bytes) -> Postings:
    """Postings of a term in one segment, deleted documents perhaps among them."""
    docs, weights, _ = _read(reader, field, term, with_values=False)
    return docs, weights


def places_of(reader: SegmentReader, field: str, term: str) -> tuple[Postings, npt.NDArray[np.int64]]:
    """Postings of a term, and where it stands: the number of the document times AT plus the place, ascending."""
    docs, weights, values = _read(reader, field, term, with_values=True)
    if not len(docs):
        return NONE, NONE[0]
    places = np.frombuffer(b"".join(values), dtype=np.uint32).astype(np.int64)
    often = np.fromiter(map(len, values), dtype=np.int64, count=len(values)) // 4
    return (docs, weights), np.repeat(docs, often) * AT + places


def _read(
    reader: SegmentReader, field: str, term: str | bytes, *, with_values: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], list[bytes]]:
    try:
        matcher = reader.postings(field, term)
    except TermNotFound:
        return *NONE, []
    if reader.has_deletions() and hasattr(matcher, "child"):
        matcher = matcher.child
        matcher.reset()  # it was moved past the first deleted ones
    read = _by_block if type(matcher) is W3LeafMatcher else _by_step
    return read(matcher, with_values)


def _by_step(matcher: Matcher, with_values: bool) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], list[bytes]]:
    docs: list[int] = []
    weights: list[float] = []
    values: list[bytes] = []
    while matcher.is_active():
        docs.append(matcher.id())
        weights.append(matcher.weight())
        if with_values:
            values.append(matcher.value())
        matcher.next()
    return np.array(docs, dtype=np.int64), np.array(weights, dtype=np.float64), values


def _by_block(matcher: Any, with_values: bool) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], list[bytes]]:
    docs: list[npt.NDArray[np.int64]] = []
    weights: list[npt.NDArray[np.float64]] = []
    values: list[bytes] = []
    while matcher.is_active():
        matcher._read_data()
        steps, heavy, places = matcher._data
        docs.append(np.cumsum(steps))
        weights.append(np.broadcast_to(np.asarray(1.0 if heavy is None else heavy, dtype=np.float64), len(steps)))
        if with_values:
            values += places
        matcher._next_block()
    return np.concatenate(docs), np.concatenate(weights), values


class Cache:
    """Arrays that were used last, as many as `limit` numbers in all."""

    def __init__(self, limit: int = 4_000_000) -> None:
        self._limit = limit
        self._held: OrderedDict[tuple[str, ...], Postings] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def find(self, key: tuple[str, ...]) -> Postings | None:
        """The arrays kept under the key."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def keep(self, key: tuple[str, ...], made: Postings) -> Postings:
        """Keep arrays under the key and give them back."""
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._size += len(made[0]) + 16
            while self._size > self._limit and len(self._held) > 1:
                _, (docs, _) = self._held.popitem(last=False)
                self._size -= len(docs) + 16
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._size = 0
